"""What a service is made of; its ``bootstrap.py`` fills this in and nothing else wires anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import FastAPI

from chassis.access.access import Access
from chassis.access.asking import current
from chassis.access.policies import Policies
from chassis.clock import Clock, DatabaseClock, SystemClock
from chassis.erasure.eraser import Eraser
from chassis.erasure.forgetting import OnErased
from chassis.erasure.means import Means
from chassis.inbox.heard import Subscriptions
from chassis.inbox.inbox import Inbox
from chassis.inbox.state import InboxState
from chassis.keyring import KeyRing
from chassis.reference import Reference
from chassis.sealing import Sealer
from chassis.settings import ServiceSettings, read_key
from chassis.sharing.telling import Teller
from chassis.signin import Verifier
from chassis.store.asking import NotSignedInYet, WhoAsks
from chassis.store.pools import Pool, conninfo, open_pool
from chassis.store.saving import Mappings
from chassis.store.store import Store
from chassis.sweeper import OnDue
from chassis.telemetry import current_traceparent
from chassis.views.view import View
from contracts.envelope import parse, peek

API_CONNECTIONS = 5
WORKER_CONNECTIONS = 5

Readiness = Callable[[], list[str]]


class Foundation:
    """Pools, clock, keys, sign-in and stores, from the settings. At most twelve connections in all.

    ``api_store`` and ``worker_store`` differ in their database role: the API's may only execute functions
    and read views. ``access`` is how the API reads and changes.
    """

    def __init__(self, settings: ServiceSettings, mappings: Mappings) -> None:
        self.settings = settings
        self.service = settings.service
        self.api_pool = open_pool(self.dsn("api"), size=API_CONNECTIONS)
        self.worker_pool = open_pool(self.dsn("worker"), size=WORKER_CONNECTIONS)
        self.clock: Clock = DatabaseClock(self.api_pool) if settings.clock_adjustable else SystemClock()
        self.verifier = Verifier(*settings.issuers(), clock=SystemClock())
        self.keyring = KeyRing.from_settings(settings)
        self.sealer = Sealer(self.keyring)
        self.erasing = Means.of(settings, self.keyring)
        self.reference = Reference(self.api_pool)
        self.body_hmac_key = read_key(settings.body_hmac_key_file)
        self.access = Access(self.api_pool, lambda: Policies.of(self.service))
        self.api_store = self._store(self.api_pool, mappings)
        self.worker_store = self._store(self.worker_pool, mappings)

    def _store(self, pool: Pool, mappings: Mappings, asking: WhoAsks = current) -> Store:
        urn = f"{self.settings.source_urn_prefix}{self.service}"
        return Store(pool, mappings, source_urn=urn, traceparent=current_traceparent, asking=asking)

    def store_asked_by(self, *grantees: str) -> Store:
        """The API's store for whoever holds these grantee strings and did not sign in, or not yet."""
        return self._store(self.api_pool, self.api_store.mappings, lambda: NotSignedInYet(grantees))

    @property
    def eraser(self) -> Eraser:
        """What destroys data keys. Raises LookupError in a service that keeps no words of anybody."""
        if self.erasing is None:
            raise LookupError("this service's settings say nothing about erasing")
        return self.erasing.eraser

    def dsn(self, role: str) -> str:
        """How to connect in a role, with time-outs. Holds the password: never print it."""
        settings = self.settings
        password = settings.api_password if role == "api" else settings.worker_password
        return conninfo(
            host=settings.database_host,
            port=settings.database_port,
            database=settings.database_name,
            user=f"{self.service}_{role}",
            password=password.get_secret_value(),
            name=f"{self.service} {role}",
        )

    def inbox(self, source: str, subscriptions: Subscriptions) -> Inbox:
        """The consumer of one source."""
        return Inbox(
            InboxState(self.worker_pool, source),
            self.worker_store,
            subscriptions,
            parse=parse,
            peek=peek,
            clock=self.clock,
        )

    def close(self) -> None:
        """Give the connections back."""
        self.api_pool.close()
        self.worker_pool.close()
        self.keyring.close()


@dataclass(frozen=True, slots=True)
class Service:
    """A service, ready to run: what it answers over HTTP, hears, shows, does in time, and tells partners."""

    base: Foundation
    app: Callable[[Readiness], FastAPI]
    subscriptions: Mapping[str, Subscriptions] = field(default_factory=dict)
    views: Sequence[View] = ()
    on_due: Mapping[str, OnDue] = field(default_factory=dict)
    on_erased: OnErased = lambda _entries: None
    readiness: Readiness = lambda: []
    teller: Teller | None = None
