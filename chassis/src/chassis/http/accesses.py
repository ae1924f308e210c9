"""``GET /v1/people/{person_id}/accesses``: who saw this person's data, the newest look first.

For the person, for who represents them, and for an auditor; for everybody else there is no such person. The
service's policies decide it as ``readAccesses`` about a ``DataSubject``. This look is itself recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from chassis.access.access import Access
from chassis.access.seen import Place, Seen, Words, accesses_of, seen_in
from chassis.http.callers import AsReader
from chassis.http.model import ApiModel, UtcTime
from chassis.http.paging import AsPaging, PageOf

__all__ = ["SeenData", "accesses_router"]


class Named(ApiModel):
    """A code and what people call it."""

    id: str
    name: str


class Ground(ApiModel):
    """Why it might be seen: a kind of grant, and the consent or grant itself."""

    kind: Literal["participation", "consent", "break_glass", "audit", "own"]
    id: UUID


class SeenData(ApiModel):
    """One look at somebody's data. ``sentence`` tells it in Dutch."""

    id: UUID
    seen_at: UtcTime
    organisation: Named
    role: Named
    data_categories: list[Named]
    activity: Named
    grounds: list[Ground]
    outcome: Literal["shown", "denied", "refused", "failed"]
    emergency: bool
    by_themselves: bool
    sentence: str

    @staticmethod
    def of(seen: Seen, words: Words) -> SeenData:
        """A look as it is shown."""
        return SeenData(
            id=seen.record_id,
            seen_at=seen.at,
            organisation=Named(id=seen.organisation, name=words.organisation(seen.organisation)),
            role=Named(id=seen.role, name=words.role(seen.role)),
            data_categories=[Named(id=code, name=words.category(code)) for code in seen.categories],
            activity=Named(id=seen.activity, name=seen.activity_name),
            grounds=[Ground.model_validate({"kind": one.kind, "id": one.id}) for one in seen.grounds],
            outcome=seen.outcome,
            emergency=seen.break_glass,
            by_themselves=seen.by_themselves,
            sentence=seen.sentence,
        )


def accesses_router(access: Access, words_now: Callable[[], Words]) -> APIRouter:
    """The route. Words name organisations, roles and categories of data; they are asked once per answer."""
    router = APIRouter(tags=["who saw my data"])

    @router.get("/people/{person_id}/accesses", summary="Who saw this person's data, the newest look first")
    def accesses(asking: AsReader, person_id: UUID, paging: AsPaging) -> PageOf[SeenData]:
        before = _place(paging.after(datetime.fromisoformat, UUID))
        with access.reading(asking, "readAccesses") as look:
            look.person(person_id)
            found = accesses_of(look.conn, person_id, before=before, limit=paging.limit + 1)
        words = words_now()
        shown = [seen_in(entry, words) for _, entry in found[: paging.limit]]
        more = (found[paging.limit - 1][0], shown[-1].record_id) if len(found) > paging.limit else None
        return PageOf(items=[SeenData.of(one, words) for one in shown], links=paging.links(more))

    return router


def _place(after: tuple[object, ...] | None) -> Place | None:
    match after:
        case (datetime() as at, UUID() as record_id):
            return at, record_id
        case _:
            return None
