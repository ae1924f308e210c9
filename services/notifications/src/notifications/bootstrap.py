"""The only place where notifications is built and wired."""

from __future__ import annotations

from chassis.service import Foundation, Service
from chassis.settings import load
from chassis.store.saving import Mappings
from notifications.api.app import notifications_app
from notifications.application import Notifications
from notifications.deadlines import Watching, deadlines
from notifications.guards import guard
from notifications.networks import Networks
from notifications.publishing import publish
from notifications.settings import Settings
from notifications.subscriptions import Hearing
from notifications.views import VIEWS
from notifications.views.checks import Checks

MAPPINGS = Mappings(publish=publish, guard=guard, deadlines=deadlines)


def build(settings: Settings | None = None) -> Service:
    """Notifications, ready to run; settings come from the environment unless given."""
    base = Foundation(settings or load(Settings), MAPPINGS)
    checks, notifications = Checks(), Notifications(base.worker_store, Networks(base.reference))
    return Service(
        base,
        app=lambda readiness: notifications_app(base, checks, readiness),
        subscriptions={"casefile": Hearing(notifications).subscriptions()},
        views=VIEWS,
        on_due=Watching(notifications).on_due(),
    )
