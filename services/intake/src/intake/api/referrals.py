"""What a referrer asks with the link that they got: no account, no name, no secret in an address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from chassis.clock import Clock
from chassis.codes import Codes, Tries
from chassis.http import ApiModel
from chassis.store.store import Store
from intake.domain.referrer_link import REFERRER_LINK, ReferrerLink, Told, holder
from intake.domain.request import Request as Referral

PER_LINK, PER_ADDRESS, WITHIN = 30, 300, timedelta(minutes=15)


class AskedWithLink(ApiModel):
    """The secret of the link; a page takes it out of the part behind the # of its address."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(repr=False)


class ReferralStatus(ApiModel):
    """What the resident lets the referrer know; ``received``: that is nothing, or there is no such link."""

    status: Told


def referral_routes(codes: Codes, tries: Tries, clock: Clock, asked_by: Callable[[str], Store]) -> APIRouter:
    """``asked_by`` gives a store that asks with that grantee string: without consent it finds nothing."""
    router = APIRouter(tags=["referrals"])

    @router.post(
        "/referral-status",
        summary="What became of a referral, as far as the resident agrees",
        responses={429: {"description": "Asked too often"}},
    )
    def referral_status(request: Request, asked: AskedWithLink) -> ReferralStatus:
        digest = codes.digest(REFERRER_LINK, asked.token)
        address = request.client.host if request.client else "unknown"
        tries.count(f"{REFERRER_LINK}|address|{address}", PER_ADDRESS, WITHIN)
        tries.count(f"{REFERRER_LINK}|{digest.hex()}", PER_LINK, WITHIN)
        return ReferralStatus(status=told(digest))

    def told(digest: bytes) -> Told:
        led = asked_by("").look_up(REFERRER_LINK, digest)
        request_id, link_id = led or (_NOWHERE, _NOWHERE)
        store = asked_by(holder(link_id))
        link, referral = store.find(ReferrerLink, link_id), store.find(Referral, request_id)
        return "received" if link is None or referral is None else link.status(referral.state, clock.now())

    return router


_NOWHERE = UUID(int=0)
