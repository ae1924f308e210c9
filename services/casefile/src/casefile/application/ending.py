"""Closing, the pilot light afterwards, and opening again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from casefile.application.deciding import Answer, Deciding, Step
from casefile.commands import AgreeOnWaakvlam, CloseCase, ReopenCase
from casefile.domain.errors import CaseIsClosed, MomentMissing
from casefile.domain.waakvlam_check import Outcome
from chassis.signin import Caller


class Ending(Deciding):
    """Each raises NotFound and what the rule of that name in the domain raises."""

    def close_part(self, caller: Caller, case_id: UUID, part_id: UUID, reason: str) -> Answer:
        """A part is done (CLO-05)."""

        def step(at: Step) -> None:
            at.case.close_part(part_id, reason, at.now)

        return self.apply(caller, case_id, "closePart", step, part_id)

    def close(self, caller: Caller, case_id: UUID, asked: CloseCase) -> Answer:
        """Close the case with its open parts, and record what was agreed about the pilot light (CLO-07).

        A case that closed with its last part is closed already: then only that answer is recorded. Raises
        CaseIsClosed when there is nothing left to record.
        """

        def step(at: Step) -> Answer:
            if at.case.open:
                at.case.close(asked.reason, at.now)
            elif asked.waakvlam is None or at.case.asked_about_waakvlam:
                raise CaseIsClosed
            return self._agree(at, asked.waakvlam) if asked.waakvlam else {}

        return self.apply(caller, case_id, "closeCase", step)

    def agree_on_waakvlam(self, caller: Caller, case_id: UUID, asked: AgreeOnWaakvlam) -> Answer:
        """The resident's answer about pilot-light contact, after closing (CLO-07, WAA-03, WAA-04)."""

        def step(at: Step) -> Answer:
            return self._agree(at, asked)

        return self.apply(caller, case_id, "agreeOnWaakvlam", step)

    def record_check(self, caller: Caller, case_id: UUID, check_id: UUID, outcome: Outcome) -> Answer:
        """How a check went (WAA-06); ``nextCheckId`` when another one was planned because of it."""
        next_check_id = uuid4()

        def step(at: Step) -> Answer:
            at.case.record_check(
                check_id,
                outcome,
                next_check_id=next_check_id,
                retry_after=at.network.waakvlam_retry_after,
                answer_within=at.network.answer_within,
                now=at.now,
            )
            return {"nextCheckId": str(next_check_id) if next_check_id in at.case.checks else None}

        return self.apply(caller, case_id, "recordCheck", step)

    def reassign_check(
        self, caller: Caller, case_id: UUID, check_id: UUID, responsible: UUID | None
    ) -> Answer:
        """Somebody else does it (WAA-09)."""

        def step(at: Step) -> None:
            at.case.reassign_check(check_id, responsible, at.now)

        return self.apply(caller, case_id, "reassignCheck", step)

    def stop_waakvlam(self, caller: Caller, case_id: UUID, check_id: UUID) -> Answer:
        """The resident wants no more contact (WAA-04)."""

        def step(at: Step) -> None:
            at.case.stop_waakvlam(check_id, at.now)

        return self.apply(caller, case_id, "stopWaakvlam", step)

    def reopen(self, caller: Caller, case_id: UUID, asked: ReopenCase) -> Answer:
        """Open again with new questions (WAA-07)."""

        def step(at: Step) -> Answer:
            parts = [self.seal_part(at.case.resident, part) for part in asked.parts]
            asked_anew = at.case.reopen(parts, at.now)
            at.at_hand.consent(at.case.resident, "resident", at.case.organisation, at.now).lapse(
                asked_anew, at.now
            )
            return {"partIds": [str(part.part_id) for part in parts]}

        return self.apply(caller, case_id, "reopenCase", step)

    def _agree(self, at: Step, asked: AgreeOnWaakvlam) -> Answer:
        if not asked.agreed:
            at.case.decline_waakvlam(at.now)
            return {"checkId": None}
        if asked.due_after_days is None:
            raise MomentMissing
        check_id = uuid4()
        at.case.agree_on_waakvlam(
            check_id,
            at.now + timedelta(days=asked.due_after_days),
            responsible=asked.responsible,
            every_days=asked.every_days,
            answer_within=at.network.answer_within,
            offered=at.network.offers_waakvlam(at.case.organisation),
            now=at.now,
        )
        return {"checkId": str(check_id)}
