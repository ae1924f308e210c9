"""PINs as they are kept: scrypt over a peppered PIN, each with a salt of its own.

A PIN of six digits has a million values: no hash alone keeps it from who has the database. So it is keyed
first with a secret that is not in the database (``codes_key_file``), and guessing online is what
`ResidentSignIn` counts. n = 2^14, r = 8, p = 1 costs 16 MiB and about a twentieth of a second.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from threading import BoundedSemaphore

from casefile.domain.resident_sign_in import ChosenPin
from chassis.codes import Codes

N, R, P = 2**14, 8, 1
SALT_BYTES = 16
AT_ONCE = 2
"""So many hashes at a time, whoever asks: their memory is bounded, and the others wait their turn."""


class PinHashing:
    """Makes and compares hashes. A comparison with nothing costs as much as any other."""

    def __init__(self, codes: Codes, chance: Callable[[int], bytes]) -> None:
        self._codes, self._chance = codes, chance
        self._turns = BoundedSemaphore(AT_ONCE)
        self._nobody = ChosenPin(salt=bytes(SALT_BYTES).hex(), hash=bytes(32).hex(), n=N, r=R, p=P)

    def of(self, pin: str) -> ChosenPin:
        """What is kept of this PIN."""
        salt = self._chance(SALT_BYTES)
        return ChosenPin(salt.hex(), self._hash(pin, salt, N, R, P).hex(), N, R, P)

    def is_right(self, pin: str, kept: ChosenPin | None) -> bool:
        """Whether this is the PIN; False when there is none, at the same cost."""
        against = kept or self._nobody
        found = self._hash(pin, bytes.fromhex(against.salt), against.n, against.r, against.p)
        return hmac.compare_digest(found, bytes.fromhex(against.hash)) and kept is not None

    def _hash(self, pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
        with self._turns:
            keyed = self._codes.pepper(pin.encode())
            return hashlib.scrypt(keyed, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)
