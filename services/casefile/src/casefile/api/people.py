"""The people in cases over HTTP: finding them, reaching them. Nothing of it ever stands in an address."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from casefile.application.people import People, Reachable
from casefile.commands import ChangeContactDetails, LookFor
from casefile.views.people import PersonRow, find_people
from chassis.access.access import Access
from chassis.http import ApiModel, AsCaller, AsReader, Malformed, UtcTime
from chassis.search import NothingToLookFor, Query, Tokens
from contracts.safe_contact import SafeContact

MOST_HITS = 20
CONTACT = "dc_contact"


class FoundPerson(ApiModel):
    """Somebody who fits; the name is null when it is unknown or erased."""

    case_id: UUID
    person_id: UUID
    number: str
    state: str
    name: str | None

    @classmethod
    def of(cls, row: PersonRow, name: str | None) -> FoundPerson:
        """A row of the view with its opened name."""
        return cls(case_id=row.case_id, person_id=row.person, number=row.number, state=row.state, name=name)


class FoundPeople(ApiModel):
    """The closest ones; ``more``: others fit too, so say more of whom you look for."""

    items: list[FoundPerson]
    more: bool


class ContactDetailsNow(ApiModel):
    """How somebody is called and reached; null: unknown, taken back or erased."""

    person_id: UUID
    case_id: UUID
    name: str | None
    phone: str | None
    safe_contact: SafeContact | None
    changed_at: UtcTime

    @classmethod
    def of(cls, found: Reachable) -> ContactDetailsNow:
        """What was opened."""
        return cls(
            person_id=found.person,
            case_id=found.case_id,
            name=found.name,
            phone=found.phone,
            safe_contact=found.safe_contact,
            changed_at=found.changed_at,
        )


class ContactDetailsChanged(ApiModel):
    """That they were changed, and nothing of them: this answer is kept."""

    person_id: UUID
    case_id: UUID
    changed_at: UtcTime


def people_routes(people: People, tokens: Tokens, access: Access) -> APIRouter:
    """The routes about people."""
    router = APIRouter(tags=["people"])

    @router.post("/cases/_zoek", summary="Find a case by its resident or number")
    def find_case_of(reader: AsReader, asked: LookFor) -> FoundPeople:
        query = looked_for(tokens, asked.text)
        with access.reading(reader, "findPeople") as look:
            look.listing()
            found = find_people(look, query, limit=MOST_HITS + 1)
            shown = [row for row, scope in found[:MOST_HITS] if scope.sees_anywhere(CONTACT)]
            names = people.sealing.opened_each([row.name for row in shown])
            look.saw(persons=[row.person for row in shown], categories=[CONTACT] if shown else [])
        items = [FoundPerson.of(row, name) for row, name in zip(shown, names, strict=True)]
        return FoundPeople(items=items, more=len(found) > MOST_HITS)

    @router.get("/people/{person_id}/contact-details", summary="How to reach somebody without harm")
    def contact_details(reader: AsReader, person_id: UUID) -> ContactDetailsNow:
        with access.reading(reader, "readContactDetails") as look:
            return ContactDetailsNow.of(people.contact_details(look, person_id))

    @router.post(
        "/people/{person_id}/contact-details", status_code=201, summary="Change how somebody is reached"
    )
    def change_contact_details(
        caller: AsCaller, person_id: UUID, asked: ChangeContactDetails
    ) -> ContactDetailsChanged:
        return ContactDetailsChanged.model_validate(people.change_contact_details(caller, person_id, asked))

    return router


def looked_for(tokens: Tokens, text: str) -> Query:
    """What was typed, as tokens. Raises `Malformed`, without repeating it."""
    try:
        return tokens.query(text)
    except NothingToLookFor as nothing:
        raise Malformed([{"in": "body", "pointer": "#/text", "reason": str(nothing)}]) from None
