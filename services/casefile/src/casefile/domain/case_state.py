"""What a case file remembers, and the questions that its rules ask of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from casefile.domain.errors import (
    CaseIsClosed,
    ConsentMissing,
    HandoverUnknown,
    PartIsClosed,
    PartUnknown,
)
from casefile.domain.escalation import Escalation
from casefile.domain.handover import Handover
from casefile.domain.involvement import Involvement
from casefile.domain.part import Formality, Part, Supporter
from casefile.domain.place import Place
from casefile.domain.waakvlam_check import Check
from chassis.aggregates import Aggregate
from chassis.sealing import Sealed

AwaitedStep = Literal["options_for_escalation", "options_for_de_escalation", "waakvlam_check_due"]


@dataclass(frozen=True)
class Awaited:
    """A step that another service was asked for, until it answers or ``due_at`` passes (design §3.8)."""

    step: AwaitedStep
    abouts: tuple[UUID, ...]
    due_at: datetime


class CaseState(Aggregate):
    """The attributes of a case file. Its subjects (handovers, scaling, …) are classes built on this one."""

    number: str
    network: str
    network_version: int
    organisation: str
    municipality: str
    languages: tuple[str, ...]
    resident: UUID
    resident_name: Sealed | None
    resident_phone: Sealed | None
    open: bool
    asked_about_waakvlam: bool
    closed_for: str | None
    parts: dict[UUID, Part]
    handovers: dict[UUID, Handover]
    escalations: dict[UUID, Escalation]
    involvements: dict[UUID, Involvement]
    representatives: dict[UUID, UUID]
    paused: tuple[UUID, ...]
    gone: tuple[UUID, ...]
    matches: tuple[UUID, ...]
    places: dict[UUID, Place]
    awaited: dict[UUID, Awaited]
    checks: dict[UUID, Check]
    erased: tuple[str, ...]
    closed_at: datetime | None

    def part(self, part_id: UUID) -> Part:
        """Raises PartUnknown."""
        found = self.parts.get(part_id)
        if found is None:
            raise PartUnknown
        return found

    def open_part(self, part_id: UUID) -> Part:
        """Raises CaseIsClosed, PartUnknown, PartIsClosed."""
        if not self.open:
            raise CaseIsClosed
        found = self.part(part_id)
        if not found.open:
            raise PartIsClosed
        return found

    def open_parts(self) -> tuple[Part, ...]:
        """The parts that are not closed, in the order in which they were added."""
        return tuple(part for part in self.parts.values() if part.open)

    def handover(self, handover_id: UUID) -> Handover:
        """Raises HandoverUnknown."""
        found = self.handovers.get(handover_id)
        if found is None:
            raise HandoverUnknown
        return found

    def running_handovers(self) -> tuple[Handover, ...]:
        return tuple(each for each in self.handovers.values() if each.running)

    def handover_of(self, part_id: UUID) -> Handover | None:
        """The handover of this part that runs; there is at most one."""
        return next((each for each in self.running_handovers() if part_id in each.part_ids), None)

    def is_active(self, supporter: Supporter | None) -> bool:
        """Whether this is somebody who can be responsible now: named, not paused, not gone."""
        return supporter is not None and supporter.supporter_id not in {*self.paused, *self.gone}

    def supporters(self) -> dict[UUID, Supporter]:
        """All who serve or served a part of this case and have not left, and running receivers, by id."""
        serving = [person for part in self.parts.values() for person in part.people()]
        receiving = [each.receiver for each in self.running_handovers()]
        return {
            each.supporter_id: each for each in (*receiving, *serving) if each.supporter_id not in self.gone
        }

    def admitting(self, supporter: Supporter, part_id: UUID) -> tuple[Involvement, ...]:
        """The involvements by which this supporter may serve that part; more than one when they overlap."""
        return tuple(each for each in self.involvements.values() if each.lets(supporter, part_id))

    def admitted_parties(self) -> frozenset[str]:
        """The organisations that may be involved with supporters of theirs."""
        return frozenset(
            each.party.id
            for each in self.involvements.values()
            if each.admits and each.party.kind == "organisation"
        )

    def _check_admitted(self, supporter: Supporter, part_ids: Iterable[UUID], now: datetime) -> None:
        """Nobody is let in without a consent in force for their party and each of these parts; and without
        one for the organisation that coordinates nobody is at all. Raises ConsentMissing.
        """
        own = any(
            each.admits and each.party.id == self.organisation and each.in_force(now)
            for each in self.involvements.values()
        )
        if not own or not all(
            any(each.in_force(now) for each in self.admitting(supporter, part_id)) for part_id in part_ids
        ):
            raise ConsentMissing

    def organisations(self) -> frozenset[str]:
        """The organisations that take part in this case now: coordination, supporters, receivers."""
        return frozenset({self.organisation, *(each.organisation for each in self.supporters().values())})

    def _remember_match(self, match_id: UUID) -> None:
        if match_id not in self.matches:
            self.matches = (*self.matches, match_id)

    def _scaling_complete(self, part_id: UUID, formality: Formality) -> None:
        """The part has somebody new: what was decided in that direction is done for it."""
        done = "up" if formality == "formal" else "down"
        for decision in tuple(self.escalations.values()):
            if part_id in decision.part_ids and decision.direction == done and not decision.only_adds:
                self._part_leaves_escalation(part_id, decision.escalation_id)
        if done == "up":
            self._change_parts((part_id,), escalation_id=None)

    def _part_leaves_escalation(self, part_id: UUID, escalation_id: UUID) -> None:
        """An escalation without parts left is history, and its answer is awaited no more."""
        escalation = self.escalations[escalation_id]
        left = tuple(each for each in escalation.part_ids if each != part_id)
        if left:
            self.escalations[escalation_id] = replace(escalation, part_ids=left)
        else:
            del self.escalations[escalation_id]
            self.awaited.pop(escalation_id, None)

    def _change_parts(self, part_ids: Iterable[UUID], **changes: object) -> None:
        for part_id in part_ids:
            self.parts[part_id] = replace(self.parts[part_id], **changes)  # type: ignore[arg-type]


def unattended(case: CaseState) -> tuple[UUID, ...]:
    """The open parts without an active responsible supporter and without a place on a coordinator's list.

    Empty after every command, whatever happened (design §8.2).
    """
    return tuple(
        part.part_id
        for part in case.open_parts()
        if not case.is_active(part.responsible) and part.part_id not in case.places
    )
