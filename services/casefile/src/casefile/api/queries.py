"""Asking about cases over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from casefile.api.answers import Happening, LastHappening, ListedCase, ListedWork, ShownCase, place
from casefile.application.deciding import Deciding
from casefile.application.participation import AUDITOR
from casefile.application.standing import standing
from casefile.domain.case import CaseFile
from casefile.networks import Networks
from casefile.views.cases import find_case, list_cases
from casefile.views.consent_checks import ConsentChecksMade
from casefile.views.history import HistoryRow, history_of, last_of
from casefile.views.people import PersonRow, people_of
from casefile.views.sentences import Words, sentence
from casefile.views.worklist import list_work
from chassis.access.asking import Asking
from chassis.clock import Clock
from chassis.http import AsPaging, AsReader, PageOf, Principal
from chassis.store.errors import NotFound
from chassis.store.pools import Pool, connection

IdOrNumber = Annotated[str, Path(max_length=36, description="The case's id, or its number.")]


def queries(
    deciding: Deciding, networks: Networks, clock: Clock, pool: Pool, checks: ConsentChecksMade
) -> APIRouter:
    """The routes that only read. An auditor reviews any case; others see those they take part in."""
    router = APIRouter()

    @router.get("/cases", tags=["cases"], summary="Your organisation's cases, the last changed first")
    def cases(reader: AsReader, paging: AsPaging) -> PageOf[ListedCase]:
        with connection(pool) as conn:
            found = list_cases(
                conn,
                organisation=None if AUDITOR in reader.roles else reader.organisation,
                before=place(paging.after(datetime.fromisoformat, UUID)),
                limit=paging.limit + 1,
            )
            shown = found[: paging.limit]
            last = last_of(conn, [row.case_id for row in shown])
            residents = people_of(conn, [row.case_id for row in shown]) if names_for(reader) else {}
        words = {network: _words(network) for network in {row.network for row in shown}}
        names = names_of(reader, residents)
        items = [
            ListedCase.of(row, _last(last.get(row.case_id), words[row.network]), names.get(row.case_id))
            for row in shown
        ]
        more = (shown[-1].changed_at, shown[-1].case_id) if len(found) > len(shown) else None
        return PageOf(items=items, links=paging.links(more))

    @router.get("/cases/{id_or_number}", tags=["cases"], summary="One case as it stands now")
    def case(reader: AsReader, id_or_number: IdOrNumber) -> ShownCase:
        found = named(reader.principal, id_or_number)
        residents: dict[UUID, PersonRow] = {}
        if names_for(reader):
            with connection(pool) as conn:
                residents = people_of(conn, [found.id])
        name = names_of(reader, residents).get(found.id)
        return ShownCase.model_validate(standing(found) | {"residentName": name})

    @router.get(
        "/cases/{id_or_number}/history", tags=["cases"], summary="What happened, oldest first, in Dutch"
    )
    def history(reader: AsReader, paging: AsPaging, id_or_number: IdOrNumber) -> PageOf[Happening]:
        found_case = named(reader.principal, id_or_number)
        after, limit = _entry(paging.after(datetime.fromisoformat, int)), paging.limit + 1
        with connection(pool) as conn:
            happened = history_of(conn, found_case.id, after=after, limit=limit)
        asked = checks.of(found_case.id, after=after, limit=limit)
        found = sorted([*happened, *asked], key=lambda row: (row.happened_at, row.entry))[:limit]
        shown = found[: paging.limit]
        words = _words(found_case.network)
        items = [
            Happening(
                happened_at=row.happened_at,
                recorded_at=row.recorded_at,
                source=row.source,
                kind=row.kind,
                sentence=sentence(row.kind, row.facts, words),
                facts=row.facts,
            )
            for row in shown
        ]
        more = (shown[-1].happened_at, shown[-1].entry) if len(found) > len(shown) else None
        return PageOf(items=items, links=paging.links(more))

    @router.get("/worklist", tags=["work list"], summary="What waits for your organisation, oldest first")
    def worklist(reader: AsReader, paging: AsPaging) -> PageOf[ListedWork]:
        after = paging.after(int)
        with connection(pool) as conn:
            found = list_work(
                conn,
                organisation=reader.organisation,
                after=after[0] if after else None,
                limit=paging.limit + 1,
            )
        shown = found[: paging.limit]
        more = (shown[-1].item,) if len(found) > len(shown) else None
        return PageOf(items=[ListedWork.of(item, reader.subject) for item in shown], links=paging.links(more))

    def names_for(reader: Asking) -> bool:
        """Whether the answer holds names: who reviews histories goes by numbers."""
        return AUDITOR not in reader.roles

    def names_of(reader: Asking, residents: dict[UUID, PersonRow]) -> dict[UUID, str | None]:
        """The names on a page, opened with one question to the key ring; said in the access record."""
        opened = deciding.sealing.opened_each([row.name for row in residents.values()])
        if residents:
            persons = [row.person for row in residents.values()]
            reader.saw(subjects=residents, persons=persons, categories=["dc_contact"])
        return dict(zip(residents, opened, strict=True))

    def named(reader: Principal, id_or_number: str) -> CaseFile:
        return deciding.case(reader, _id(id_or_number))

    def _id(id_or_number: str) -> UUID:
        try:
            return UUID(id_or_number)
        except ValueError:
            with connection(pool) as conn:
                row = find_case(conn, id_or_number)
            if row is None:
                raise NotFound("case") from None
            return row.case_id

    def _words(network: str) -> Words:
        try:
            agreed = networks.current(network, clock.now())
        except NotFound:  # a history can always be read
            return Words("meedenker", {})
        return Words(agreed.word_for_supporter, agreed.names)

    return router


def _last(row: HistoryRow | None, words: Words) -> LastHappening | None:
    if row is None:
        return None
    told = sentence(row.kind, row.facts, words)
    return LastHappening(happened_at=row.happened_at, source=row.source, kind=row.kind, sentence=told)


def _entry(after: tuple[object, ...] | None) -> tuple[datetime, int] | None:
    match after:
        case (datetime() as at, int() as entry):
            return at, entry
        case _:
            return None
