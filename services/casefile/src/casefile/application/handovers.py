"""The steps of a warm handover (WHO-01 to WHO-09); who takes one is found from who signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

from casefile.application.deciding import Answer, Deciding
from casefile.application.deciding import Step as At
from casefile.application.participation import side_for
from casefile.commands import PlanTalk, RecordTalk
from casefile.domain.case import CaseFile
from casefile.domain.handover import Side, Step
from chassis.signin import Caller

Taken = Callable[[CaseFile, UUID, Side, datetime], None]


class Handovers(Deciding):
    """Each raises NotFound and what the rule of that name in the domain raises."""

    def accept(self, caller: Caller, case_id: UUID, handover_id: UUID) -> Answer:
        """The receiver says yes (WHO-04)."""

        def step(at: At) -> None:
            side = self._side(at, handover_id, Step.ACCEPT, caller)
            at.case.accept_handover(handover_id, side, at.now + at.network.handover_talk_within, at.now)

        return self.apply(caller, case_id, "stepInHandover", step)

    def plan(self, caller: Caller, case_id: UUID, handover_id: UUID, asked: PlanTalk) -> Answer:
        """The talk gets a date."""

        def step(at: At) -> None:
            side = self._side(at, handover_id, Step.PLAN, caller)
            at.case.plan_handover(handover_id, side, asked.planned_at, at.now)

        return self.apply(caller, case_id, "stepInHandover", step)

    def record_talk(self, caller: Caller, case_id: UUID, handover_id: UUID, asked: RecordTalk) -> Answer:
        """The talk was held (WHO-02, WHO-05)."""

        def step(at: At) -> None:
            side = self._side(at, handover_id, Step.RECORD_TALK, caller)
            resident = at.case.resident
            at.case.record_three_way_talk(
                handover_id,
                side,
                held_at=asked.held_at or at.now,
                participant_roles=asked.participant_roles,
                overview_keeper=asked.overview_keeper,
                who_does_what=self.sealing.of_resident(
                    resident, "handover.who_does_what", asked.who_does_what
                ),
                way_back=self.sealing.of_resident(resident, "handover.way_back", asked.way_back),
                giver_stays=asked.giver_stays,
                now=at.now,
            )

        return self.apply(caller, case_id, "stepInHandover", step)

    def decline(
        self, caller: Caller, case_id: UUID, handover_id: UUID, by: Literal["receiver", "resident"]
    ) -> Answer:
        """Receiver or resident says no (WHO-07); the resident's no may be recorded by whoever takes part."""

        def step(at: At) -> None:
            if by == "resident":
                side: Side = "resident"
            else:
                side = self._side(at, handover_id, Step.DECLINE, caller)
            at.case.decline_handover(handover_id, side, at.now)

        return self.apply(
            caller, case_id, "declineForResident" if by == "resident" else "stepInHandover", step
        )

    def cancel(self, caller: Caller, case_id: UUID, handover_id: UUID) -> Answer:
        """Giver, receiver or coordinator calls it off."""
        return self._simply(caller, case_id, handover_id, Step.CANCEL, CaseFile.cancel_handover)

    def fail(self, caller: Caller, case_id: UUID, handover_id: UUID) -> Answer:
        """It does not work, after all."""
        return self._simply(caller, case_id, handover_id, Step.FAIL, CaseFile.fail_handover)

    def undo(self, caller: Caller, case_id: UUID, handover_id: UUID) -> Answer:
        """It was entered in error."""
        return self._simply(caller, case_id, handover_id, Step.UNDO, CaseFile.undo_handover)

    def rest(self, caller: Caller, case_id: UUID, handover_id: UUID) -> Answer:
        """It rests for a while."""
        return self._simply(caller, case_id, handover_id, Step.HOLD, CaseFile.let_handover_rest)

    def resume(self, caller: Caller, case_id: UUID, handover_id: UUID) -> Answer:
        """It goes on."""
        return self._simply(caller, case_id, handover_id, Step.RESUME, CaseFile.resume_handover)

    def _simply(self, caller: Caller, case_id: UUID, handover_id: UUID, step: Step, take: Taken) -> Answer:
        def taken(at: At) -> None:
            take(at.case, handover_id, self._side(at, handover_id, step, caller), at.now)

        return self.apply(caller, case_id, "stepInHandover", taken)

    def _side(self, at: At, handover_id: UUID, step: Step, caller: Caller) -> Side:
        return side_for(at.case, at.case.handover(handover_id), step, caller.principal)
