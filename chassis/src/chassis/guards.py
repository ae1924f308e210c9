"""Guards: who may see what from now on, written in the same transaction as the decision.

A service's ``guards.py`` turns private events into grants; Cedar and row security read the table. A grant
is ended, never removed (design §6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

GrantKind = Literal["participation", "consent", "break_glass", "audit", "own"]
_NAMESPACE = UUID("5f0c2f0e-6a55-4c3a-9d0b-3f3f0b1f7a11")


@dataclass(frozen=True, slots=True)
class Grant:
    """``grantee`` may see ``part_id`` (None: all) of ``subject_id`` from ``valid_from`` on.

    ``cause`` is the id of what gave it (a match, a consent): the same cause always names the same grant,
    so that giving twice changes nothing and ending needs no look-up.
    """

    subject_id: UUID
    part_id: UUID | None
    grantee: str
    kind: GrantKind
    cause: UUID
    valid_from: datetime
    valid_until: datetime | None = None

    @property
    def grant_id(self) -> UUID:
        """The same for the same cause, part, grantee and kind."""
        return uuid5(_NAMESPACE, f"{self.subject_id}|{self.part_id}|{self.grantee}|{self.kind}|{self.cause}")

    def ended(self, at: datetime) -> Grant:
        """The same grant, valid until ``at``."""
        return Grant(
            self.subject_id,
            self.part_id,
            self.grantee,
            self.kind,
            self.cause,
            self.valid_from,
            valid_until=at,
        )


@dataclass(frozen=True, slots=True)
class GrantsEnd:
    """Whatever ``grantee`` may still see of ``subject_id`` ends at that moment: who leaves, leaves wholly."""

    subject_id: UUID
    grantee: str
    at: datetime
