"""The only place where intake is built and wired."""

from __future__ import annotations

import secrets
from datetime import timedelta

from chassis.codes import Codes, Tries
from chassis.search import Tokens
from chassis.service import Foundation, Service
from chassis.settings import load, read_key
from chassis.store.saving import Mappings
from chassis.views.opening import Opening, bound
from contracts.number import complete
from intake.api.app import intake_app
from intake.api.referrals import referral_routes
from intake.application import Intake, Links
from intake.deadlines import Watching, deadlines
from intake.domain.number import draw_number
from intake.guards import guard, lookups
from intake.networks import Networks
from intake.publishing import publish
from intake.sealing import Sealing
from intake.settings import Settings
from intake.subscriptions import Hearing
from intake.views import VIEWS
from intake.views.requests import Requests

MAPPINGS = Mappings(publish=publish, guard=guard, deadlines=deadlines, lookups=lookups)


def a_number() -> str:
    """A speakable number by chance; whether it is free shows when it is taken."""
    return draw_number(secrets.token_bytes(8), complete)


def build(settings: Settings | None = None) -> Service:
    """Intake, ready to run; settings come from the environment unless given."""
    settings = settings or load(Settings)
    base = Foundation(settings, MAPPINGS)
    opening = Opening(base.sealer, Tokens(read_key(settings.search_key_file), base.service))
    codes_key = read_key(settings.codes_key_file)
    codes, tries = Codes(codes_key), Tries(base.api_pool, codes_key)
    links = Links(codes, timedelta(days=settings.referral_days))
    requests, networks, sealing = Requests(), Networks(base.reference), Sealing(base.sealer)
    intake = Intake(base.api_store, networks, sealing, base.clock, a_number, links, base.access)
    referrals = referral_routes(codes, tries, base.clock, base.store_asked_by)
    return Service(
        base,
        app=lambda readiness: intake_app(
            base, intake, networks, sealing, requests, opening, referrals, readiness
        ),
        subscriptions={"casefile": Hearing(base.worker_store).subscriptions()},
        views=bound(VIEWS, opening),
        on_due=Watching(base.worker_store).on_due(),
    )
