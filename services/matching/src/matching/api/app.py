"""Matching's HTTP API, put together."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from chassis.http import commands_router, create_app
from chassis.service import Foundation
from matching.api.commands import match_commands, search_commands, supporter_commands
from matching.api.erasure import erasures
from matching.api.queries import queries
from matching.api.who_saw import who_saw
from matching.application.choosing import Choosing
from matching.application.erasing import Certified
from matching.application.supporters import Supporters
from matching.networks import Networks
from matching.sealing import Sealing
from matching.views.searches import Searches
from matching.views.supporters import SupporterList

DESCRIPTION = (
    "Supporters, and the searches for one that suits a resident. The resident chooses among options that say "
    "why they are there, both sides accept, and a place is taken only then. No click needs no reason; that "
    "person is not proposed again in that case. A search is opened by the case file, never from here."
)


def matching_app(
    base: Foundation,
    supporters: Supporters,
    choosing: Choosing,
    networks: Networks,
    sealing: Sealing,
    supporter_list: SupporterList,
    searches: Searches,
    certified: Certified,
    readiness: Callable[[], list[str]],
) -> FastAPI:
    """The app; see ``create_app`` for the rules that it keeps."""
    return create_app(
        title="Waakvlam matching",
        description=DESCRIPTION,
        routers=[
            supporter_commands(supporters),
            search_commands(choosing),
            match_commands(choosing),
            erasures(certified, base.access),
            queries(choosing, networks, sealing, supporter_list, searches, base.clock, base.access),
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
