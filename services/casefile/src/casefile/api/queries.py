"""Asking about cases over HTTP: each answer shows what the asker holds, and is recorded (P11, P17)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from casefile.api.answers import (
    Happening,
    HistoryPage,
    LastHappening,
    ListedCase,
    ListedWork,
    ShownCase,
    place,
)
from casefile.application.deciding import Deciding
from casefile.application.participation import AUDITOR
from casefile.application.shown import names_in, questions_of
from casefile.application.standing import standing
from casefile.domain.case import CaseFile
from casefile.networks import Networks
from casefile.views.cases import find_case, list_cases
from casefile.views.consent_checks import ConsentChecksMade
from casefile.views.history import HistoryRow, history_of, last_of
from casefile.views.sentences import Words, sentence
from casefile.views.worklist import list_work
from chassis.access.access import Access, Look
from chassis.access.scope import Scope
from chassis.clock import Clock
from chassis.http import AsPaging, AsReader, PageOf
from chassis.store.errors import NotFound

IdOrNumber = Annotated[str, Path(max_length=36, description="The case's id, or its number.")]
NOWHERE = UUID(int=0)


def queries(
    deciding: Deciding, networks: Networks, clock: Clock, checks: ConsentChecksMade, access: Access
) -> APIRouter:
    """The routes that only read. Who holds some parts of a case sees those parts."""
    router = APIRouter()

    @router.get("/cases", tags=["cases"], summary="Your cases, the last changed first")
    def cases(reader: AsReader, paging: AsPaging) -> PageOf[ListedCase]:
        before = place(paging.after(datetime.fromisoformat, UUID))
        with access.reading(reader, "listCases") as look:
            look.listing()
            found = list_cases(look, before=before, limit=paging.limit + 1)
            shown = found[: paging.limit]
            last = last_of(look.conn, shown)
            opened = names_in(look, deciding.sealing, [] if reader.role == AUDITOR else shown)
        words = {network: _words(network) for network in {row.network for row, _ in shown}}
        items = [
            ListedCase.of(row, scope, _last(last.get(row.case_id), words[row.network]), opened[row.case_id])
            for row, scope in shown
        ]
        more = (shown[-1][0].changed_at, shown[-1][0].case_id) if len(found) > len(shown) else None
        return PageOf(items=items, links=paging.links(more))

    @router.get("/cases/{id_or_number}", tags=["cases"], summary="One case as it stands now")
    def case(reader: AsReader, id_or_number: IdOrNumber) -> ShownCase:
        with access.reading(reader, "readCase") as look:
            found, scope = named(look, id_or_number)
            reviews = reader.role == AUDITOR
            row = find_case(look.conn, found.id)
            opened = names_in(look, deciding.sealing, [] if reviews or row is None else [(row, scope)])
            words = questions_of(look, deciding.sealing, found, scope, hidden=reviews)
        return ShownCase.model_validate(
            standing(found, scope) | {"resident_name": opened[found.id], "words": words}
        )

    @router.get(
        "/cases/{id_or_number}/history", tags=["cases"], summary="What happened, oldest first, in Dutch"
    )
    def history(reader: AsReader, paging: AsPaging, id_or_number: IdOrNumber) -> HistoryPage:
        after, limit = _entry(paging.after(datetime.fromisoformat, int)), paging.limit + 1
        with access.reading(reader, "readHistory") as look:
            found_case, scope = named(look, id_or_number)
            happened = history_of(look.conn, found_case.id, scope, after=after, limit=limit)
        asked = checks.of(found_case.id, after=after, limit=limit) if scope.whole else []
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
        return HistoryPage(items=items, links=paging.links(more), hidden=not scope.whole)

    @router.get("/worklist", tags=["work list"], summary="What waits for your organisation, oldest first")
    def worklist(reader: AsReader, paging: AsPaging) -> PageOf[ListedWork]:
        after = paging.after(int)
        with access.reading(reader, "listWork") as look:
            look.listing()
            found = list_work(
                look,
                organisation=reader.organisation,
                after=after[0] if after else None,
                limit=paging.limit + 1,
            )
        shown = found[: paging.limit]
        more = (shown[-1].item,) if len(found) > len(shown) else None
        return PageOf(items=[ListedWork.of(item, reader.subject) for item in shown], links=paging.links(more))

    def named(look: Look, id_or_number: str) -> tuple[CaseFile, Scope]:
        try:
            case_id = UUID(id_or_number)
        except ValueError:
            row = find_case(look.conn, id_or_number)
            case_id = row.case_id if row else NOWHERE
        return deciding.case(look, case_id)

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
