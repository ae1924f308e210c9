"""Casefile's HTTP API, put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI

from casefile.api.commands import handover_commands, part_commands, scaling_commands
from casefile.api.consent_commands import consent_commands, representation_commands
from casefile.api.consent_queries import consent_queries
from casefile.api.ending_commands import ending_commands, waakvlam_commands
from casefile.api.people import people_routes
from casefile.api.queries import queries
from casefile.api.who_saw import who_saw
from casefile.application.caring import Caring
from casefile.application.consenting import Consenting
from casefile.application.ending import Ending
from casefile.application.handovers import Handovers
from casefile.application.people import People
from casefile.application.scaling import Scaling
from casefile.networks import Networks
from casefile.views.consent_checks import ConsentChecksMade
from chassis.http import commands_router, create_app
from chassis.service import Foundation
from chassis.views.opening import Opening

DESCRIPTION = (
    "A resident's case: delimited questions, who is there for each of them, scaling up and down by reasons, "
    "warm handovers, closing and pilot-light contact. At no moment is a part without a responsible person or "
    "a place on a coordinator's list. A case is opened by a resident's yes, never from here; supporters come "
    "in by a match that both sides accepted."
)


def casefile_app(
    base: Foundation,
    caring: Caring,
    scaling: Scaling,
    handovers: Handovers,
    ending: Ending,
    consenting: Consenting,
    networks: Networks,
    people: People,
    opening: Opening,
    residents_door: APIRouter,
    safeguards: Sequence[APIRouter],
    readiness: Callable[[], list[str]],
) -> FastAPI:
    """The app; see ``create_app`` for the rules that it keeps."""
    return create_app(
        title="Waakvlam casefile",
        description=DESCRIPTION,
        routers=[
            part_commands(caring),
            scaling_commands(scaling),
            handover_commands(handovers),
            ending_commands(ending),
            waakvlam_commands(ending),
            consent_commands(consenting),
            representation_commands(consenting),
            consent_queries(consenting, base.access),
            queries(caring, networks, base.clock, ConsentChecksMade(base.worker_pool), base.access),
            people_routes(people, opening.tokens, base.access),
            residents_door,
            *safeguards,
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
