"""The only place where matching is built and wired."""

from __future__ import annotations

from functools import partial

from chassis.erasure import Certificates
from chassis.service import Foundation, Service
from chassis.settings import load, read_key
from chassis.store.saving import Mappings
from matching.api.app import matching_app
from matching.application.choosing import Choosing
from matching.application.erasing import Certified, Erasing
from matching.application.following import Following
from matching.application.offering import Offering
from matching.application.permission import Permission
from matching.application.supporters import Supporters
from matching.deadlines import Watching, deadlines
from matching.guards import guard
from matching.networks import Networks
from matching.publishing import publish
from matching.sealing import Sealing
from matching.settings import Settings
from matching.subscriptions import Hearing
from matching.views import VIEWS
from matching.views.available_supporters import AvailableSupporters
from matching.views.searches import Searches
from matching.views.supporters import SupporterList

MAPPINGS = Mappings(publish=publish, guard=guard, deadlines=deadlines)


def build(settings: Settings | None = None) -> Service:
    """Matching, ready to run; settings come from the environment unless given."""
    own = settings or load(Settings)
    base, certificates = Foundation(own, MAPPINGS), Certificates(read_key(own.certificate_key_file))
    networks, sealing, available = Networks(base.reference), Sealing(base.sealer), AvailableSupporters()
    permission = Permission(base.access)
    supporters = Supporters(base.api_store, networks, sealing, permission, base.clock)
    offering = Offering(networks, partial(available.candidates, base.api_pool, sealing.opened))
    choosing = Choosing(base.api_store, networks, offering, permission, base.clock)
    offering_unasked = Offering(networks, partial(available.candidates, base.worker_pool, sealing.opened))
    following = Following(base.worker_store, offering_unasked)
    erasing = Erasing(base.worker_store, base.eraser, certificates)
    certified = Certified(base.api_store)
    return Service(
        base,
        app=lambda readiness: matching_app(
            base, supporters, choosing, networks, sealing, SupporterList(), Searches(), certified, readiness
        ),
        subscriptions={"casefile": Hearing(following).subscriptions()},
        views=VIEWS,
        on_due=Watching(following, erasing).on_due(),
    )
