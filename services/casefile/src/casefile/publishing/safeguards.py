"""What others hear of safety risks, and of speaking for the resident: codes and ids, no word of it."""

from __future__ import annotations

from casefile.domain.case import CaseFile
from casefile.domain.support_log import SupportLog
from contracts import casefile as told
from contracts.envelope import ContractEvent


def safety_risk_flagged(fact: CaseFile.SafetyRiskFlagged, case: CaseFile) -> ContractEvent:
    """CON-18. Who was told, and why, stays in the case."""
    return told.SafetyRiskFlagged(
        risk_id=fact.risk_id,
        part_ids=fact.part_ids,
        kind=fact.kind,
        priority=fact.priority,
        reported_by_role=fact.reported_by_role,
        organisation=case.organisation,
        network=case.network,
        react_by=fact.react_by,
    )


def represented(fact: SupportLog.RepresentedInPresence, _entry: SupportLog) -> ContractEvent:
    """CON-01. To which authority stays in the case."""
    return told.RepresentedInPresence(
        part_id=fact.part_id,
        contact_id=fact.contact_id,
        supporter_id=fact.supporter_id,
        channel=fact.represented.channel,
        resident_present=fact.represented.resident_present,
        text_approved=fact.represented.text_approved,
        happened_at=fact.happened_at,
    )
