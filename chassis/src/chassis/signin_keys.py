"""The identity provider's public keys, from a JWKS file that may change while we run."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64decode

__all__ = ["KeyFileBroken", "ProviderKeys"]

PublicKey = ECKey | RSAKey
MIN_RSA_BITS = 2048
LOOK_EVERY_SECONDS = 1.0


class KeyFileBroken(Exception):
    """The key file cannot be used; ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class ProviderKeys:
    """Public keys by ``kid``. The file is looked at once a second at most, and read when it changed.

    A file that became unusable leaves nobody signed in: an old key may have been withdrawn by it.
    """

    def __init__(self, path: Path, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._path, self._elapsed = path, elapsed
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._seen: tuple[int, int, int] | None = None
        self._keys: Mapping[str, PublicKey] | KeyFileBroken = KeyFileBroken("keys-not-read")

    def current(self) -> Mapping[str, PublicKey]:
        """The keys of now. Raises `KeyFileBroken`."""
        with self._lock:
            now = self._elapsed()
            if now - self._looked_at >= LOOK_EVERY_SECONDS:
                self._looked_at = now
                self._look()
            keys = self._keys
        if isinstance(keys, KeyFileBroken):
            raise KeyFileBroken(keys.code)
        return keys

    def _look(self) -> None:
        try:
            state = self._path.stat()
            seen = (state.st_mtime_ns, state.st_size, state.st_ino)
            if seen != self._seen:
                self._keys = _parse(self._path.read_bytes())
                self._seen = seen
        except OSError:
            self._keys, self._seen = KeyFileBroken("keys-file-unreadable"), None
        except KeyFileBroken as broken:
            self._keys, self._seen = broken, None


def _parse(content: bytes) -> Mapping[str, PublicKey]:
    try:
        entries = json.loads(content)["keys"]
        usable = [entry for entry in entries if _usable(entry)]
        keys = dict(_key(entry) for entry in usable)
    except (ValueError, KeyError, TypeError, AttributeError, JoseError):
        raise KeyFileBroken("keys-file-malformed") from None
    if not keys:
        raise KeyFileBroken("keys-file-empty")
    if len(keys) != len(usable):
        raise KeyFileBroken("keys-file-has-a-kid-twice")
    return keys


def _usable(entry: dict[str, Any]) -> bool:
    if entry["kty"] == "oct" or "d" in entry:
        raise KeyFileBroken("keys-file-has-a-key-that-is-not-public")
    # Other kinds are passed over, as RFC 7517 §5 asks: a provider may publish keys that are not for us.
    return entry["kty"] in ("EC", "RSA")


def _key(entry: dict[str, Any]) -> tuple[str, PublicKey]:
    kid = entry["kid"]
    if not isinstance(kid, str) or not kid:
        raise KeyFileBroken("keys-file-has-a-key-without-kid")
    if entry["kty"] == "EC":
        return kid, ECKey.import_key(entry)
    modulus = int.from_bytes(urlsafe_b64decode(entry["n"].encode("ascii")))
    if modulus.bit_length() < MIN_RSA_BITS:
        raise KeyFileBroken("keys-file-has-a-short-key")
    return kid, RSAKey.import_key(entry)
