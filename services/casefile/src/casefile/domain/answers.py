"""Steps that other services were asked for: an answer, or silence that reaches a coordinator (P10)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casefile.domain.case_state import AwaitedStep
from casefile.domain.on_the_list import OnTheList
from casefile.domain.place import Reason
from chassis.aggregates import DomainEvent, event


class Answers(OnTheList):
    """An answer may be late: it still counts, and takes the silence off the list."""

    class AnswerCame(DomainEvent):
        """The other service answered; ``somebody_fits`` when there are options to choose from."""

        TOPIC = "casefile:CaseFile.AnswerCame"
        awaited_id: UUID
        somebody_fits: bool

    class AnswerOverdue(DomainEvent):
        """The other service was silent for too long."""

        TOPIC = "casefile:CaseFile.AnswerOverdue"
        awaited_id: UUID
        step: AwaitedStep

    def options_came(self, escalation_id: UUID, now: datetime) -> None:
        """There are options for an escalation: the resident chooses. Nothing for one that is over."""
        self._answered(escalation_id, somebody_fits=True, now=now)
        self._take_off(self._open_of(escalation_id), (Reason.ANSWER_OVERDUE, Reason.NOBODY_FITS), now)

    def nobody_fits(self, escalation_id: UUID | None, part_id: UUID | None, now: datetime) -> None:
        """No supporter was found, for an escalation or for a part (None: all): a coordinator goes on."""
        if escalation_id is not None:
            self._answered(escalation_id, somebody_fits=False, now=now)
            parts = self._open_of(escalation_id)
            self._take_off(parts, (Reason.ANSWER_OVERDUE,), now)
        else:
            parts = self._open_among(part_id)
        self._put_on_list(parts, Reason.NOBODY_FITS, now)

    def answer_overdue(self, awaited_id: UUID, now: datetime) -> None:
        """The moment for an answer passed: it stands on the list. Nothing when it came or was told before."""
        awaited = self.awaited.get(awaited_id)
        if awaited is None or now < awaited.due_at:
            return
        self.happened(self.AnswerOverdue, now=now, awaited_id=awaited_id, step=awaited.step)
        if awaited.step == "waakvlam_check_due":
            self._put_on_list(awaited.abouts, Reason.WAAKVLAM_SILENCE, now)
        else:
            open_now = tuple(each for each in awaited.abouts if self.parts[each].open)
            self._put_on_list(open_now, Reason.ANSWER_OVERDUE, now)

    def other_answer_overdue(self, about: UUID, now: datetime) -> None:
        """Another service waited in vain for an answer about a match, an escalation or a part of this case;
        when it is none of those, every open part stands on the list.
        """
        of_match = tuple(
            part.part_id for part in self.open_parts() if about in {each.match_id for each in part.people()}
        )
        known = of_match or self._open_of(about) or tuple(p for p in self._open_among(None) if p == about)
        self._put_on_list(known or self._open_among(None), Reason.ANSWER_OVERDUE, now)

    def _answered(self, awaited_id: UUID, *, somebody_fits: bool, now: datetime) -> None:
        if awaited_id in self.awaited:
            self.happened(self.AnswerCame, now=now, awaited_id=awaited_id, somebody_fits=somebody_fits)

    def _open_of(self, escalation_id: UUID) -> tuple[UUID, ...]:
        escalation = self.escalations.get(escalation_id)
        return tuple(each for each in escalation.part_ids if self.parts[each].open) if escalation else ()

    def _open_among(self, part_id: UUID | None) -> tuple[UUID, ...]:
        return tuple(part.part_id for part in self.open_parts() if part_id in (None, part.part_id))

    @event(AnswerCame)
    def _answer_came(self, awaited_id: UUID) -> None:
        self.awaited.pop(awaited_id, None)

    @event(AnswerOverdue)
    def _answer_overdue(self, awaited_id: UUID) -> None:
        self.awaited.pop(awaited_id, None)
