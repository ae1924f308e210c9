"""Scaling up and down (ESC-01…ESC-23): observed, weighed with the resident, decided; a part or the whole.

A decision to scale up is complete only with the warm handover (WHO-01); until then nothing moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from casefile.domain.answers import Answers
from casefile.domain.case_state import Awaited
from casefile.domain.errors import (
    CaseIsClosed,
    NothingToScale,
    PartAlreadyEscalated,
    PartIsWithFormalSupporter,
)
from casefile.domain.escalation import Escalation
from casefile.domain.part import Part
from casefile.domain.place import Reason
from casefile.domain.scaling import Grounds, grounds, known_indication
from chassis.aggregates import DomainEvent, event


class Escalating(Answers):
    """Up. Down is in ``deescalating``."""

    class IndicationObserved(DomainEvent):
        """Somebody reported a reason; nothing follows from it by itself (ESC-06)."""

        TOPIC = "casefile:CaseFile.IndicationObserved"
        part_id: UUID | None
        indication: str
        reported_by_role: str

    class ScalingRefused(DomainEvent):
        """The resident does not want it: recorded, and respected (ESC-23)."""

        TOPIC = "casefile:CaseFile.ScalingRefused"
        direction: Literal["up", "down"]
        part_ids: tuple[UUID, ...]
        whole: bool
        indications: tuple[str, ...]
        reported_by_role: str

    class PartEscalated(DomainEvent):
        """Decided to scale up a part; ``only_adds``: for advice or extra help, moving nothing (ESC-07)."""

        TOPIC = "casefile:CaseFile.PartEscalated"
        escalation_id: UUID
        part_id: UUID
        indications: tuple[str, ...]
        reported_by_role: str
        priority: bool
        only_adds: bool
        resident_agrees: bool
        answer_by: datetime

    class WholeEscalated(DomainEvent):
        """The same for the whole: every open part that was not with a formal supporter yet."""

        TOPIC = "casefile:CaseFile.WholeEscalated"
        escalation_id: UUID
        part_ids: tuple[UUID, ...]
        indications: tuple[str, ...]
        reported_by_role: str
        priority: bool
        only_adds: bool
        resident_agrees: bool
        answer_by: datetime

    def observe_indication(
        self, part_id: UUID | None, indication: str, reported_by_role: str, now: datetime
    ) -> None:
        """Raises IndicationUnknown, CaseIsClosed, PartUnknown, PartIsClosed."""
        known_indication(indication)
        self._parts_to_scale(part_id)
        self._observe(part_id, (indication,), reported_by_role, now)

    def escalate_part(
        self,
        part_id: UUID,
        indications: Sequence[str],
        reported_by_role: str,
        *,
        resident_agrees: bool,
        escalation_id: UUID,
        answer_by: datetime,
        now: datetime,
    ) -> None:
        """Decide to scale up a part (ESC-03), on grounds that anyone may report (ESC-04).

        A resident who does not agree is respected and the no is recorded; only a safety risk goes on, with
        priority and seen by a coordinator at once (ESC-15, ESC-23). ``answer_by``: until then matching may
        answer with options.

        Raises CaseIsClosed, PartUnknown, PartIsClosed, PartAlreadyEscalated, PartIsWithFormalSupporter,
        and what ``grounds`` raises.
        """
        given = grounds(indications, "up")
        part = self.open_part(part_id)
        if self._waits_for_formal(part, given):
            raise PartAlreadyEscalated
        if part.responsible and part.responsible.formality == "formal":
            raise PartIsWithFormalSupporter
        self._observe(part_id, given.codes, reported_by_role, now)
        if not resident_agrees and not given.priority:
            self._refused("up", (part_id,), False, given, reported_by_role, now)
            return
        self.happened(
            self.PartEscalated,
            now=now,
            escalation_id=escalation_id,
            part_id=part_id,
            indications=given.codes,
            reported_by_role=reported_by_role,
            priority=given.priority,
            only_adds=given.only_adds,
            resident_agrees=resident_agrees,
            answer_by=answer_by,
        )
        if given.priority:
            self._put_on_list((part_id,), Reason.SAFETY_RISK, now)

    def escalate_whole(
        self,
        indications: Sequence[str],
        reported_by_role: str,
        *,
        resident_agrees: bool,
        escalation_id: UUID,
        answer_by: datetime,
        now: datetime,
    ) -> None:
        """Decide to scale up every open part that is not with a formal supporter or on its way there.

        Raises CaseIsClosed, NothingToScale, and what ``grounds`` raises.
        """
        given = grounds(indications, "up")
        parts = [
            part
            for part in self._parts_to_scale(None)
            if not self._waits_for_formal(part, given)
            and not (part.responsible and part.responsible.formality == "formal")
        ]
        if not parts:
            raise NothingToScale
        part_ids = tuple(part.part_id for part in parts)
        self._observe(None, given.codes, reported_by_role, now)
        if not resident_agrees and not given.priority:
            self._refused("up", part_ids, True, given, reported_by_role, now)
            return
        self.happened(
            self.WholeEscalated,
            now=now,
            escalation_id=escalation_id,
            part_ids=part_ids,
            indications=given.codes,
            reported_by_role=reported_by_role,
            priority=given.priority,
            only_adds=given.only_adds,
            resident_agrees=resident_agrees,
            answer_by=answer_by,
        )
        if given.priority:
            self._put_on_list(part_ids, Reason.SAFETY_RISK, now)

    def _waits_for_formal(self, part: Part, given: Grounds) -> bool:
        """Whether that is decided already. Asking for advice does not stand in the way of scaling up."""
        if part.escalation_id is not None:
            return True
        return given.only_adds and any(
            part.part_id in each.part_ids for each in self.escalations.values() if each.only_adds
        )

    def _parts_to_scale(self, part_id: UUID | None) -> tuple[Part, ...]:
        if part_id is not None:
            return (self.open_part(part_id),)
        if not self.open:
            raise CaseIsClosed
        return self.open_parts()

    def _observe(
        self, part_id: UUID | None, indications: Sequence[str], reported_by_role: str, now: datetime
    ) -> None:
        for indication in indications:
            self.happened(
                self.IndicationObserved,
                now=now,
                part_id=part_id,
                indication=indication,
                reported_by_role=reported_by_role,
            )

    def _refused(
        self,
        direction: Literal["up", "down"],
        part_ids: tuple[UUID, ...],
        whole: bool,
        given: Grounds,
        reported_by_role: str,
        now: datetime,
    ) -> None:
        self.happened(
            self.ScalingRefused,
            now=now,
            direction=direction,
            part_ids=part_ids,
            whole=whole,
            indications=given.codes,
            reported_by_role=reported_by_role,
        )

    @event(PartEscalated)
    def _part_escalated(
        self,
        escalation_id: UUID,
        part_id: UUID,
        indications: tuple[str, ...],
        priority: bool,
        only_adds: bool,
        answer_by: datetime,
    ) -> None:
        decision = Escalation(escalation_id, (part_id,), False, indications, priority, only_adds)
        self._escalated(decision, answer_by)

    @event(WholeEscalated)
    def _whole_escalated(
        self,
        escalation_id: UUID,
        part_ids: tuple[UUID, ...],
        indications: tuple[str, ...],
        priority: bool,
        only_adds: bool,
        answer_by: datetime,
    ) -> None:
        decision = Escalation(escalation_id, part_ids, True, indications, priority, only_adds)
        self._escalated(decision, answer_by)

    def _escalated(self, decision: Escalation, answer_by: datetime) -> None:
        self.escalations[decision.escalation_id] = decision
        if not decision.only_adds:
            self._change_parts(decision.part_ids, escalation_id=decision.escalation_id)
        self.awaited[decision.escalation_id] = Awaited("options_for_escalation", decision.part_ids, answer_by)
