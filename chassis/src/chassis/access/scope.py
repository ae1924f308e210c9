"""What somebody holds of one subject now, and what they may therefore see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.access.policies import Fact
from chassis.guards import GrantKind

__all__ = ["ALL", "Held", "Scope"]

ALL = "*"
"""Every category of data."""


@dataclass(frozen=True, slots=True)
class Held:
    """A grant that is valid now: of ``part_id`` (None: the whole), for these categories of data."""

    subject_id: UUID
    part_id: UUID | None
    grantee: str
    kind: GrantKind
    consent_id: UUID | None
    categories: frozenset[str]
    valid_until: datetime | None
    grant_id: UUID

    @property
    def ground(self) -> tuple[str, UUID]:
        """Why: the consent behind it, or the grant itself."""
        return (self.kind, self.consent_id or self.grant_id)

    def covers(self, part_id: UUID | None) -> bool:
        """Whether it reaches this part; for None: the whole."""
        return self.part_id is None or self.part_id == part_id


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything held of one subject; ``asked`` is the part that was asked for, None: the whole."""

    subject_id: UUID
    held: tuple[Held, ...]
    asked: UUID | None = None

    @property
    def whole(self) -> bool:
        """Whether the whole is open, in some category."""
        return any(one.part_id is None for one in self.held)

    @property
    def parts(self) -> frozenset[UUID]:
        """The parts held by themselves, for who does not hold the whole."""
        return frozenset(one.part_id for one in self.held if one.part_id is not None)

    @property
    def kinds(self) -> frozenset[GrantKind]:
        """How it is held."""
        return frozenset(one.kind for one in self.held)

    @property
    def consents(self) -> frozenset[UUID]:
        """The consents by which it is held."""
        return frozenset(one.consent_id for one in self.held if one.consent_id is not None)

    @property
    def categories(self) -> frozenset[str]:
        """The categories of data of what was asked; ``*`` stands for all."""
        return frozenset(code for one in self.held if one.covers(self.asked) for code in one.categories)

    def sees(self, part_id: UUID | None, category: str) -> bool:
        """Whether this category of a part, or of the whole (None), may be shown (CON-03, CON-09)."""
        return any(
            one.covers(part_id) and not one.categories.isdisjoint((ALL, category)) for one in self.held
        )

    def sees_anywhere(self, category: str) -> bool:
        """Whether this category may be shown of the whole or of any part."""
        return any(not one.categories.isdisjoint((ALL, category)) for one in self.held)

    def context(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """What policies are told: the kinds that hold the whole, cover what was asked, hold anything."""
        return {
            **facts,
            "whole": {one.kind for one in self.held if one.part_id is None},
            "covering": {one.kind for one in self.held if one.covers(self.asked)},
            "any": self.kinds,
        }

    def grounds(self) -> Iterable[tuple[str, UUID]]:
        """Why what was asked may be seen: by which grants or consents."""
        covering = [one for one in self.held if one.covers(self.asked)]
        return [one.ground for one in covering or self.held]
