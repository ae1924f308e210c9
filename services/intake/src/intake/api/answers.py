"""What intake answers, in the API's words."""

from __future__ import annotations

from uuid import UUID

from chassis.http import ApiModel, UtcTime
from contracts.network import ConsentText
from intake.domain.people import Relation
from intake.domain.request import Request, State
from intake.sealing import Sealing
from intake.views.requests import RequestRow


class Standing(ApiModel):
    """Where a request stands after a command."""

    request_id: UUID
    number: str
    organisation: str
    state: State


class Accepted(Standing):
    """The resident said yes: the case has the request's id, and these parts."""

    case_id: UUID
    consent_id: UUID
    part_ids: list[UUID]


class ListedRequest(ApiModel):
    """A request in a list: codes and times, nothing personal."""

    request_id: UUID
    number: str
    network: str
    municipality: str
    door: str
    organisation: str
    source: str
    requester: Relation
    languages: list[str]
    state: State
    received_at: UtcTime
    explained_at: UtcTime | None
    answered_at: UtcTime | None
    answer_overdue: bool
    case_opened: bool

    @classmethod
    def of(cls, row: RequestRow) -> ListedRequest:
        """A row of the view."""
        return cls.model_validate(row.model_dump())


class Person(ApiModel):
    """How somebody is called and reached; null: unknown, erased, or not for this purpose any more."""

    name: str | None
    phone: str | None


class Asker(Person):
    """Who asks."""

    relation: Relation


class OpenRequest(ApiModel):
    """A request with what people told; after a no that part is null, since nothing is to be done with it."""

    request_id: UUID
    number: str
    network: str
    municipality: str
    door: str
    organisation: str
    source: str
    source_note: str | None
    requester: Asker
    resident: Person
    question: str | None
    languages: list[str]
    state: State
    received_at: UtcTime
    explained_at: UtcTime | None

    @classmethod
    def of(cls, request: Request, sealing: Sealing) -> OpenRequest:
        """A request that became no case; opened with one question to the key ring."""
        resident, asker = request.resident, request.requester
        sealed = [
            request.source.note,
            resident.name,
            resident.phone,
            asker.name,
            asker.phone,
            request.question,
        ]
        told = request.state is not State.DECLINED
        note, name, phone, asker_name, asker_phone, question = sealing.opened(
            [value if told else None for value in sealed]
        )
        return cls(
            request_id=request.id,
            number=request.number,
            network=request.route.network,
            municipality=request.route.municipality,
            door=request.route.door,
            organisation=request.route.organisation,
            source=request.source.code,
            source_note=note,
            requester=Asker(relation=asker.relation, name=asker_name, phone=asker_phone),
            resident=Person(name=name, phone=phone),
            question=question,
            languages=list(request.languages),
            state=request.state,
            received_at=request.received_at,
            explained_at=request.explained_at,
        )


class ConsentTextToShow(ApiModel):
    """The text in force for a purpose, with what an acceptance needs to name it."""

    text_id: str
    purpose: str
    version: int
    language: str
    text: str
    text_sha256: str

    @classmethod
    def of(cls, text: ConsentText) -> ConsentTextToShow:
        """A text of the network's configuration."""
        return cls(
            text_id=text.id,
            purpose=text.purpose,
            version=text.version,
            language=text.language,
            text=text.text,
            text_sha256=text.sha256,
        )
