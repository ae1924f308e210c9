"""The only door outwards: what a private fact of a case means to other services, or nothing.

Claims and places on the list stay here; so does every word that somebody said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from casefile.domain.case import CaseFile
from casefile.domain.chronicle import Chronicle
from casefile.domain.part import Supporter
from casefile.domain.support_log import SupportLog
from casefile.publishing import consents, erasures, safeguards
from chassis.aggregates import DomainEvent
from contracts import casefile as told
from contracts.envelope import ContractEvent

_Door = Callable[[Any, Any], ContractEvent | Iterable[ContractEvent] | None]


def publish(fact: DomainEvent, aggregate: Any) -> Iterable[ContractEvent]:
    """What others hear of a fact. The aggregate already stands after it."""
    door = _DOORS.get(type(fact))
    events = door(fact, aggregate) if door else None
    if events is None:
        return ()
    return (events,) if isinstance(events, ContractEvent) else events


def _opened(fact: CaseFile.Opened, _case: CaseFile) -> ContractEvent:
    return told.CaseOpened(
        number=fact.number,
        network=fact.network,
        network_version=fact.network_version,
        organisation=fact.organisation,
        municipality=fact.municipality,
        resident=fact.resident,
        languages=fact.languages,
        opened_at=fact.timestamp,
    )


def _part_added(fact: CaseFile.PartAdded, case: CaseFile) -> ContractEvent:
    return told.CasePartAdded(
        part_id=fact.part.part_id,
        life_domains=fact.part.life_domains,
        languages=case.languages,
        formality=fact.part.formality,
        organisation=case.organisation,
        network=case.network,
        municipality=case.municipality,
    )


def _assigned(fact: CaseFile.SupporterAssigned, _case: CaseFile) -> ContractEvent:
    return told.SupporterAssigned(
        part_id=fact.part_id,
        supporter_id=fact.supporter.supporter_id,
        match_id=fact.supporter.match_id,
        responsible="at_once",
    )


def _refused(fact: CaseFile.AssignmentRefused, _case: CaseFile) -> ContractEvent:
    return told.AssignmentRefused(
        part_id=fact.part_id, supporter_id=fact.supporter_id, match_id=fact.match_id, reason=fact.reason
    )


def _match_refused(fact: Chronicle.MatchRefused, _entry: Chronicle) -> ContractEvent:
    return told.AssignmentRefused(
        part_id=fact.part_id,
        supporter_id=fact.supporter_id,
        match_id=fact.match_id,
        reason="case_unknown",
    )


def _logged(fact: SupportLog.Logged, _entry: SupportLog) -> ContractEvent:
    return told.SupportLogged(
        part_id=fact.part_id,
        contact_id=fact.contact_id,
        kind=fact.kind,
        supporter_id=fact.supporter_id,
        happened_at=fact.happened_at,
    )


def _observed(fact: CaseFile.IndicationObserved, _case: CaseFile) -> ContractEvent:
    return told.IndicationObserved(
        part_id=fact.part_id, indication=fact.indication, reported_by_role=fact.reported_by_role
    )


def _domains(case: CaseFile, part_ids: Iterable[UUID]) -> tuple[str, ...]:
    found = [domain for part_id in part_ids for domain in case.parts[part_id].asked.life_domains]
    return tuple(dict.fromkeys(found))


def _escalated(fact: CaseFile.PartEscalated | CaseFile.WholeEscalated, case: CaseFile) -> ContractEvent:
    part_id = fact.part_id if isinstance(fact, CaseFile.PartEscalated) else None
    part_ids = (part_id,) if part_id else fact.part_ids  # type: ignore[union-attr]
    return told.Escalated(
        escalation_id=fact.escalation_id,
        part_id=part_id,
        indications=fact.indications,
        reported_by_role=fact.reported_by_role,
        priority=fact.priority,
        life_domains=_domains(case, part_ids),
        languages=case.languages,
        organisation=case.organisation,
        network=case.network,
        municipality=case.municipality,
    )


def _de_escalated(
    fact: CaseFile.PartDeEscalated | CaseFile.WholeDeEscalated, case: CaseFile
) -> ContractEvent:
    part_id = fact.part_id if isinstance(fact, CaseFile.PartDeEscalated) else None
    part_ids = (part_id,) if part_id else fact.part_ids  # type: ignore[union-attr]
    return told.DeEscalated(
        escalation_id=fact.decision_id,
        part_id=part_id,
        indications=fact.indications,
        reported_by_role=fact.reported_by_role,
        life_domains=_domains(case, part_ids),
        languages=case.languages,
        organisation=case.organisation,
        network=case.network,
        municipality=case.municipality,
        receiver=fact.receiver,
    )


def _offered(fact: CaseFile.HandoverOffered, _case: CaseFile) -> Iterable[ContractEvent]:
    if fact.by_match:
        # The answer that matching waits for; a receiver who was in the case already was not asked of it.
        yield told.SupporterAssigned(
            part_id=fact.part_ids[0] if len(fact.part_ids) == 1 else None,
            supporter_id=fact.receiver.supporter_id,
            match_id=fact.receiver.match_id,
            responsible="after_warm_handover",
        )
    yield told.HandoverOffered(
        handover_id=fact.handover_id,
        part_ids=fact.part_ids,
        giver=_id(fact.giver),
        receiver=fact.receiver.supporter_id,
        receiver_organisation=fact.receiver.organisation,
        match_id=fact.receiver.match_id,
        answer_by=fact.answer_by,
    )


def _accepted(fact: CaseFile.HandoverAccepted, _case: CaseFile) -> ContractEvent:
    return told.WarmHandoverAccepted(handover_id=fact.handover_id)


def _planned(fact: CaseFile.HandoverPlanned, _case: CaseFile) -> ContractEvent:
    return told.WarmHandoverPlanned(handover_id=fact.handover_id, planned_at=fact.planned_at)


def _talked(fact: CaseFile.ThreeWayTalkHeld, _case: CaseFile) -> ContractEvent:
    return told.ThreeWayTalkHeld(
        handover_id=fact.handover_id, held_at=fact.held_at, participant_roles=fact.participant_roles
    )


def _completed(fact: CaseFile.HandoverCompleted, _case: CaseFile) -> ContractEvent:
    return told.WarmHandoverCompleted(
        handover_id=fact.handover_id,
        part_ids=fact.part_ids,
        giver=_id(fact.giver),
        receiver=fact.receiver.supporter_id,
        match_id=fact.receiver.match_id,
        direction=fact.direction,
        completed_at=fact.timestamp,
    )


# A handover to somebody who was in the case already (down to the earlier informal supporter) says nothing
# about that person's match, so its end is not told: matching would end the match.


def _declined(fact: CaseFile.HandoverDeclined, case: CaseFile) -> ContractEvent | None:
    if not case.handovers[fact.handover_id].by_match:
        return None
    return told.WarmHandoverDeclined(
        handover_id=fact.handover_id,
        part_ids=fact.part_ids,
        receiver=fact.receiver.supporter_id,
        match_id=fact.receiver.match_id,
        by=fact.by,
    )


def _cancelled(fact: CaseFile.HandoverCancelled, case: CaseFile) -> ContractEvent | None:
    if not case.handovers[fact.handover_id].by_match:
        return None
    return told.WarmHandoverCancelled(
        handover_id=fact.handover_id,
        part_ids=fact.part_ids,
        receiver=fact.receiver.supporter_id,
        match_id=fact.receiver.match_id,
        reason=fact.reason.value,
    )


def _timed_out(fact: CaseFile.HandoverTimedOut, case: CaseFile) -> ContractEvent | None:
    if not case.handovers[fact.handover_id].by_match:
        return None
    return told.WarmHandoverTimedOut(
        handover_id=fact.handover_id,
        part_ids=fact.part_ids,
        receiver=fact.receiver.supporter_id,
        match_id=fact.receiver.match_id,
    )


def _part_closed(fact: CaseFile.PartClosed, _case: CaseFile) -> ContractEvent:
    return told.CasePartClosed(part_id=fact.part_id, reason=fact.reason)


def _closed(fact: CaseFile.Closed, _case: CaseFile) -> ContractEvent:
    return told.CaseClosed(reason=fact.reason, closed_at=fact.timestamp)


def _reopened(fact: CaseFile.Reopened, _case: CaseFile) -> ContractEvent:
    return told.CaseReopened(reopened_at=fact.timestamp)


def _waakvlam_planned(fact: CaseFile.WaakvlamPlanned, _case: CaseFile) -> ContractEvent:
    return told.WaakvlamScheduled(
        check_id=fact.check_id,
        due_at=fact.due_at,
        responsible=_id(fact.responsible),
        organisation=fact.organisation,
    )


def _check_done(fact: CaseFile.CheckDone, _case: CaseFile) -> ContractEvent:
    return told.WaakvlamCheckDone(check_id=fact.check_id, outcome=fact.outcome.value, done_at=fact.timestamp)


def _check_reassigned(fact: CaseFile.CheckReassigned, _case: CaseFile) -> ContractEvent:
    return told.WaakvlamReassigned(check_id=fact.check_id, responsible=_id(fact.responsible))


def _check_stopped(fact: CaseFile.CheckStopped, _case: CaseFile) -> ContractEvent:
    return told.WaakvlamStopped(check_id=fact.check_id)


def _id(supporter: Supporter | None) -> UUID | None:
    return supporter.supporter_id if supporter else None


_DOORS: dict[type[DomainEvent], _Door] = {
    **consents.DOORS,
    **erasures.DOORS,
    CaseFile.Opened: _opened,
    CaseFile.PartAdded: _part_added,
    CaseFile.SupporterAssigned: _assigned,
    CaseFile.SupporterAdded: _assigned,
    CaseFile.AssignmentRefused: _refused,
    Chronicle.MatchRefused: _match_refused,
    SupportLog.Logged: _logged,
    SupportLog.RepresentedInPresence: safeguards.represented,
    CaseFile.SafetyRiskFlagged: safeguards.safety_risk_flagged,
    CaseFile.IndicationObserved: _observed,
    CaseFile.PartEscalated: _escalated,
    CaseFile.WholeEscalated: _escalated,
    CaseFile.PartDeEscalated: _de_escalated,
    CaseFile.WholeDeEscalated: _de_escalated,
    CaseFile.HandoverOffered: _offered,
    CaseFile.HandoverAccepted: _accepted,
    CaseFile.HandoverPlanned: _planned,
    CaseFile.ThreeWayTalkHeld: _talked,
    CaseFile.HandoverCompleted: _completed,
    CaseFile.HandoverDeclined: _declined,
    CaseFile.HandoverCancelled: _cancelled,
    CaseFile.HandoverTimedOut: _timed_out,
    CaseFile.PartClosed: _part_closed,
    CaseFile.Closed: _closed,
    CaseFile.Reopened: _reopened,
    CaseFile.WaakvlamPlanned: _waakvlam_planned,
    CaseFile.CheckDone: _check_done,
    CaseFile.CheckReassigned: _check_reassigned,
    CaseFile.CheckStopped: _check_stopped,
}
