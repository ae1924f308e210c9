"""Personal values, sealed: AES-256-GCM under the data key of a person in a capacity, bound to its place.

From the data key two keys are derived, one to encrypt and one to commit. Person, capacity, field and value
id are associated data, so that a sealed value cannot be moved to another person or field.

AES-GCM alone does not commit to its key: who holds several keys can make one ciphertext that opens to
different texts. The commitment closes that: HMAC-SHA256, under the derived commitment key, over the
associated data and the whole box. Two data keys with the same commitment would be a collision of
HMAC-SHA256, so a recorded commitment admits one key, one box and one plaintext (promise P16). It is keyed,
so it tells nothing about a short value, also after the key was destroyed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import os
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.data_keys import DataKey, DataKeys, Destroyed, SealBroken
from contracts.sealed import Capacity, Sealed

__all__ = ["MAX_BYTES", "Capacity", "Erased", "SealBroken", "Sealed", "Sealer", "TooLongToSeal"]

log = logging.getLogger(__name__)
NONCE_BYTES, TAG_BYTES = 12, 16
MAX_BYTES = 16_384
_TO_SEAL, _TO_COMMIT = b"waakvlam sealed value v1: seal", b"waakvlam sealed value v1: commit"


class Erased(Exception):
    """The data key was destroyed: nobody can read this value again, or seal another for that person."""


class TooLongToSeal(ValueError):
    """The text has more than `MAX_BYTES` bytes, or is not a text that can be written down."""


class Sealer:
    """Seals texts and opens them again; raises `Unavailable` when the key ring does not answer."""

    def __init__(self, ring: DataKeys) -> None:
        self._ring = ring

    def seal(self, person: UUID, capacity: Capacity, field: str, text: str, value_id: UUID) -> Sealed:
        """The text, sealed. ``value_id`` is random and new. Raises `Erased` and `TooLongToSeal`."""
        try:
            plain = text.encode()
        except UnicodeEncodeError:
            raise TooLongToSeal("not a text that can be written down") from None
        if len(plain) > MAX_BYTES:
            raise TooLongToSeal(f"more than {MAX_BYTES} bytes")
        key = self._ring.key_of(person, capacity)
        if isinstance(key, Destroyed):
            raise Erased
        about = _about(person, capacity, field, value_id)
        nonce = os.urandom(NONCE_BYTES)
        box = nonce + AESGCM(_derived(key, _TO_SEAL)).encrypt(nonce, plain, about)
        return Sealed(
            person=person,
            capacity=capacity,
            field=field,
            value_id=value_id,
            key_id=key.key_id,
            box=base64.b64encode(box).decode(),
            commitment=base64.b64encode(_commitment(key, about, box)).decode(),
        )

    def open(self, sealed: Sealed) -> str:
        """The text. Raises `Erased` and `SealBroken`."""
        text = self.open_many([sealed])[0]
        if text is None:
            raise Erased
        return text

    def open_many(self, sealed: Sequence[Sealed]) -> list[str | None]:
        """The texts in the same order, None for an erased one, with one round trip to the key ring at most.

        Raises `SealBroken`.
        """
        keys = self._ring.keys({value.key_id for value in sealed}) if sealed else {}
        return [_opened(value, keys.get(value.key_id)) for value in sealed]

    def open_each(self, sealed: Sequence[Sealed]) -> list[str | None]:
        """The same for a page or a view, which one broken value must not stop: it is logged and left out."""
        try:
            keys = dict(self._ring.keys({value.key_id for value in sealed})) if sealed else {}
        except SealBroken:
            keys = self._those_that_hold({value.key_id for value in sealed})
        texts: list[str | None] = []
        for value in sealed:
            try:
                texts.append(_opened(value, keys.get(value.key_id)))
            except SealBroken as broken:
                log.error("%s", broken)
                texts.append(None)
        return texts

    def is_erased(self, value: Sealed) -> bool:
        """Whether its key was destroyed; what does not open and was not erased is broken."""
        return isinstance(self._ring.keys([value.key_id]).get(value.key_id), Destroyed)

    def _those_that_hold(self, key_ids: set[UUID]) -> dict[UUID, DataKey | Destroyed]:
        """One key of a page was tampered with: the others are asked for one by one."""
        found: dict[UUID, DataKey | Destroyed] = {}
        for key_id in key_ids:
            try:
                found |= self._ring.keys([key_id])
            except SealBroken as broken:
                log.error("%s", broken)
        return found


def _opened(value: Sealed, key: DataKey | Destroyed | None) -> str | None:
    if isinstance(key, Destroyed):
        return None
    if key is None or (key.person, key.capacity) != (value.person, value.capacity):
        raise SealBroken(f"value {value.value_id}: the key ring has no such key for it")
    about = _about(value.person, value.capacity, value.field, value.value_id)
    try:
        box = base64.b64decode(value.box, validate=True)
        commitment = base64.b64decode(value.commitment, validate=True)
        if not hmac.compare_digest(commitment, _commitment(key, about, box)):
            raise SealBroken(f"value {value.value_id}: it is not what was sealed")
        nonce, cipher = box[:NONCE_BYTES], box[NONCE_BYTES:]
        return AESGCM(_derived(key, _TO_SEAL)).decrypt(nonce, cipher, about).decode()
    except (binascii.Error, InvalidTag, ValueError):
        raise SealBroken(f"value {value.value_id}: it cannot be opened") from None


def _about(person: UUID, capacity: str, field: str, value_id: UUID) -> bytes:
    return person.bytes + value_id.bytes + capacity.encode() + b"\0" + field.encode()


def _derived(key: DataKey, purpose: bytes) -> bytes:
    return hmac.digest(key.key, purpose, "sha256")


def _commitment(key: DataKey, about: bytes, box: bytes) -> bytes:
    message = len(about).to_bytes(4, "big") + about + box
    return hmac.digest(_derived(key, _TO_COMMIT), message, "sha256")
