"""The only place where casefile is built and wired."""

from __future__ import annotations

from casefile.api.app import casefile_app
from casefile.application.caring import Caring
from casefile.application.ending import Ending
from casefile.application.following import Following
from casefile.application.handovers import Handovers
from casefile.application.people import People
from casefile.application.scaling import Scaling
from casefile.deadlines import Watching, deadlines
from casefile.guards import guard, lookups
from casefile.networks import Networks
from casefile.publishing import publish
from casefile.sealing import Sealing
from casefile.settings import Settings
from casefile.subscriptions import Hearing
from casefile.views import VIEWS
from chassis.search import Tokens
from chassis.service import Foundation, Service
from chassis.settings import load, read_key
from chassis.store.saving import Mappings
from chassis.views.opening import Opening, bound

MAPPINGS = Mappings(publish=publish, guard=guard, deadlines=deadlines, lookups=lookups)


def build(settings: Settings | None = None) -> Service:
    """Casefile, ready to run; settings come from the environment unless given."""
    settings = settings or load(Settings)
    base = Foundation(settings, MAPPINGS)
    opening = Opening(base.sealer, Tokens(read_key(settings.search_key_file), base.service))
    networks = Networks(base.reference)
    tools = (base.api_store, networks, Sealing(base.sealer), base.clock)
    caring, scaling, handovers, ending = Caring(*tools), Scaling(*tools), Handovers(*tools), Ending(*tools)
    hearing = Hearing(Following(base.worker_store, networks))
    return Service(
        base,
        app=lambda readiness: casefile_app(
            base, caring, scaling, handovers, ending, networks, People(*tools), opening, readiness
        ),
        subscriptions={
            "intake": hearing.of_intake(),
            "matching": hearing.of_matching(),
            "notifications": hearing.of_notifications(),
        },
        views=bound(VIEWS, opening),
        on_due=Watching(base.worker_store).on_due(),
    )
