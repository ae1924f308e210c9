"""Intake's HTTP API, put together."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, FastAPI

from chassis.http import commands_router, create_app
from chassis.service import Foundation
from chassis.views.opening import Opening
from intake.api.commands import commands
from intake.api.queries import queries
from intake.api.search import search
from intake.api.who_saw import who_saw
from intake.application import Intake
from intake.networks import Networks
from intake.sealing import Sealing
from intake.views.requests import Requests

DESCRIPTION = (
    "Requests for client support, from any side, until the resident says yes or no. Support is a right, free "
    "of charge and voluntary: that is explained before anybody can say yes. A yes opens a case, which the "
    "case file answers for under the same id."
)


def intake_app(
    base: Foundation,
    intake: Intake,
    networks: Networks,
    sealing: Sealing,
    requests: Requests,
    opening: Opening,
    referrals: APIRouter,
    readiness: Callable[[], list[str]],
) -> FastAPI:
    """The app; see ``create_app`` for the rules that it keeps."""
    return create_app(
        title="Waakvlam intake",
        description=DESCRIPTION,
        routers=[
            commands(intake),
            queries(intake, requests, networks, sealing, base.clock, base.access),
            search(requests, sealing, opening.tokens, base.access),
            referrals,
            who_saw(base),
            commands_router(base.api_store),
        ],
        service=base.service,
        verifier=base.verifier,
        body_hmac_key=base.body_hmac_key,
        readiness=readiness,
        record=base.access.record,
        clock=base.clock,
    )
