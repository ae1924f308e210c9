"""What intake tells the others, and in which words: the only door outwards."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.aggregates import Aggregate, DomainEvent
from contracts import intake as contract
from contracts.envelope import ContractEvent
from intake.domain.agreement import AskedPart, ConsentProof
from intake.domain.people import Relation
from intake.domain.request import Request

DECLINED = "ro_declined_by_resident"


def publish(event: DomainEvent, aggregate: Aggregate) -> Iterator[ContractEvent]:
    """The contract events of a private one; nothing for what is intake's own business."""
    if not isinstance(aggregate, Request):
        return
    match event:
        case Request.Received():
            yield _received(event, aggregate)
        case Request.RightExplained():
            yield contract.RightExplained(
                request_id=aggregate.id,
                explained_at=event.explained_at,
                explained_by_role=event.explained_by_role,
            )
        case Request.SupportAccepted():
            yield _accepted(event, aggregate)
        case Request.DeclinedByResident():
            yield contract.RequestDeclinedByResident(
                request_id=aggregate.id, declined_at=event.declined_at, outcome=DECLINED
            )


def _received(event: Request.Received, request: Request) -> contract.RequestReceived:
    return contract.RequestReceived(
        request_id=request.id,
        number=event.number,
        network=event.route.network,
        network_version=event.route.network_version,
        organisation=event.route.organisation,
        municipality=event.route.municipality,
        door=event.route.door,
        source=event.source.code,
        requester_is_resident=event.requester.relation is Relation.RESIDENT,
        languages=event.languages,
        received_at=event.received_at,
    )


def _accepted(event: Request.SupportAccepted, request: Request) -> contract.SupportAccepted:
    return contract.SupportAccepted(
        request_id=request.id,
        number=request.number,
        network=request.route.network,
        network_version=event.network_version,
        organisation=request.route.organisation,
        municipality=request.route.municipality,
        source=request.source.code,
        resident=event.resident.person,
        resident_name=event.resident.name,
        resident_phone=event.resident.phone,
        resident_safe_contact=event.resident.safe_contact,
        carer=request.requester.person if request.requester.relation is Relation.CLOSE_PERSON else None,
        languages=event.languages,
        accepted_at=event.accepted_at,
        consent=_proof(event.consent),
        parts=tuple(_part(part) for part in event.parts),
    )


def _proof(consent: ConsentProof) -> contract.ConsentProof:
    return contract.ConsentProof(
        consent_id=consent.consent_id,
        purpose=consent.purpose,
        way=consent.way,
        text_id=consent.text_id,
        text_sha256=consent.text_sha256,
        text_language=consent.text_language,
        given_at=consent.given_at,
        recorded_by_role=consent.recorded_by_role,
    )


def _part(part: AskedPart) -> contract.AskedPart:
    return contract.AskedPart(
        part_id=part.part_id,
        question=part.question,
        done_when=part.done_when,
        life_domains=part.life_domains,
        formality=part.formality.value,
    )
