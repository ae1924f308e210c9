"""Notifications' HTTP API, put together."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from chassis.http import create_app
from chassis.service import Foundation
from notifications.api.queries import queries
from notifications.views.checks import Checks

DESCRIPTION = (
    "Pilot-light checks that lie ahead or are due. They are agreed and told of in the case file; here is "
    "kept when they fall due, once, and when they are missed."
)


def notifications_app(base: Foundation, checks: Checks, readiness: Callable[[], list[str]]) -> FastAPI:
    """The app; see ``create_app`` for the rules that it keeps. There are no commands: all is told by bus."""
    return create_app(
        title="Waakvlam notifications",
        description=DESCRIPTION,
        routers=[queries(checks, base.access)],
        service=base.service,
        verifier=base.verifier,
        body_hmac_key=base.body_hmac_key,
        readiness=readiness,
        record=base.access.record,
        clock=base.clock,
    )
