"""Asking about checks over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.access.access import Access
from chassis.access.asking import Asking
from chassis.http import AsPaging, AsReader, PageOf
from notifications.api.answers import ListedCheck
from notifications.views.checks import Asked, Checks

COORDINATOR, NOBODY = "role_coordinator", UUID(int=0)


def queries(checks: Checks, access: Access) -> APIRouter:
    """The routes that only read."""
    router = APIRouter(tags=["checks"])

    @router.get("/checks", summary="The pilot-light checks that you keep or do, the most urgent first")
    def list_checks(reader: AsReader, paging: AsPaging, state: Asked | None = None) -> PageOf[ListedCheck]:
        after = _place(paging.after(datetime.fromisoformat, UUID))
        with access.reading(reader, "listChecks") as look:
            look.listing()
            found = checks.page(
                look,
                reader.organisation,
                responsible=_responsible(reader),
                asked=state,
                limit=paging.limit + 1,
                after=after,
            )
            mine = [row for row, scope in found if any(one.covers(row.check_id) for one in scope.held)]
            shown = mine[: paging.limit]
            look.saw(parts=[row.check_id for row in shown])
        more = (shown[-1].due_at, shown[-1].check_id) if len(mine) > len(shown) else None
        return PageOf(items=[ListedCheck.of(row) for row in shown], links=paging.links(more))

    return router


def _responsible(reader: Asking) -> UUID | None:
    """Whose checks are asked for: a coordinator's are all that the organisation keeps."""
    if reader.role == COORDINATOR:
        return None
    try:
        return UUID(reader.subject)
    except ValueError:
        return NOBODY


def _place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    match after:
        case (datetime() as at, UUID() as check_id):
            return at, check_id
        case _:
            return None
