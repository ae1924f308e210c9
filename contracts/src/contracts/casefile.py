"""What casefile tells: the case, its parts, who is responsible, handovers, closing.

The subject is the case's id. Refusals and endings give a reason by code, documented where they are decided.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.codes import AppRole, CloseReason, ContactKind, LifeDomain, ScalingIndication, WaakvlamOutcome
from contracts.envelope import ContractEvent
from contracts.values import (
    AskedFormality,
    CaseNumber,
    Id,
    Instant,
    Language,
    NetworkVersion,
    ReasonCode,
    Slug,
)

Indications = Annotated[tuple[ScalingIndication, ...], Field(min_length=1)]
PartIds = Annotated[tuple[Id, ...], Field(min_length=1)]


class CasefileEvent(ContractEvent):
    """Published by casefile alone."""

    SOURCE: ClassVar[str] = "casefile"


class CaseOpened(CasefileEvent):
    """The resident said yes, so there is a case; its id is the request's id (INT-08)."""

    TYPE = "nl.ondersteuningsvragen.case-opened.v1"
    SUBJECT = "cases.casefile.case-opened.v1"

    number: CaseNumber
    network: Slug
    network_version: NetworkVersion
    organisation: Slug
    municipality: Slug
    resident: Id
    languages: tuple[Language, ...]
    opened_at: Instant


class CasePartAdded(CasefileEvent):
    """A delimited question asks for somebody; matching searches."""

    TYPE = "nl.ondersteuningsvragen.case-part-added.v1"
    SUBJECT = "cases.casefile.case-part-added.v1"

    part_id: Id
    life_domains: tuple[LifeDomain, ...]
    languages: tuple[Language, ...]
    formality: AskedFormality
    organisation: Slug
    network: Slug
    municipality: Slug


class SupporterAssigned(CasefileEvent):
    """Answer to a match: this supporter serves the part (or the whole, when ``part_id`` is null).

    Responsible at once where nobody was, otherwise only after a warm handover (WHO-04).
    """

    TYPE = "nl.ondersteuningsvragen.supporter-assigned.v1"
    SUBJECT = "cases.casefile.supporter-assigned.v1"

    part_id: Id | None
    supporter_id: Id
    match_id: Id
    responsible: Literal["at_once", "after_warm_handover"]


class AssignmentRefused(CasefileEvent):
    """Answer to a match: it cannot be, for a reason such as ``case_closed`` or ``part_closed``."""

    TYPE = "nl.ondersteuningsvragen.assignment-refused.v1"
    SUBJECT = "cases.casefile.assignment-refused.v1"

    part_id: Id | None
    supporter_id: Id
    match_id: Id
    reason: ReasonCode


class SupportLogged(CasefileEvent):
    """A supporter did something for the resident; what was written stays in the case (SUP-01)."""

    TYPE = "nl.ondersteuningsvragen.support-logged.v1"
    SUBJECT = "cases.casefile.support-logged.v1"

    part_id: Id
    contact_id: Id
    kind: ContactKind
    supporter_id: Id
    happened_at: Instant


class IndicationObserved(CasefileEvent):
    """A reason to scale was reported, and by whom; nothing scales by it alone (ESC-02, ESC-06)."""

    TYPE = "nl.ondersteuningsvragen.indication-observed.v1"
    SUBJECT = "cases.casefile.indication-observed.v1"

    part_id: Id | None
    indication: ScalingIndication
    reported_by_role: AppRole


class Escalated(CasefileEvent):
    """It was decided to scale up a part, or the whole when ``part_id`` is null (ESC-03); matching answers."""

    TYPE = "nl.ondersteuningsvragen.escalated.v1"
    SUBJECT = "cases.casefile.escalated.v1"

    escalation_id: Id
    part_id: Id | None
    indications: Indications
    reported_by_role: AppRole
    priority: bool
    life_domains: tuple[LifeDomain, ...]
    languages: tuple[Language, ...]
    organisation: Slug
    network: Slug
    municipality: Slug


class DeEscalated(CasefileEvent):
    """It was decided to scale down a part, or the whole when ``part_id`` is null (ESC-03, ESC-09)."""

    TYPE = "nl.ondersteuningsvragen.de-escalated.v1"
    SUBJECT = "cases.casefile.de-escalated.v1"

    escalation_id: Id
    part_id: Id | None
    indications: Indications
    reported_by_role: AppRole
    life_domains: tuple[LifeDomain, ...]
    languages: tuple[Language, ...]
    organisation: Slug
    network: Slug
    municipality: Slug


class HandoverOffered(CasefileEvent):
    """A receiver is asked to take over; until then the giver is responsible (null: the coordinator)."""

    TYPE = "nl.ondersteuningsvragen.handover-offered.v1"
    SUBJECT = "cases.casefile.handover-offered.v1"

    handover_id: Id
    part_ids: PartIds
    giver: Id | None
    receiver: Id
    receiver_organisation: Slug
    match_id: Id
    answer_by: Instant


class WarmHandoverAccepted(CasefileEvent):
    """The receiver says yes; nothing has moved yet (WHO-04)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-accepted.v1"
    SUBJECT = "cases.casefile.warm-handover-accepted.v1"

    handover_id: Id


class WarmHandoverPlanned(CasefileEvent):
    """The three-way talk has a date."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-planned.v1"
    SUBJECT = "cases.casefile.warm-handover-planned.v1"

    handover_id: Id
    planned_at: Instant


class ThreeWayTalkHeld(CasefileEvent):
    """Resident, giver's side and receiver spoke with each other (WHO-02)."""

    TYPE = "nl.ondersteuningsvragen.three-way-talk-held.v1"
    SUBJECT = "cases.casefile.three-way-talk-held.v1"

    handover_id: Id
    held_at: Instant
    participant_roles: Annotated[tuple[AppRole, ...], Field(min_length=2)]


class WarmHandoverCompleted(CasefileEvent):
    """Accepted and talked through: the receiver is responsible from now on (WHO-01, WHO-04)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-completed.v1"
    SUBJECT = "cases.casefile.warm-handover-completed.v1"

    handover_id: Id
    part_ids: PartIds
    giver: Id | None
    receiver: Id
    match_id: Id
    direction: Literal["up", "down", "sideways"]
    completed_at: Instant


class WarmHandoverDeclined(CasefileEvent):
    """Receiver or resident does not want it; back to choice, the giver stays responsible (WHO-07)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-declined.v1"
    SUBJECT = "cases.casefile.warm-handover-declined.v1"

    handover_id: Id
    part_ids: PartIds
    receiver: Id
    match_id: Id
    by: Literal["receiver", "resident"]


class WarmHandoverCancelled(CasefileEvent):
    """It will not go on, for a reason by code; the giver stays responsible."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-cancelled.v1"
    SUBJECT = "cases.casefile.warm-handover-cancelled.v1"

    handover_id: Id
    part_ids: PartIds
    receiver: Id
    match_id: Id
    reason: ReasonCode


class WarmHandoverTimedOut(CasefileEvent):
    """The receiver did not answer in time; the coordinator acts, the giver stays responsible (WHO-09)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-timed-out.v1"
    SUBJECT = "cases.casefile.warm-handover-timed-out.v1"

    handover_id: Id
    part_ids: PartIds
    receiver: Id
    match_id: Id


class CasePartClosed(CasefileEvent):
    """One question is done, or stopped (CLO-05)."""

    TYPE = "nl.ondersteuningsvragen.case-part-closed.v1"
    SUBJECT = "cases.casefile.case-part-closed.v1"

    part_id: Id
    reason: CloseReason


class CaseClosed(CasefileEvent):
    """All parts are closed, and the case with them (CLO-05)."""

    TYPE = "nl.ondersteuningsvragen.case-closed.v1"
    SUBJECT = "cases.casefile.case-closed.v1"

    reason: CloseReason
    closed_at: Instant


class CaseReopened(CasefileEvent):
    """A closed case lives again, with its history; consent and choice are asked anew (WAA-07)."""

    TYPE = "nl.ondersteuningsvragen.case-reopened.v1"
    SUBJECT = "cases.casefile.case-reopened.v1"

    reopened_at: Instant


class WaakvlamScheduled(CasefileEvent):
    """A pilot-light check was agreed (WAA-04); responsible is null when the organisation's coordinator is."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-scheduled.v1"
    SUBJECT = "cases.casefile.waakvlam-scheduled.v1"

    check_id: Id
    due_at: Instant
    responsible: Id | None
    organisation: Slug


class WaakvlamReassigned(CasefileEvent):
    """Somebody else, or the coordinator when null, does the check (WAA-09)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-reassigned.v1"
    SUBJECT = "cases.casefile.waakvlam-reassigned.v1"

    check_id: Id
    responsible: Id | None


class WaakvlamCheckDone(CasefileEvent):
    """The check was done, with an outcome by code (WAA-06)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-check-done.v1"
    SUBJECT = "cases.casefile.waakvlam-check-done.v1"

    check_id: Id
    outcome: WaakvlamOutcome
    done_at: Instant


class WaakvlamStopped(CasefileEvent):
    """The check is no longer wanted or needed (WAA-04)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-stopped.v1"
    SUBJECT = "cases.casefile.waakvlam-stopped.v1"

    check_id: Id
