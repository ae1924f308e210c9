"""Asking to what a person agreed, over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from casefile.api.consent_answers import ListedConsent, ReviewStanding
from casefile.application.consenting import Consenting
from casefile.views.consents import consents_of
from chassis.access.access import Access
from chassis.http import AsPaging, AsReader, PageOf

FILE = "PersonFile"


def consent_queries(consenting: Consenting, access: Access) -> APIRouter:
    """For the resident, who represents them, and the coordination: what was agreed, what is looked into."""
    router = APIRouter(tags=["consents"])

    @router.get("/people/{person_id}/consents", summary="To what this person agreed, for whom, until when")
    def consents(reader: AsReader, paging: AsPaging, person_id: UUID) -> PageOf[ListedConsent]:
        after = _place(paging.after(datetime.fromisoformat, UUID))
        with access.reading(reader, "readConsents") as look:
            look.one(person_id, resource=FILE)
            found = consents_of(look.conn, person_id, after=after, limit=paging.limit + 1)
            look.saw(persons=[person_id])
        words = consenting.words_for(person_id)
        shown = found[: paging.limit]
        more = (shown[-1].recorded_at, shown[-1].consent_id) if len(found) > len(shown) else None
        items = [ListedConsent.of(row, words) for row in shown]
        return PageOf(items=items, links=paging.links(more))

    @router.get(
        "/people/{person_id}/breach-reviews", summary="Who looked under a consent that was never given"
    )
    def reviews(reader: AsReader, paging: AsPaging, person_id: UUID) -> PageOf[ReviewStanding]:
        with access.reading(reader, "readBreachReviews") as look:
            look.one(person_id, resource=FILE)
            look.saw(persons=[person_id])
            found = consenting.reviews(person_id)
        items = [ReviewStanding.model_validate(one) for one in found]
        return PageOf(items=items, links=paging.links(None))

    return router


def _place(after: tuple[object, ...] | None) -> tuple[datetime, UUID] | None:
    match after:
        case (datetime() as at, UUID() as consent_id):
            return at, consent_id
        case _:
            return None
