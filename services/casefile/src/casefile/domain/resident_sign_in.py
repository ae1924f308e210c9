"""How somebody whose own case it is signs in here: by what they were handed, and a PIN that they chose.

On paper stand two codes. The **first-time code** works once, and only to choose a PIN. The **sign-in name**
stays on the paper; with the PIN it opens the door from then on. Whoever lost the paper or forgot the PIN gets
a new paper: the old name works until the new code is used, so that nobody is locked out by asking.
(design §1; INT-08: a resident needs no account anywhere else.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID, uuid5

from casefile.domain.sign_in_errors import BoundAlready, NotSetUp, SignInFailed
from chassis.aggregates import Aggregate, Created, DomainEvent, event

_SIGN_INS = UUID("0c1a6c2e-51a5-5f8e-8d64-3b6c3b7fe0a1")
Handed = Literal["in_person", "letter"]

WAITS = (*(timedelta(0),) * 2, *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)))
"""How long to wait after the first, second, … wrong PIN in a row. One more, and only a new code helps."""


@dataclass(frozen=True, slots=True)
class ChosenPin:
    """What is kept of a PIN: its scrypt hash with a salt of its own, in hexadecimal, and what it cost."""

    salt: str
    hash: str
    n: int
    r: int
    p: int


class ResidentSignIn(Aggregate):
    """One person's sign-in. Codes and names are digests under a secret key; nothing here tells who it is.

    Unguarded, since whoever signs in holds no grant yet: it is reached by a code's digest, or by a person's
    id from a case that the asker may change. Nothing of a case stands in it.
    """

    TOPIC: ClassVar[str] = "casefile:ResidentSignIn"
    GUARDED: ClassVar[bool] = False

    person: UUID
    code: str | None
    name: str | None
    next_name: str
    pin: ChosenPin | None
    bindings: tuple[str, ...]
    wrong_in_row: int
    wait_until: datetime | None
    code_until: datetime | None

    class Begun(Created):
        """Somebody may sign in, once they were handed a code."""

        TOPIC: ClassVar[str] = "casefile:ResidentSignIn.Begun"
        person: UUID

    class CodeIssued(DomainEvent):
        """A paper was made; a former first-time code ends (``replaces``)."""

        TOPIC: ClassVar[str] = "casefile:ResidentSignIn.CodeIssued"
        issue_id: UUID
        code: str
        name: str
        replaces: str | None
        handed: Handed
        valid_until: datetime
        issued_by_role: str

    class PinChosen(DomainEvent):
        """The first-time code was used; the name on its paper works from now on, the former one no more."""

        TOPIC: ClassVar[str] = "casefile:ResidentSignIn.PinChosen"
        code: str
        name: str
        former_name: str | None
        pin: ChosenPin

    class SignedIn(DomainEvent):
        """With the PIN, or through a provider that the person bound."""

        TOPIC: ClassVar[str] = "casefile:ResidentSignIn.SignedIn"
        way: Literal["pin", "provider"]

    class WrongPin(DomainEvent):
        """Somebody who has the sign-in name guessed, or made a mistake."""

        TOPIC: ClassVar[str] = "casefile:ResidentSignIn.WrongPin"

    class Bound(DomainEvent):
        """The person signs in through a provider too; ``identity`` is a digest of its name and theirs."""

        TOPIC: ClassVar[str] = "casefile:ResidentSignIn.Bound"
        issuer: str
        identity: str

    class Revoked(DomainEvent):
        """Nothing that this person was handed, chose or bound works any more."""

        TOPIC: ClassVar[str] = "casefile:ResidentSignIn.Revoked"
        code: str | None
        name: str | None
        bindings: tuple[str, ...]
        revoked_by_role: str

    @event(Begun)
    def __init__(self, person: UUID) -> None:
        self.person = person
        self.code = self.name = self.pin = self.wait_until = self.code_until = None
        self.next_name, self.bindings, self.wrong_in_row = "", (), 0

    @property
    def subject_id(self) -> UUID:
        """The person."""
        return self.person

    @staticmethod
    def id_of(person: UUID) -> UUID:
        """The id that belongs to a person."""
        return uuid5(_SIGN_INS, person.hex)

    @classmethod
    def begin_for(cls, person: UUID, now: datetime) -> ResidentSignIn:
        """Nobody was handed anything yet."""
        return cls.begin(cls.id_of(person), cls.Begun, now=now, person=person)

    @property
    def is_locked(self) -> bool:
        """Whether only a new code helps."""
        return self.wrong_in_row > len(WAITS)

    def issue_code(
        self,
        issue_id: UUID,
        *,
        code: str,
        name: str,
        handed: Handed,
        valid_until: datetime,
        by_role: str,
        now: datetime,
    ) -> None:
        """Hand out a new paper. A former one that was not used yet works no more."""
        self.happened(
            self.CodeIssued,
            now=now,
            issue_id=issue_id,
            code=code,
            name=name,
            replaces=self.code,
            handed=handed,
            valid_until=valid_until,
            issued_by_role=by_role,
        )

    def choose_pin(self, code: str, pin: ChosenPin, now: datetime) -> None:
        """Use the first-time code, exactly once. Raises SignInFailed for any other code, or one too late."""
        if self.code is None or code != self.code or self.code_until is None or now >= self.code_until:
            raise SignInFailed
        self.happened(self.PinChosen, now=now, code=code, name=self.next_name, former_name=self.name, pin=pin)

    def may_try(self, name: str, now: datetime) -> bool:
        """Whether a PIN is looked at now: the name is this one's, it is not locked, and the wait is over."""
        if self.name is None or name != self.name or self.is_locked:
            return False
        return self.wait_until is None or now >= self.wait_until

    def sign_in(self, name: str, *, pin_is_right: bool, now: datetime) -> bool:
        """Whether the person is signed in now. A wrong PIN is a fact too: the next wait is longer.

        Raises SignInFailed when no PIN is looked at now, whatever it is.
        """
        if not self.may_try(name, now):
            raise SignInFailed
        if pin_is_right:
            self.happened(self.SignedIn, now=now, way="pin")
        else:
            self.happened(self.WrongPin, now=now)
        return pin_is_right

    def bind(self, issuer: str, identity: str, now: datetime) -> None:
        """Sign in through that provider from now on. Raises NotSetUp and BoundAlready."""
        if self.name is None:
            raise NotSetUp
        if identity in self.bindings:
            raise BoundAlready
        self.happened(self.Bound, now=now, issuer=issuer, identity=identity)

    def sign_in_through_provider(self, identity: str, now: datetime) -> None:
        """Raises SignInFailed for an identity that is not (any more) bound to this person."""
        if identity not in self.bindings:
            raise SignInFailed
        self.happened(self.SignedIn, now=now, way="provider")

    def revoke(self, *, by_role: str, now: datetime) -> None:
        """Close the door; a new code opens it again. Raises NotSetUp when it is closed."""
        if self.code is None and self.name is None and not self.bindings:
            raise NotSetUp
        self.happened(
            self.Revoked,
            now=now,
            code=self.code,
            name=self.name,
            bindings=self.bindings,
            revoked_by_role=by_role,
        )

    @event(CodeIssued)
    def _code_issued(self, code: str, name: str, valid_until: datetime) -> None:
        self.code, self.next_name, self.code_until = code, name, valid_until

    @event(PinChosen)
    def _pin_chosen(self, name: str, pin: ChosenPin) -> None:
        self.code, self.name, self.pin = None, name, pin
        self.wrong_in_row, self.wait_until = 0, None

    @event(SignedIn)
    def _signed_in(self, way: str) -> None:
        if way == "pin":
            self.wrong_in_row, self.wait_until = 0, None

    @event(WrongPin)
    def _wrong_pin(self, timestamp: datetime) -> None:
        self.wrong_in_row += 1
        if not self.is_locked:
            self.wait_until = timestamp + WAITS[self.wrong_in_row - 1]

    @event(Bound)
    def _bound(self, identity: str) -> None:
        self.bindings = (*self.bindings, identity)

    @event(Revoked)
    def _revoked(self) -> None:
        self.code = self.name = self.pin = self.wait_until = None
        self.bindings, self.wrong_in_row = (), 0
