"""``GET /v1/processing-activities``: what is done with whose data here, why, on which ground, how long.

Open to everybody: it holds nothing personal, and every access record and Logboek record refers to it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path

from chassis.http.model import ApiModel
from chassis.store.errors import NotFound
from contracts.processing import Activity, Register

__all__ = ["ProcessingActivity", "processing_router"]


class LegalBasis(ApiModel):
    """A ground of article 6 AVG."""

    ground: Literal["consent", "statutory_task", "vital_interest", "legal_duty", "legitimate_interest"]
    article: str


class ProcessingActivity(ApiModel):
    """One activity of the register of processing (AVG article 30)."""

    id: str
    name: str
    purpose: str
    kind: Literal["C", "R", "U", "D", "E", "S", "X"]
    legal_bases: list[LegalBasis]
    data_subjects: list[str]
    data_categories: list[str]
    roles: list[str]
    recipients: list[str]
    retention: str
    retained_since: str

    @staticmethod
    def of(activity: Activity) -> ProcessingActivity:
        """An activity as it is shown."""
        return ProcessingActivity(
            id=activity.id,
            name=activity.nl,
            purpose=activity.purpose,
            kind=activity.kind,
            legal_bases=[LegalBasis(ground=one.ground, article=one.article) for one in activity.basis],
            data_subjects=list(activity.subjects),
            data_categories=list(activity.categories),
            roles=list(activity.roles),
            recipients=list(activity.recipients),
            retention=activity.retention,
            retained_since=activity.retained_since,
        )


class ProcessingActivities(ApiModel):
    """All activities of a service."""

    items: list[ProcessingActivity]


def processing_router(service: str, register: Register) -> APIRouter:
    """What this service does; small enough for one page."""
    router = APIRouter(tags=["register of processing"])

    @router.get("/processing-activities", summary="What is done with whose data here")
    async def processing_activities() -> ProcessingActivities:
        return ProcessingActivities(
            items=[ProcessingActivity.of(one) for one in register.of_service(service)]
        )

    @router.get("/processing-activities/{activity_id}", summary="One activity of the register of processing")
    async def processing_activity(
        activity_id: Annotated[str, Path(max_length=80, description="Such as casefile.read-case.")],
    ) -> ProcessingActivity:
        found = next((one for one in register.of_service(service) if one.id == activity_id), None)
        if found is None:
            raise NotFound("activity")
        return ProcessingActivity.of(found)

    return router
