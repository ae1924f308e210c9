"""The list of cases, and one case with its history."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from contracts import number
from portal.answers import Case, HistoryPage
from portal.casefile import Casefile, CaseUnknown
from portal.pages.rendering import Rendering, version_of
from portal.pages.shown import ShownCase, ShownHappening, how_many, tiles

CASES_A_PAGE = 100
HAPPENINGS_A_PAGE = 100
UUID_LENGTH = 36
After = Annotated[str | None, Query(alias="na", min_length=1, max_length=512)]
READ = ["GET", "HEAD"]


def case_pages(casefile: Casefile, rendering: Rendering) -> APIRouter:
    """The routes; none needs more than two questions to casefile."""
    router = APIRouter()

    @router.api_route("/", methods=READ)
    async def home() -> Response:
        return RedirectResponse("/zaken", 307)

    @router.api_route("/zaken", methods=READ)
    async def cases(after: After = None) -> Response:
        text = await _list(casefile, rendering, after)
        context = {
            "list": text,
            "version": version_of(text),
            "here_url": _address("/zaken", after),
            "fragment_url": _address("/zaken/lijst", after),
            "here": "list",
        }
        return rendering.page("cases.html", context)

    @router.api_route("/zaken/lijst", methods=READ)
    async def list_of_cases(request: Request, after: After = None) -> Response:
        return rendering.fragment(request, await _list(casefile, rendering, after))

    @router.api_route("/zaken/{name}", methods=READ)
    async def case(name: str, after: After = None) -> Response:
        asked = _id_or_number(name)
        found, history = await _both(casefile, asked, after)
        shown = ShownCase.of(found)
        context = {
            "case": shown,
            "happenings": [ShownHappening.of(one) for one in history.items],
            "hidden": history.hidden,
            "first": after is None,
            "next_url": _next(shown.url, history.links.cursor),
            "here_url": _address(shown.url, after),
            "here": "case",
        }
        return rendering.page("case.html", context)

    return router


async def _list(casefile: Casefile, rendering: Rendering, after: str | None) -> Markup:
    page = await casefile.cases(CASES_A_PAGE, after)
    whole = after is None and page.links.cursor is None
    shown = [ShownCase.of(case) for case in page.items]
    context = {
        "cases": shown,
        "tiles": tiles(shown) if whole else (),
        "count": how_many(len(page.items), whole=whole),
        "first": after is None,
        "next_url": _next("/zaken", page.links.cursor),
    }
    return Markup(rendering.text("list.html", context))  # noqa: S704  # escaped by its template


async def _both(casefile: Casefile, asked: UUID | str, after: str | None) -> tuple[Case, HistoryPage]:
    return await asyncio.gather(casefile.case(asked), casefile.history(asked, HAPPENINGS_A_PAGE, after))


def _id_or_number(name: str) -> UUID | str:
    """What people type, as casefile knows it. Raises CaseUnknown without asking for what cannot be."""
    try:
        return UUID(name) if len(name) == UUID_LENGTH else number.parse(name)
    except ValueError:
        raise CaseUnknown from None


def _address(path: str, after: str | None) -> str:
    return f"{path}?na={quote(after, safe='')}" if after else path


def _next(path: str, cursor: str | None) -> str | None:
    return _address(path, cursor) if cursor else None
