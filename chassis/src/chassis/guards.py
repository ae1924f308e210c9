"""Guards: who may see what from now on, written in the same transaction as the decision.

A service's ``guards.py`` turns private events into grants and bars; Cedar and row security read the tables. A
grant is ended, never removed (design §6). Secret codes lead somewhere in the same way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

GrantKind = Literal["participation", "consent", "break_glass", "audit", "own"]
ALL_CATEGORIES = ("*",)
_NAMESPACE = UUID("5f0c2f0e-6a55-4c3a-9d0b-3f3f0b1f7a11")


@dataclass(frozen=True, slots=True)
class Grant:
    """``grantee`` may see ``part_id`` (None: all) of ``subject_id`` from ``valid_from`` on.

    ``grantee`` is one of the strings that a principal carries (`chassis.access.grantees`). ``categories`` are
    codes of data categories, or all. ``cause`` is the id of what gave it (a match, a consent): the same cause
    always names the same grant, so that giving twice changes nothing, ending needs no look-up, and giving
    again with fewer categories narrows it. ``valid_until`` is its term, ``over`` that it was ended.
    """

    subject_id: UUID
    part_id: UUID | None
    grantee: str
    kind: GrantKind
    cause: UUID
    valid_from: datetime
    valid_until: datetime | None = None
    consent_id: UUID | None = None
    categories: Collection[str] = ALL_CATEGORIES
    over: bool = False

    @property
    def grant_id(self) -> UUID:
        """The same for the same cause, part, grantee and kind."""
        return uuid5(_NAMESPACE, f"{self.subject_id}|{self.part_id}|{self.grantee}|{self.kind}|{self.cause}")

    def ended(self, at: datetime) -> Grant:
        """The same grant, ended: from this save on it counts for nobody, whatever a clock says."""
        return replace(self, valid_until=at, over=True)


@dataclass(frozen=True, slots=True)
class GrantsEnd:
    """Every grant on the subject that matches ends, with this save: ``grantee`` leaves wholly, or what
    ``consent_id`` allowed is allowed no more. With neither, all that anybody may see of it.
    """

    subject_id: UUID
    at: datetime
    grantee: str | None = None
    consent_id: UUID | None = None

    def ends(self, grant: Grant) -> bool:
        """Whether this grant is one of them."""
        return (
            grant.subject_id == self.subject_id
            and self.grantee in (None, grant.grantee)
            and self.consent_id in (None, grant.consent_id)
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """Whoever carries this grantee string gets nothing of that subject, whatever grants there are: it is
    their own file, or a relative's. ``cause`` says why, as a code or an id; each cause is lifted by itself.
    """

    subject_id: UUID
    grantee: str
    cause: str
    since: datetime


@dataclass(frozen=True, slots=True)
class BarEnds:
    """The bar of this cause is lifted."""

    subject_id: UUID
    grantee: str
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lookup:
    """A secret code's digest (`chassis.codes`) leads to an aggregate of a subject until ``valid_until``."""

    kind: str
    digest: bytes
    subject_id: UUID
    originator_id: UUID
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LookupEnds:
    """The code leads nowhere any more."""

    kind: str
    digest: bytes


AccessChange = Grant | GrantsEnd | Bar | BarEnds
