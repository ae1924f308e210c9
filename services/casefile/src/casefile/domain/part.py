"""A part of a case: one delimited question with its "done when" (CLR-22), and who is there for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from chassis.sealing import Sealed

Formality = Literal["informal", "formal"]
AskedFormality = Literal["informal", "formal", "any"]


@dataclass(frozen=True)
class Supporter:
    """Somebody who serves in this case, by the match that both sides accepted. No name: an id."""

    supporter_id: UUID
    match_id: UUID
    formality: Formality
    organisation: str


@dataclass(frozen=True)
class AskedPart:
    """What a part begins with, as agreed with the resident."""

    part_id: UUID
    question: Sealed
    done_when: Sealed
    life_domains: tuple[str, ...]
    formality: AskedFormality


@dataclass(frozen=True)
class Part:
    """A part as it is now.

    ``responsible``: one person or nobody; who is paused stays named. ``companions``: who stayed when somebody
    else took over, or was added without taking over (flower, not onion: ESC-16, ESC-17).
    ``escalation_id``: the decision to scale up that waits for its warm handover (WHO-01).
    """

    asked: AskedPart
    responsible: Supporter | None = None
    companions: tuple[Supporter, ...] = ()
    escalation_id: UUID | None = None
    closed_for: str | None = None

    @property
    def part_id(self) -> UUID:
        return self.asked.part_id

    @property
    def open(self) -> bool:
        return self.closed_for is None

    def people(self) -> tuple[Supporter, ...]:
        """All who serve this part, the responsible one first."""
        return ((self.responsible,) if self.responsible else ()) + self.companions

    def taken_over_by(self, supporter: Supporter, *, giver_stays: bool) -> Part:
        """The part with a new responsible supporter; the earlier one stays as companion unless unwanted."""
        earlier = self.responsible
        companions = tuple(each for each in self.companions if each.supporter_id != supporter.supporter_id)
        if earlier and giver_stays and earlier.supporter_id != supporter.supporter_id:
            companions = (*companions, earlier)
        return replace(self, responsible=supporter, companions=companions)

    def with_companion(self, supporter: Supporter) -> Part:
        """The part with somebody added; nothing moves."""
        if supporter.supporter_id in {each.supporter_id for each in self.people()}:
            return self
        return replace(self, companions=(*self.companions, supporter))

    def without(self, gone: Callable[[Supporter], bool]) -> Part:
        """The part without those who are gone, in whatever place they served."""
        responsible = self.responsible
        return replace(
            self,
            responsible=None if responsible and gone(responsible) else responsible,
            companions=tuple(each for each in self.companions if not gone(each)),
        )
