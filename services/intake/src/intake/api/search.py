"""Finding a request by who is in it, over HTTP. What is looked for never stands in an address or a log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from chassis.access.access import Access, Look
from chassis.http import AsReader, Malformed
from chassis.search import NothingToLookFor, Tokens
from intake.api.answers import FoundRequests, ListedRequest
from intake.commands import LookFor
from intake.sealing import Sealing
from intake.views.people import Names, find_requests, people_in
from intake.views.requests import Requests

MOST_HITS = 20


def search(requests: Requests, sealing: Sealing, tokens: Tokens, access: Access) -> APIRouter:
    """The route; only requests that wait for the resident's answer are found."""
    router = APIRouter(tags=["requests"])

    @router.post("/requests/_zoek", summary="Find a request that waits, by who is in it or its number")
    def find_request_of(reader: AsReader, asked: LookFor) -> FoundRequests:
        try:
            query = tokens.query(asked.text)
        except NothingToLookFor as nothing:
            raise Malformed([{"in": "body", "pointer": "#/text", "reason": str(nothing)}]) from None
        with access.reading(reader, "findRequests") as look:
            look.listing()
            found = find_requests(
                look, requests, query, organisation=reader.organisation, limit=MOST_HITS + 1
            )
            shown = found[:MOST_HITS]
            names = names_in(look, sealing, [row.request_id for row in shown])
        items = [ListedRequest.of(row, names.get(row.request_id)) for row in shown]
        return FoundRequests(items=items, more=len(found) > MOST_HITS)

    return router


def names_in(look: Look, sealing: Sealing, request_ids: Sequence[UUID]) -> dict[UUID, Names]:
    """The names on a page, opened with one question to the key ring; said in the access record."""
    people = people_in(look.conn, request_ids) if request_ids else []
    names = iter(
        sealing.opened_each([value for row in people for value in (row.resident_name, row.requester_name)])
    )
    if people:
        persons = [person for row in people for person in row.persons]
        subjects = [row.request_id for row in people]
        look.saw(subjects=subjects, persons=persons, categories=["dc_contact"])
    return {row.request_id: Names(next(names), next(names)) for row in people}
