"""How it stands with erasing a supporter, over HTTP; it is asked for when they leave."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from chassis.http import AsReader
from matching.api.answers import ErasureStanding
from matching.application.erasing import Certified


def erasures(certified: Certified) -> APIRouter:
    """For the organisation that answers for the supporter, and the coordination point of the network."""
    router = APIRouter(tags=["supporters"])

    @router.get("/supporters/{supporter_id}/erasure", summary="Kept, or erased, with certificate")
    def show_erasure(reader: AsReader, supporter_id: UUID) -> ErasureStanding:
        found = certified.supporter(reader.principal, supporter_id)
        return ErasureStanding(
            supporter_id=supporter_id,
            state=found.erasing,
            until=found.keeps_until,
            certificate=found.certificate,
        )

    return router
