"""Safety risks, personal ties and named handlers (CON-18, design §1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from casefile.application.deciding import Answer, Deciding, Step
from casefile.commands.safeguards import FlagSafetyRisk, NameHandlers, RecordPersonalTie
from casefile.domain.case import CaseFile
from casefile.domain.safety import Told
from chassis.signin import Caller


class Safeguarding(Deciding):
    """Each raises NotFound and what the rule of that name in the domain raises."""

    def flag_safety_risk(self, caller: Caller, case_id: UUID, asked: FlagSafetyRisk) -> Answer:
        """Mark a risk, by whoever takes part; ``escalationId`` when something scaled up because of it."""
        risk_id, escalation_id = uuid4(), uuid4()

        def step(at: Step) -> Answer:
            case = at.case
            case.flag_safety_risk(
                risk_id,
                asked.part_id,
                asked.kind,
                told=[
                    Told(each.party_kind, each.party, each.ground, each.told_at or at.now)
                    for each in asked.told
                ],
                consented=_consented(case, at),
                words=self.sealing.of_resident(case.resident, "safety.words", asked.words),
                priority=asked.priority,
                reported_by_role=asked.reported_by_role,
                resident_agrees=asked.resident_agrees,
                react_by=at.now + at.network.safeguards.safety_reaction_within,
                escalation_id=escalation_id,
                answer_by=at.now + at.network.answer_within,
                now=at.now,
            )
            scaled = escalation_id in case.escalations
            return {"riskId": str(risk_id), "escalationId": str(escalation_id) if scaled else None}

        return self._within(caller, case_id, "flagSafetyRisk", step, asked.part_id)

    def react_to_safety_risk(self, caller: Caller, case_id: UUID, risk_id: UUID) -> Answer:
        """Somebody takes it up."""

        def step(at: Step) -> Answer:
            at.case.react_to_safety_risk(risk_id, caller.subject, at.now)
            return {"riskId": str(risk_id), "escalationId": None}

        return self._within(caller, case_id, "reactToSafetyRisk", step)

    def record_personal_tie(self, caller: Caller, case_id: UUID, asked: RecordPersonalTie) -> Answer:
        """By a coordinator, or by the person: ``subject`` is the caller when left out."""
        bar_id, subject = uuid4(), asked.subject or caller.subject
        action = "recordOwnTie" if subject == caller.subject else "recordPersonalTie"

        def step(at: Step) -> Answer:
            at.case.record_personal_tie(bar_id, subject, asked.relation, caller.subject, at.now)
            return {"tieId": str(bar_id)}

        return self._briefly(caller, case_id, action, step)

    def end_personal_tie(self, caller: Caller, case_id: UUID, tie_id: UUID) -> Answer:
        """By another coordinator."""

        def step(at: Step) -> Answer:
            at.case.end_personal_tie(tie_id, caller.subject, at.now)
            return {"tieId": str(tie_id)}

        return self._briefly(caller, case_id, "endPersonalTie", step)

    def name_handlers(self, caller: Caller, case_id: UUID, asked: NameHandlers) -> Answer:
        """Restrict the case to these, or change who they are."""
        restriction_id = uuid4()

        def step(at: Step) -> Answer:
            if at.case.restriction is None:
                at.case.restrict(restriction_id, asked.handlers, caller.subject, at.now)
            else:
                at.case.change_handlers(asked.handlers, caller.subject, at.now)
            return _restriction(at.case)

        return self._briefly(caller, case_id, "nameHandlers", step)

    def end_restriction(self, caller: Caller, case_id: UUID) -> Answer:
        """The coordination handles it again."""

        def step(at: Step) -> Answer:
            at.case.end_restriction(caller.subject, at.now)
            return _restriction(at.case)

        return self._briefly(caller, case_id, "endRestriction", step)

    def _within(
        self,
        caller: Caller,
        case_id: UUID,
        action: str,
        step: Callable[[Step], dict[str, Any]],
        part_id: UUID | None = None,
    ) -> Answer:
        return self.apply(caller, case_id, action, step, part_id)

    def _briefly(
        self, caller: Caller, case_id: UUID, action: str, step: Callable[[Step], dict[str, Any]]
    ) -> Answer:
        """The answer without how the case stands: who just barred themselves is not shown it again."""
        told = self._within(caller, case_id, action, step)
        shown = ("caseId", "tieId", "handlers", "restricted")
        return {name: told[name] for name in shown if name in told}


def _consented(case: CaseFile, at: Step) -> frozenset[str]:
    """Parties to whom some consent of the resident is in force for this case."""
    return frozenset(each.party.id for each in case.involvements.values() if each.in_force(at.now))


def _restriction(case: CaseFile) -> dict[str, Any]:
    handlers = case.restriction.handlers if case.restriction else ()
    return {"restricted": case.restriction is not None, "handlers": list(handlers)}
