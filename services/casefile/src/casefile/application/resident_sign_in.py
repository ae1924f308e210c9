"""Residents sign in: with a first-time code, with a PIN of their own, or through a provider that they bound.

Whoever does not get in is told the same, at the same cost: a wrong code, a wrong PIN, a lock, a wait. Tries
are counted per code and per address before anything is looked at, and wrong PINs in the sign-in itself.
Every way costs one look-up, one load, one hash and one write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from casefile.application.binding import PROVIDER, Binding
from casefile.application.handing_out import FIRST_TIME, NAME, Represents
from casefile.application.pin_hashing import PinHashing
from casefile.domain.pins import is_easy
from casefile.domain.resident_sign_in import ResidentSignIn
from casefile.domain.sign_in_errors import PinTooEasy, SignInFailed
from chassis.clock import Clock
from chassis.codes import Codes, Tries
from chassis.store.errors import Conflict
from chassis.store.store import Store

PER_CODE, PER_ADDRESS = 10, 120
WITHIN = timedelta(minutes=15)
ATTEMPTS = 12
"""Writers of one sign-in who were first: as many can guess at the same time, and each is counted."""

Step = Callable[[ResidentSignIn], bool]
Sign = Callable[[UUID, UUID, UUID | None], str]
"""A token for a person: the sign-in's id, the person, and on whose behalf."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What signing in needs besides the store."""

    codes: Codes
    tries: Tries
    hashing: PinHashing
    sign: Sign
    represents: Represents
    binding: Binding


class SigningIn:
    """``store`` asks for nobody: who signs in holds nothing yet."""

    def __init__(self, store: Store, clock: Clock, doors: Doors) -> None:
        self._store, self._clock, self._doors = store, clock, doors

    def first_time(self, code: str, new_pin: str, address: str, represents: UUID | None) -> str:
        """Choose a PIN with a first-time code; a token. Raises PinTooEasy, SignInFailed, TooManyTries."""
        if is_easy(new_pin):
            raise PinTooEasy
        digest = self._counted(FIRST_TIME, code, address)
        pin = self._doors.hashing.of(new_pin)

        def choose(found: ResidentSignIn) -> bool:
            found.choose_pin(digest.hex(), pin, self._clock.now())
            return True

        return self._let_in(FIRST_TIME, digest, choose, represents)

    def with_pin(self, name: str, pin: str, address: str, represents: UUID | None) -> str:
        """Sign in with the name on the paper and the PIN; a token. Raises SignInFailed, TooManyTries."""
        digest = self._counted(NAME, name, address)
        known = self._load(NAME, digest)
        right = self._doors.hashing.is_right(pin, known.pin if known else None)

        def try_pin(found: ResidentSignIn) -> bool:
            # Another PIN was chosen meanwhile: then this one was compared with the wrong hash.
            is_right = right and known is not None and found.pin == known.pin
            return found.sign_in(digest.hex(), pin_is_right=is_right, now=self._clock.now())

        return self._let_in(NAME, digest, try_pin, represents)

    def through_provider(self, token: str, address: str, represents: UUID | None) -> str:
        """Sign in with a token of the provider that the person bound. Raises SignInFailed, TooManyTries."""
        identity = self._doors.binding.identity(token)
        digest = self._counted_digest(PROVIDER, identity, address)

        def enter(found: ResidentSignIn) -> bool:
            found.sign_in_through_provider(digest.hex(), self._clock.now())
            return True

        return self._let_in(PROVIDER, digest, enter, represents)

    def _counted(self, kind: str, code: str, address: str) -> bytes:
        return self._counted_digest(kind, self._doors.codes.digest(kind, code), address)

    def _counted_digest(self, kind: str, digest: bytes, address: str) -> bytes:
        self._doors.tries.count(f"{kind}|address|{address}", PER_ADDRESS, WITHIN)
        self._doors.tries.count(f"{kind}|{digest.hex()}", PER_CODE, WITHIN)
        return digest

    def _load(self, kind: str, digest: bytes) -> ResidentSignIn | None:
        led = self._store.look_up(kind, digest)
        return self._store.find(ResidentSignIn, led[1] if led else uuid4())

    def _let_in(self, kind: str, digest: bytes, step: Step, represents: UUID | None) -> str:
        found = self._settle(kind, digest, step)
        if found is None:
            raise SignInFailed
        if represents and not self._doors.represents(found.person, represents, self._clock.now()):
            raise SignInFailed
        return self._doors.sign(found.id, found.person, represents)

    def _settle(self, kind: str, digest: bytes, step: Step) -> ResidentSignIn | None:
        """Decide and save, until nobody else was first. A wrong PIN is saved before anything is said."""
        for _ in range(ATTEMPTS):
            found = self._load(kind, digest)
            try:
                entered = found is not None and step(found)
            except SignInFailed:
                entered = False
            if found is None or not found.pending():
                # Nobody, or nothing to write: one write all the same, so that it costs the same.
                self._doors.tries.count("nobody", 1_000_000_000, WITHIN)
                return None
            try:
                self._store.save([found])
            except Conflict:
                continue
            return found if entered else None
        raise Conflict("a sign-in was tried by too many at once")
