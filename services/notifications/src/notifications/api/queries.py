"""Asking about checks over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import AsPaging, AsReader, PageOf
from chassis.store.pools import Pool
from notifications.api.answers import ListedCheck
from notifications.views.checks import Asked, Checks


def queries(checks: Checks, pool: Pool) -> APIRouter:
    """The routes that only read."""
    router = APIRouter(tags=["checks"])

    @router.get("/checks", summary="The pilot-light checks of your organisation, the most urgent first")
    def list_checks(reader: AsReader, paging: AsPaging, state: Asked | None = None) -> PageOf[ListedCheck]:
        found = checks.page(
            pool,
            reader.organisation,
            asked=state,
            limit=paging.limit + 1,
            after=_place(paging.after(datetime.fromisoformat, UUID)),
        )
        shown = found[: paging.limit]
        more = (shown[-1].due_at, shown[-1].check_id) if len(found) > len(shown) else None
        return PageOf(items=[ListedCheck.of(row) for row in shown], links=paging.links(more))

    return router


def _place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    match after:
        case (datetime() as at, UUID() as check_id):
            return at, check_id
        case _:
            return None
