"""Asking over HTTP that a person be erased, how it stands, and the certificate."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from casefile.application.erasing import Erasing, standing
from casefile.commands.erasures import AskErasure
from casefile.domain.erasure_terms import AskedBy, Ground, Standing
from chassis.access.access import Access
from chassis.http import ApiModel, AsCaller, AsReader, UtcTime
from chassis.store.errors import NotFound

ERASURES = "/people/{person_id}/erasures"


class ErasureStanding(ApiModel):
    """How it stands with one person in one capacity.

    ``state``: kept, delayed (``reason``, ``until``), declined (``reason``), decided, erased. ``until`` of
    what is kept: when the agreed term is over. ``recipients``: services and organisations that are told.
    """

    erasure_id: UUID
    person_id: UUID
    capacity: Literal["resident", "carer", "supporter"]
    state: Standing
    asked_by: AskedBy | None
    ground: Ground | None
    reason: str | None
    source: str | None
    until: UtcTime | None
    decided_at: UtcTime | None
    recipients: list[str]


class Certificate(ApiModel):
    """Signed JSON in one text, to be kept as it is: any change breaks the signature."""

    erasure_id: UUID
    certificate: str


def erasure_routes(erasing: Erasing, access: Access) -> APIRouter:
    """For the coordination on whose list the person's case stands."""
    router = APIRouter(tags=["erasures"])

    @router.post(ERASURES, status_code=201, summary="The person is to be erased, in one capacity")
    def ask_erasure(caller: AsCaller, person_id: UUID, asked: AskErasure) -> ErasureStanding:
        return ErasureStanding.model_validate(erasing.ask(caller, person_id, asked))

    @router.get(f"{ERASURES}/{{erasure_id}}", summary="How it stands with erasing a person")
    def show_erasure(reader: AsReader, person_id: UUID, erasure_id: UUID) -> ErasureStanding:
        with access.reading(reader, "readErasure") as look:
            return ErasureStanding.model_validate(standing(erasing.erasure(look, person_id, erasure_id)))

    @router.get(f"{ERASURES}/{{erasure_id}}/certificate", summary="That it was done, signed")
    def show_certificate(reader: AsReader, person_id: UUID, erasure_id: UUID) -> Certificate:
        with access.reading(reader, "readErasure") as look:
            found = erasing.erasure(look, person_id, erasure_id)
            if found.certificate is None:
                raise NotFound("certificate")
        return Certificate(erasure_id=erasure_id, certificate=found.certificate)

    return router
