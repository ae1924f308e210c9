"""How a case stands, in codes and ids: what every command answers and what ``GET /v1/cases/{…}`` shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from casefile.domain.case import CaseFile
from casefile.domain.handover import Handover
from casefile.domain.part import Part, Supporter
from casefile.domain.waakvlam_check import Check
from chassis.access.scope import Scope

Answer = dict[str, Any]


def standing(case: CaseFile, scope: Scope) -> Answer:
    """The case as far as it may be seen, without anything personal; JSON as it goes out.

    Who holds some parts sees those, that there are others (``hiddenParts``), and nothing of them (CON-09).
    """
    parts = [part for part in case.parts.values() if covers(scope, part.part_id)]
    seen = {part.part_id for part in parts}
    return {
        "caseId": str(case.id),
        "number": case.number,
        "network": case.network,
        "municipality": case.municipality,
        "organisation": case.organisation,
        "resident": str(case.resident),
        "state": "open" if case.open else "closed",
        "openedAt": case.created_on.isoformat(),
        "changedAt": case.modified_on.isoformat(),
        "closedFor": case.closed_for,
        "parts": [_part(case, part) for part in parts],
        "hiddenParts": len(parts) < len(case.parts),
        "handovers": [
            _handover(handover) for handover in case.running_handovers() if seen & set(handover.part_ids)
        ],
        "checks": [_check(check) for check in case.checks.values()],
        "consentedParties": sorted(case.admitted_parties()) if scope.whole else [],
        "askedAboutWaakvlam": case.asked_about_waakvlam,
    }


def covers(scope: Scope, part_id: UUID) -> bool:
    """Whether something of this part may be seen."""
    return any(one.covers(part_id) for one in scope.held)


def _part(case: CaseFile, part: Part) -> Answer:
    handover, place = case.handover_of(part.part_id), case.places.get(part.part_id)
    return {
        "partId": str(part.part_id),
        "lifeDomains": list(part.asked.life_domains),
        "formality": part.asked.formality,
        "responsible": _id(part.responsible),
        "responsibleFormality": part.responsible.formality if part.responsible else None,
        "companions": [str(each.supporter_id) for each in part.companions],
        "onList": sorted(place.reasons) if place else [],
        "claimed": bool(place and place.claim),
        "escalation": str(part.escalation_id) if part.escalation_id else None,
        "handover": str(handover.handover_id) if handover else None,
        "closedFor": part.closed_for,
    }


def _handover(handover: Handover) -> Answer:
    return {
        "handoverId": str(handover.handover_id),
        "state": handover.state.value,
        "partIds": [str(part_id) for part_id in handover.part_ids],
        "giver": _id(handover.giver),
        "receiver": _id(handover.receiver),
        "receiverOrganisation": handover.receiver.organisation,
        "direction": handover.direction,
        "answerBy": handover.answer_by.isoformat(),
        "accepted": handover.accepted,
        "plannedAt": handover.planned_at.isoformat() if handover.planned_at else None,
        "talkHeld": handover.talk is not None,
    }


def _check(check: Check) -> Answer:
    return {
        "checkId": str(check.check_id),
        "state": check.state,
        "dueAt": check.due_at.isoformat(),
        "responsible": _id(check.responsible),
        "everyDays": check.every_days,
    }


def _id(supporter: Supporter | None) -> str | None:
    return str(supporter.supporter_id) if supporter else None
