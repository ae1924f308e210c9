"""What intake answers, in the API's words."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from pydantic import Field

from chassis.http import ApiModel, UtcTime
from contracts.network import ConsentText
from contracts.safe_contact import SafeContact
from intake.domain.people import Relation
from intake.domain.request import Request, State
from intake.sealing import Sealing
from intake.views.people import Names
from intake.views.requests import RequestRow


class Standing(ApiModel):
    """Where a request stands after a command."""

    request_id: UUID
    number: str
    organisation: str
    state: State


class Taken(Standing):
    """A request came in. ``referralToken``: for the professional who referred, to ask what became of it."""

    referral_token: str | None = Field(repr=False, description="Shown here only; keep it from addresses.")


class Accepted(Standing):
    """The resident said yes: the case has the request's id, and these parts."""

    case_id: UUID
    consent_id: UUID
    part_ids: list[UUID]


class ListedRequest(ApiModel):
    """A request in a list. After the resident's yes or no there are no names here any more."""

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
    resident_name: str | None
    requester_name: str | None

    @classmethod
    def of(cls, row: RequestRow, names: Names | None) -> ListedRequest:
        """A row of the view, with the names as long as the request waits for the resident's answer."""
        return cls.model_validate(row.model_dump() | asdict(names or Names()))


class FoundRequests(ApiModel):
    """The closest ones; ``more``: others fit too, so say more of whom you look for."""

    items: list[ListedRequest]
    more: bool


class Person(ApiModel):
    """How somebody is called and reached; null: unknown, erased, or not for this purpose any more."""

    name: str | None
    phone: str | None


class ResidentShown(Person):
    """And how they are safely reached."""

    safe_contact: SafeContact | None


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
    resident: ResidentShown
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
            resident.safe_contact,
            asker.name,
            asker.phone,
            request.question,
        ]
        told = request.state is not State.DECLINED
        note, name, phone, safe, asker_name, asker_phone, question = sealing.opened(
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
            resident=ResidentShown(
                name=name, phone=phone, safe_contact=None if safe is None else SafeContact.read(safe)
            ),
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
