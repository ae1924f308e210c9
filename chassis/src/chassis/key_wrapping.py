"""How data keys are wrapped: here by keys from a file; a key management service fits the same protocol.

The file has a line per key-encrypting key, ``<id> <base64 of 32 bytes>``. The first wraps new data keys, all
of them unwrap: a new key is put on top, and the old one stays until nothing is wrapped by it
(``chassis.rewrapping``). A running process looks at the file at every use and reads it again when it changed.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["CannotUnwrap", "FileWrapping", "KekFileBroken", "KekUnknown", "Wrapped", "Wrapping", "kek_line"]

log = logging.getLogger(__name__)
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
    """AES-256-GCM under the keys of a file.

    A file that was changed into one that cannot be used is logged and left alone: the keys that were read
    last go on to serve, so that a half-written file stops nobody.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._seen = _state(path)
        self._keys = _read(path)

    @property
    def present(self) -> str:
        """The id of the key that wraps new data keys."""
        return next(iter(self._current()))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys, the present one first."""
        return tuple(self._current())

    def wrap(self, data_key: bytes, about: bytes) -> Wrapped:
        kek_id, kek = next(iter(self._current().items()))
        nonce = os.urandom(NONCE_BYTES)
        return Wrapped(kek_id, nonce + kek.encrypt(nonce, data_key, _bound(kek_id, about)))

    def unwrap(self, wrapped: Wrapped, about: bytes) -> bytes:
        kek = self._current().get(wrapped.kek_id)
        if kek is None:
            raise KekUnknown("its key-encrypting key is not in the file")
        nonce, sealed = wrapped.box[:NONCE_BYTES], wrapped.box[NONCE_BYTES:]
        try:
            return kek.decrypt(nonce, sealed, _bound(wrapped.kek_id, about))
        except (InvalidTag, ValueError):
            raise CannotUnwrap("it does not belong here or was changed") from None

    def _current(self) -> Mapping[str, AESGCM]:
        with self._lock:
            seen = _state(self._path)
            if seen != self._seen:
                self._seen = seen
                try:
                    self._keys = _read(self._path)
                except KekFileBroken as broken:
                    log.error("the changed file of key-encrypting keys is not used: %s", broken)
            return self._keys


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


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
