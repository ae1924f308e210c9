"""How it stands with erasing a supporter, over HTTP; it is asked for when they leave."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from chassis.access.access import Access
from chassis.http import AsReader
from matching.api.answers import ErasureStanding
from matching.application.erasing import Certified


def erasures(certified: Certified, access: Access) -> APIRouter:
    """For who looks after the supporter, and for the supporter."""
    router = APIRouter(tags=["supporters"])

    @router.get("/supporters/{supporter_id}/erasure", summary="Kept, or erased, with certificate")
    def show_erasure(reader: AsReader, supporter_id: UUID) -> ErasureStanding:
        with access.reading(reader, "seeSupporter") as look:
            found = certified.supporter(look, supporter_id)
        return ErasureStanding(
            supporter_id=supporter_id,
            state=found.erasing,
            until=found.keeps_until,
            certificate=found.certificate,
        )

    return router
