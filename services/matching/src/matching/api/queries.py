"""Asking about supporters and searches over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.clock import Clock
from chassis.http import AsPaging, AsReader, Malformed, PageOf, Principal
from chassis.store.pools import Pool
from contracts.values import Slug
from matching.api.answers import ListedSupporter, ShownSearch
from matching.application.choosing import Choosing
from matching.domain.choosing import Stage
from matching.domain.supporter import Standing
from matching.networks import Networks, UnknownHere
from matching.sealing import Sealing
from matching.views.searches import Searches
from matching.views.supporters import SupporterList


def queries(
    choosing: Choosing,
    networks: Networks,
    sealing: Sealing,
    supporter_list: SupporterList,
    searches: Searches,
    clock: Clock,
    pool: Pool,
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
        """A coordination point that names its network sees the supporters of all its organisations."""
        place = paging.after(UUID)
        found = supporter_list.page(
            pool,
            organisation=None if network and coordinates(reader.principal, network) else reader.organisation,
            network=network,
            standing=standing,
            limit=paging.limit + 1,
            after=place[0] if place else None,
        )
        shown = found[: paging.limit]
        texts = sealing.opened([value for row in shown for value in (row.name, row.phone)])
        items = [
            ListedSupporter.of(row, name, phone)
            for row, name, phone in zip(shown, texts[::2], texts[1::2], strict=True)
        ]
        more = (shown[-1].supporter_id,) if len(found) > len(shown) else None
        return PageOf(items=items, links=paging.links(more))

    @router.get("/searches", tags=["searches"], summary="The searches of your organisation, newest first")
    def list_searches(
        reader: AsReader,
        paging: AsPaging,
        case_id: Annotated[UUID | None, Query(alias="caseId")] = None,
        part_id: Annotated[UUID | None, Query(alias="partId")] = None,
        stage: Stage | None = None,
    ) -> PageOf[ShownSearch]:
        found = searches.page(
            pool,
            reader.organisation,
            case_id=case_id,
            part_id=part_id,
            stage=stage,
            limit=paging.limit + 1,
            after=_place(paging.after(datetime.fromisoformat, UUID)),
        )
        shown = found[: paging.limit]
        more = (shown[-1].opened_at, shown[-1].search_id) if len(found) > len(shown) else None
        return PageOf(items=[ShownSearch.of_row(row) for row in shown], links=paging.links(more))

    @router.get("/searches/{search_id}", tags=["searches"], summary="One search as it stands now")
    def show_search(reader: AsReader, search_id: UUID) -> ShownSearch:
        return ShownSearch.of(choosing.search(reader.principal, search_id))

    def coordinates(reader: Principal, network: str) -> bool:
        try:
            return networks.now(network, clock.now()).coordinates(reader.organisation)
        except UnknownHere as unknown:
            raise Malformed([{"in": "query", "field": unknown.field, "reason": unknown.reason}]) from None

    return router


def _place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    match after:
        case (datetime() as at, UUID() as search_id):
            return at, search_id
        case _:
            return None
