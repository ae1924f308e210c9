"""What a consent says: to what, to whom, about which parts and data, until when, and how it was given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

PartyKind = Literal["organisation", "person", "referrer", "authority"]
Who = Literal["self", "together", "representative"]
Because = Literal["withdrawn", "expired", "recorded_in_error", "asked_anew"]
"""Why a consent is over."""

ADMITTING = frozenset({"cp_support", "cp_handover"})
"""Purposes by which an organisation or a person takes part in a case."""
WAAKVLAM = "cp_waakvlam"


@dataclass(frozen=True)
class Party:
    """To whom: an organisation or authority by its id, a person by theirs, a referrer."""

    kind: PartyKind
    id: str


@dataclass(frozen=True)
class Scope:
    """How far it goes. No parts: every part, also later; no categories: all data; no end: until withdrawn."""

    part_ids: tuple[UUID, ...] = ()
    categories: tuple[str, ...] = ()
    valid_until: datetime | None = None

    def within(self, wider: Scope) -> bool:
        """Whether all of this is covered by the other one."""
        return (
            _some_of(self.part_ids, wider.part_ids)
            and _some_of(self.categories, wider.categories)
            and (
                wider.valid_until is None
                or (self.valid_until is not None and self.valid_until <= wider.valid_until)
            )
        )

    def covers(self, part_id: UUID) -> bool:
        return not self.part_ids or part_id in self.part_ids

    def in_force(self, at: datetime) -> bool:
        return self.valid_until is None or at < self.valid_until


def _some_of(these: tuple[object, ...], of: tuple[object, ...]) -> bool:
    """Whether these are among the others; nothing named means all of them."""
    return not of or (bool(these) and set(these) <= set(of))


@dataclass(frozen=True)
class Terms:
    """Purpose, party and scope; for one case, or (None) for every case of the person and before any.

    ``capacity``: as what the person speaks: a resident, a carer.
    """

    purpose: str
    party: Party
    case_id: UUID | None
    scope: Scope = Scope()
    capacity: str = "resident"

    @property
    def admits(self) -> bool:
        """Whether the party may take part in a case by it."""
        return self.purpose in ADMITTING and self.party.kind in {"organisation", "person"}

    def narrowed(self, scope: Scope) -> Terms:
        return replace(self, scope=scope)

    def same_but_for_scope(self, other: Terms) -> bool:
        return (self.purpose, self.party, self.case_id) == (other.purpose, other.party, other.case_id)


@dataclass(frozen=True)
class Shown:
    """The text that was shown or read aloud. ``version``: None when only its hash is known."""

    text_id: str
    sha256: str
    language: str
    version: int | None


@dataclass(frozen=True)
class Recorded:
    """Who wrote it down: in which role, of which organisation (``-``: the person, or who represents them)."""

    role: str
    organisation: str


@dataclass(frozen=True)
class Proof:
    """How it was given (AVG article 7 (1)). ``representation_id``: by whom, when not by the person alone."""

    text: Shown
    way: str
    given_at: datetime
    recorded: Recorded
    who: Who = "self"
    representation_id: UUID | None = None


@dataclass(frozen=True)
class ConsentProof:
    """To which text the resident said yes at intake, how, and in which role somebody wrote it down."""

    consent_id: UUID
    purpose: str
    way: str
    text_id: str
    text_sha256: str
    text_language: str
    given_at: datetime
    recorded_by_role: str

    def terms(self, organisation: str, case_id: UUID) -> Terms:
        """What was agreed to: the purpose as given, for the organisation that received the request."""
        return Terms(self.purpose, Party("organisation", organisation), case_id)

    def proof(self, organisation: str) -> Proof:
        text = Shown(self.text_id, self.text_sha256, self.text_language, None)
        return Proof(text, self.way, self.given_at, Recorded(self.recorded_by_role, organisation))


@dataclass(frozen=True)
class Permission:
    """A consent as it stands: ``over`` says why it no longer counts."""

    consent_id: UUID
    terms: Terms
    proof: Proof
    over: Because | None = None

    def in_force(self, at: datetime) -> bool:
        return self.over is None and self.terms.scope.in_force(at)


@dataclass(frozen=True)
class Representation:
    """Somebody speaks for this person, of a kind and on a ground by code, from one moment until another."""

    representation_id: UUID
    representative: UUID
    kind: str
    valid_from: datetime
    valid_until: datetime | None
    over: bool = False

    def in_force(self, at: datetime) -> bool:
        return not self.over and self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True)
class Review:
    """Who looked under a consent that was never given, to be judged by somebody else than who opened it."""

    review_id: UUID
    consent_id: UUID
    opened_by: str
    looks: tuple[UUID, ...]
    outcome: str | None = None
