"""Asking about supporters and searches over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.access.access import Access
from chassis.access.asking import Asking
from chassis.access.scope import Scope
from chassis.clock import Clock
from chassis.http import AsPaging, AsReader, Malformed, PageOf
from contracts.values import Slug
from matching.api.answers import ListedSupporter, ShownSearch
from matching.application.choosing import Choosing
from matching.application.permission import COORDINATOR
from matching.domain.choosing import Stage
from matching.domain.supporter import Standing
from matching.networks import Networks, UnknownHere
from matching.sealing import Sealing
from matching.views.searches import Mine, Searches
from matching.views.supporters import SupporterList

NOBODY = UUID(int=0)
CONTACT = "dc_contact"


def queries(
    choosing: Choosing,
    networks: Networks,
    sealing: Sealing,
    supporter_list: SupporterList,
    searches: Searches,
    clock: Clock,
    access: Access,
) -> APIRouter:
    """The routes that only read."""
    router = APIRouter()

    @router.get("/supporters", tags=["supporters"], summary="The supporters of your organisation")
    def list_supporters(
        reader: AsReader,
        paging: AsPaging,
        network: Slug | None = None,
        standing: Standing | None = None,
    ) -> PageOf[ListedSupporter]:
        """A coordination point that names its network sees the supporters of all its organisations: those of
        the others in codes, without name and number (CON-20). A supporter sees themselves.
        """
        place = paging.after(UUID)
        everywhere = network is not None and coordinates(reader, network)
        with access.reading(reader, "listSupporters") as look:
            look.listing()
            found = supporter_list.page(
                look,
                organisation=None if everywhere else reader.organisation,
                network=network,
                standing=standing,
                limit=paging.limit + 1,
                after=place[0] if place else None,
            )
            whole = [(row, scope) for row, scope in found if scope.whole]
            shown = whole[: paging.limit]
            texts = sealing.opened(
                [value for row, scope in shown for value in (row.name, row.phone) if _shows_contact(scope)]
            )
            look.saw(
                persons=[row.supporter_id for row, _ in shown],
                categories=[CONTACT] if any(text is not None for text in texts) else [],
            )
        opened = iter(texts)
        items = [
            ListedSupporter.of(row, next(opened), next(opened))
            if _shows_contact(scope)
            else ListedSupporter.of(row, None, None, hidden=True)
            for row, scope in shown
        ]
        more = (shown[-1][0].supporter_id,) if len(whole) > len(shown) else None
        return PageOf(items=items, links=paging.links(more))

    @router.get("/searches", tags=["searches"], summary="Your searches, newest first")
    def list_searches(
        reader: AsReader,
        paging: AsPaging,
        case_id: Annotated[UUID | None, Query(alias="caseId")] = None,
        part_id: Annotated[UUID | None, Query(alias="partId")] = None,
        stage: Stage | None = None,
    ) -> PageOf[ShownSearch]:
        """Those that your organisation coordinates or is asked in, those in which you are asked, your own."""
        after = _place(paging.after(datetime.fromisoformat, UUID))
        with access.reading(reader, "listSearches") as look:
            look.listing()
            found = searches.page(
                look,
                _whose(reader),
                case_id=case_id,
                part_id=part_id,
                stage=stage,
                limit=paging.limit + 1,
                after=after,
            )
            mine = [row for row, scope in found if any(one.covers(row.part_id) for one in scope.held)]
            shown = mine[: paging.limit]
            look.saw(parts=[row.part_id for row in shown if row.part_id])
        more = (shown[-1].opened_at, shown[-1].search_id) if len(mine) > len(shown) else None
        return PageOf(items=[ShownSearch.of_row(row) for row in shown], links=paging.links(more))

    @router.get("/searches/{search_id}", tags=["searches"], summary="One search as it stands now")
    def show_search(reader: AsReader, search_id: UUID) -> ShownSearch:
        with access.reading(reader, "seeSearch") as look:
            return ShownSearch.of(choosing.search(look, search_id))

    def coordinates(reader: Asking, network: str) -> bool:
        try:
            return reader.role == COORDINATOR and networks.now(network, clock.now()).coordinates(
                reader.organisation
            )
        except UnknownHere as unknown:
            raise Malformed([{"in": "query", "field": unknown.field, "reason": unknown.reason}]) from None

    return router


def _shows_contact(scope: Scope) -> bool:
    return scope.sees(None, CONTACT)


def _whose(reader: Asking) -> Mine:
    """A coordinator asks for the organisation's searches, a supporter for those about them."""
    if reader.person is not None:
        return Mine()
    if reader.role == COORDINATOR:
        return Mine(organisation=reader.organisation)
    try:
        return Mine(supporter=UUID(reader.subject))
    except ValueError:
        return Mine(supporter=NOBODY)


def _place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    match after:
        case (datetime() as at, UUID() as search_id):
            return at, search_id
        case _:
            return None
