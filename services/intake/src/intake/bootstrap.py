"""The only place where intake is built and wired."""

from __future__ import annotations

import secrets

from chassis.search import Tokens
from chassis.service import Foundation, Service
from chassis.settings import load, read_key
from chassis.store.saving import Mappings
from chassis.views.opening import Opening, bound
from contracts.number import complete
from intake.api.app import intake_app
from intake.application import Intake
from intake.deadlines import Watching, deadlines
from intake.domain.number import draw_number
from intake.guards import guard
from intake.networks import Networks
from intake.publishing import publish
from intake.sealing import Sealing
from intake.settings import Settings
from intake.subscriptions import Hearing
from intake.views import VIEWS
from intake.views.requests import Requests

MAPPINGS = Mappings(publish=publish, guard=guard, deadlines=deadlines)


def a_number() -> str:
    """A speakable number by chance; whether it is free shows when it is taken."""
    return draw_number(secrets.token_bytes(8), complete)


def build(settings: Settings | None = None) -> Service:
    """Intake, ready to run; settings come from the environment unless given."""
    settings = settings or load(Settings)
    base = Foundation(settings, MAPPINGS)
    opening = Opening(base.sealer, Tokens(read_key(settings.search_key_file), base.service))
    requests, networks, sealing = Requests(), Networks(base.reference), Sealing(base.sealer)
    intake = Intake(base.api_store, networks, sealing, base.clock, a_number)
    return Service(
        base,
        app=lambda readiness: intake_app(base, intake, networks, sealing, requests, opening, readiness),
        subscriptions={"casefile": Hearing(base.worker_store).subscriptions()},
        views=bound(VIEWS, opening),
        on_due=Watching(base.worker_store).on_due(),
    )
