"""How data keys are wrapped: here by keys from a file; a key management service fits the same protocol.

The file has a line per key-encrypting key, ``<id> <base64 of 32 bytes>``. The first wraps new data keys, all
of them unwrap: a new key is put on top, and the old one stays until nothing is wrapped by it.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["CannotUnwrap", "FileWrapping", "KekFileBroken", "KekUnknown", "Wrapped", "Wrapping", "kek_line"]

KEY_BYTES, NONCE_BYTES = 32, 12
_LINE = re.compile(r"([a-z0-9][a-z0-9.-]{0,62}) +([A-Za-z0-9+/]+=*)")


class KekFileBroken(Exception):
    """The file of key-encrypting keys cannot be used; the text says which line."""


class CannotUnwrap(Exception):
    """A wrapped data key does not belong to what it is asked for, or was changed."""


class KekUnknown(Exception):
    """The key-encrypting key of a data key is not known to this process."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key that only the holder of the key-encrypting key can use."""

    kek_id: str
    box: bytes = field(repr=False)


class Wrapping(Protocol):
    """Wraps and unwraps data keys. ``about`` says whose key it is and is bound to it."""

    def wrap(self, data_key: bytes, about: bytes) -> Wrapped:
        """The data key, wrapped under the present key-encrypting key."""
        ...

    def unwrap(self, wrapped: Wrapped, about: bytes) -> bytes:
        """The data key. Raises `CannotUnwrap` and `KekUnknown`."""
        ...


class FileWrapping:
    """AES-256-GCM under the keys of a file, read once."""

    def __init__(self, path: Path) -> None:
        self._keys = _read(path)
        self._present = next(iter(self._keys))

    def wrap(self, data_key: bytes, about: bytes) -> Wrapped:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._keys[self._present].encrypt(nonce, data_key, _bound(self._present, about))
        return Wrapped(self._present, nonce + sealed)

    def unwrap(self, wrapped: Wrapped, about: bytes) -> bytes:
        kek = self._keys.get(wrapped.kek_id)
        if kek is None:
            raise KekUnknown("its key-encrypting key is not in the file")
        nonce, sealed = wrapped.box[:NONCE_BYTES], wrapped.box[NONCE_BYTES:]
        try:
            return kek.decrypt(nonce, sealed, _bound(wrapped.kek_id, about))
        except (InvalidTag, ValueError):
            raise CannotUnwrap("it does not belong here or was changed") from None


def kek_line(kek_id: str, key: bytes) -> str:
    """A line of the file, for who makes one."""
    line = f"{kek_id} {base64.b64encode(key).decode()}"
    if len(key) != KEY_BYTES or not _LINE.fullmatch(line):
        raise ValueError(f"a key-encrypting key has {KEY_BYTES} bytes and a short id in lower case")
    return line


def _bound(kek_id: str, about: bytes) -> bytes:
    return kek_id.encode() + b"\0" + about


def _read(path: Path) -> Mapping[str, AESGCM]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise KekFileBroken("cannot be read") from None
    keys: dict[str, AESGCM] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        try:
            key = base64.b64decode(match[2], validate=True) if match else b""
        except binascii.Error:
            key = b""
        if match is None or len(key) != KEY_BYTES:
            raise KekFileBroken(f"line {number} is not an id and the base64 of {KEY_BYTES} bytes")
        if match[1] in keys:
            raise KekFileBroken(f"line {number} has an id that another line has")
        keys[match[1]] = AESGCM(key)
    if not keys:
        raise KekFileBroken("holds no key")
    return keys
