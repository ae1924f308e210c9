"""What intake tells: a request, until the resident says yes or no. The subject is the request's id."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.codes import AppRole, ConsentPurpose, ConsentWay, LifeDomain, ReferralSource, RequestOutcome
from contracts.envelope import ContractEvent
from contracts.sealed import Sealed
from contracts.values import (
    AskedFormality,
    CaseNumber,
    ContractValue,
    Id,
    Instant,
    Language,
    NetworkVersion,
    Sha256,
    Slug,
)


class IntakeEvent(ContractEvent):
    """Published by intake alone."""

    SOURCE: ClassVar[str] = "intake"


class RequestReceived(IntakeEvent):
    """Somebody asked for support, for themselves or for another (INT-01, INT-04)."""

    TYPE = "nl.ondersteuningsvragen.request-received.v1"
    SUBJECT = "cases.intake.request-received.v1"

    request_id: Id
    number: CaseNumber
    network: Slug
    network_version: NetworkVersion
    organisation: Slug
    municipality: Slug
    door: Slug
    source: ReferralSource
    requester_is_resident: bool
    languages: tuple[Language, ...]
    received_at: Instant


class RightExplained(IntakeEvent):
    """The resident was told that support is a right and free (INT-07, INT-23)."""

    TYPE = "nl.ondersteuningsvragen.right-explained.v1"
    SUBJECT = "cases.intake.right-explained.v1"

    request_id: Id
    explained_at: Instant
    explained_by_role: AppRole


class ConsentProof(ContractValue):
    """To which text the resident said yes, when, how, and who wrote it down."""

    consent_id: Id
    purpose: ConsentPurpose
    way: ConsentWay
    text_id: Slug
    text_sha256: Sha256
    text_language: Language
    given_at: Instant
    recorded_by_role: AppRole


class AskedPart(ContractValue):
    """One delimited question with its "done when", as agreed with the resident (INT-13)."""

    part_id: Id
    question: Sealed
    done_when: Sealed
    life_domains: tuple[LifeDomain, ...]
    formality: AskedFormality


class SupportAccepted(IntakeEvent):
    """The resident said yes; casefile opens the case, whose id is the request's id (INT-08)."""

    TYPE = "nl.ondersteuningsvragen.support-accepted.v1"
    SUBJECT = "cases.intake.support-accepted.v1"

    request_id: Id
    number: CaseNumber
    network: Slug
    network_version: NetworkVersion
    organisation: Slug
    municipality: Slug
    source: ReferralSource
    resident: Id
    resident_name: Sealed | None
    resident_phone: Sealed | None
    resident_safe_contact: Sealed | None = None
    carer: Id | None = None
    languages: tuple[Language, ...]
    accepted_at: Instant
    consent: ConsentProof
    parts: Annotated[tuple[AskedPart, ...], Field(min_length=1)]


class RequestDeclinedByResident(IntakeEvent):
    """The resident does not want support; there will be no case (INT-08)."""

    TYPE = "nl.ondersteuningsvragen.request-declined-by-resident.v1"
    SUBJECT = "cases.intake.request-declined-by-resident.v1"

    request_id: Id
    declined_at: Instant
    outcome: RequestOutcome
