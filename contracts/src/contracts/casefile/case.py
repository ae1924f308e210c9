"""A case, its parts, who serves them, why it is scaled, and how it ends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contracts.casefile.owned import CasefileEvent
from contracts.codes import AppRole, CloseReason, ContactKind, LifeDomain, ScalingIndication
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
    """It was decided to scale down a part, or the whole when ``part_id`` is null (ESC-03, ESC-09).

    ``receiver``: the supporter to whom the resident wants it to go back; null: matching answers with options.
    """

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
    receiver: Id | None = None


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
