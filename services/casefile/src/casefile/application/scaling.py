"""Scaling up and down, and what is seen before (ESC-01 to ESC-23)."""

from __future__ import annotations

from uuid import UUID, uuid4

from casefile.application.deciding import Answer, Deciding, Step
from casefile.commands import DeEscalate, Escalate, ObserveIndication
from chassis.signin import Caller


class Scaling(Deciding):
    """Up, down, and observing. Each raises NotFound and what the rule of that name in the domain raises."""

    def observe(self, caller: Caller, case_id: UUID, asked: ObserveIndication) -> Answer:
        """A reason was seen (ESC-06)."""

        def step(at: Step) -> Answer:
            at.case.observe_indication(asked.part_id, asked.indication, asked.reported_by_role, at.now)
            return {}

        return self.apply(
            caller, case_id, "observeIndication", step, asked.part_id, named=asked.part_id is not None
        )

    def escalate(self, caller: Caller, case_id: UUID, part_id: UUID | None, asked: Escalate) -> Answer:
        """Up, a part or (None) the whole; ``escalationId`` is null when the resident's no was respected."""
        escalation_id = uuid4()

        def step(at: Step) -> Answer:
            answer_by = at.now + at.network.answer_within
            if part_id is None:
                at.case.escalate_whole(
                    asked.indications,
                    asked.reported_by_role,
                    resident_agrees=asked.resident_agrees,
                    escalation_id=escalation_id,
                    answer_by=answer_by,
                    now=at.now,
                )
            else:
                at.case.escalate_part(
                    part_id,
                    asked.indications,
                    asked.reported_by_role,
                    resident_agrees=asked.resident_agrees,
                    escalation_id=escalation_id,
                    answer_by=answer_by,
                    now=at.now,
                )
            decided = escalation_id in at.case.escalations
            return {"escalationId": str(escalation_id) if decided else None}

        return self.apply(caller, case_id, "scale", step, part_id, named=part_id is not None)

    def de_escalate(self, caller: Caller, case_id: UUID, part_id: UUID | None, asked: DeEscalate) -> Answer:
        """Down, a part or (None) the whole; ``escalationId`` names the decision, as on the bus."""
        decision_id = uuid4()

        def step(at: Step) -> Answer:
            at.case.de_escalate(
                part_id,
                asked.indications,
                asked.reported_by_role,
                resident_agrees=asked.resident_agrees,
                receiver=asked.receiver,
                decision_id=decision_id,
                answer_by=at.now + at.network.answer_within,
                handover_answer_by=at.now + at.network.handover_answer_within,
                now=at.now,
            )
            return {"escalationId": str(decision_id)}

        return self.apply(caller, case_id, "scale", step, part_id, named=part_id is not None)
