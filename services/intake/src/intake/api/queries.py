"""Asking about requests over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.access.access import Access
from chassis.clock import Clock
from chassis.http import AsPaging, AsReader, Malformed, PageOf
from chassis.http.problems import problem
from contracts.codes import ConsentPurpose
from contracts.values import Language, Slug
from intake.api.answers import ConsentTextToShow, ListedRequest, OpenRequest
from intake.api.search import names_in
from intake.application import Intake
from intake.domain.request import State
from intake.networks import Networks, UnknownHere
from intake.sealing import Sealing
from intake.views.requests import Requests

_AT_CASEFILE = "The resident said yes: the case file answers for this case now, under the same id."


def queries(
    intake: Intake, requests: Requests, networks: Networks, sealing: Sealing, clock: Clock, access: Access
) -> APIRouter:
    """The routes that only read."""
    router = APIRouter(tags=["requests"])

    @router.get("/requests", summary="The requests that your organisation takes care of, newest first")
    def list_requests(
        reader: AsReader, paging: AsPaging, state: State | None = None
    ) -> PageOf[ListedRequest]:
        after = _place(paging.after(datetime.fromisoformat, UUID))
        with access.reading(reader, "listRequests") as look:
            look.listing()
            found = requests.page(look, reader.organisation, state=state, limit=paging.limit + 1, after=after)
            shown = found[: paging.limit]
            names = names_in(look, sealing, [row.request_id for row in shown])
        more = (shown[-1].received_at, shown[-1].request_id) if len(found) > len(shown) else None
        items = [ListedRequest.of(row, names.get(row.request_id)) for row in shown]
        return PageOf(items=items, links=paging.links(more))

    @router.get(
        "/requests/{request_id}",
        summary="One request, with what people told",
        response_model=OpenRequest,
        responses={410: {"description": "The case file answers for it now"}},
    )
    def show_request(reader: AsReader, request_id: UUID) -> OpenRequest | Response:
        with access.reading(reader, "readRequest") as look:
            request = intake.request(look, request_id)
            if request.state is State.ACCEPTED:
                return problem(410, title="RequestAccepted", detail=_AT_CASEFILE)
            look.saw(
                persons={request.resident.person, request.requester.person},
                categories=["dc_contact", "dc_question"],
            )
            return OpenRequest.of(request, sealing)

    @router.get("/consent-texts", tags=["consent texts"], summary="The text to show before asking consent")
    def show_consent_text(
        reader: AsReader,
        network: Slug,
        purpose: ConsentPurpose = "cp_support",
        language: Annotated[Language, Query(description="Else the network's first language.")] = "nl",
    ) -> ConsentTextToShow:
        with access.reading(reader, "showConsentText") as look:
            look.listing()
        try:
            return ConsentTextToShow.of(networks.now(network, clock.now()).consent_text(purpose, language))
        except UnknownHere as unknown:
            fault = {"in": "query", "field": unknown.field, "reason": unknown.reason}
            raise Malformed([fault]) from None

    return router


def _place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    match after:
        case (datetime() as at, UUID() as request_id):
            return at, request_id
        case _:
            return None
