"""The real Waakvlam on servers of its own, to be killed: stack, supervisor, and a look into everything."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from tests.faults.books import Books, Mark, change, mark, number, read_books
from tests.faults.looking_after import LookedAfter
from tests.support.waiting import NotInTime

from deploy.addresses import Addresses
from deploy.balance import Balance, balances
from deploy.embedded.ports import any_free
from deploy.issuer import mint
from deploy.operating import ON_BUS, Operations
from deploy.parties import STREAM
from deploy.provision.bus import BusAdmin, consumer_wanted
from deploy.servers import Servers
from deploy.service_environment import service_environment
from deploy.stack import Stack
from deploy.supervisor import ServiceProcess

SERVICES = tuple(service.name for service in ON_BUS)
SERVERS = ("PostgreSQL", "nats-server")
ORGANISATION = "smwo"
"""Receives requests in the Oosterschelde region, and offers pilot-light contact."""
ACK_WAIT = 2.0
BEHIND = (
    "select count(*) from views.tracking where position <"
    " (select coalesce(max(notification_id), 0) from store.event)"
)
SAVING = "select count(*) from pg_stat_activity where state = 'active' and query like 'select store.save(%%'"


class House(LookedAfter):
    """The stack, with its supervisor working while a test waits."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack.supervisor)
        self.stack = stack
        self.operations = Operations(stack.folder.path, Addresses())
        self._tokens: dict[str, str] = {}

    def url(self, service: str) -> str:
        """A service's database, with all rights."""
        return make_conninfo(self.stack.servers.admin_url, dbname=service)

    def headers(self) -> Mapping[str, str]:
        """Headers that sign in the coordinator of the organisation that receives."""
        if ORGANISATION not in self._tokens:
            self._tokens[ORGANISATION] = mint(
                self.stack.folder.secrets,
                subject="coordinator",
                organisation=ORGANISATION,
                roles=["role_coordinator"],
                now=datetime.now(UTC),
            )
        return {"Authorization": f"Bearer {self._tokens[ORGANISATION]}"}

    def books(self, service: str, since: Mark | None = None) -> Books:
        """The books of a service."""
        return read_books(service, self.url(service), since)

    def marks(self) -> dict[str, Mark]:
        """Where all books stand now."""
        return {service: mark(self.url(service)) for service in SERVICES}

    def balances(self) -> list[Balance]:
        """P6, as ``waakvlam balance`` tells it."""
        return asyncio.run(balances(self.operations))

    def all_ready(self) -> bool:
        """Whether every service says that it can serve."""
        return all(self.ready(service) for service in SERVICES)

    def wait_ready(self, within: float = 30.0) -> None:
        """Until all can serve; tells who cannot, and why."""
        try:
            self.until(self.all_ready, within=within)
        except NotInTime:
            reasons = {service: self.reasons(service) for service in SERVICES if not self.ready(service)}
            logs = "\n".join(self.process(service).log.read_text()[-1500:] for service in reasons)
            raise NotInTime(f"not ready within {within} s: {reasons}\n{logs}") from None

    def publish_as(self, service: str, subject: str, payloads: Sequence[bytes]) -> None:
        """Put bytes on the bus with the rights of a service."""
        servers = self.stack.servers
        user = BusAdmin(servers.nats_url, service, servers.bus_password(service), f"_INBOX_{service}")

        async def publish() -> None:
            client = await user.connect()
            for payload in payloads:
                await client.jetstream().publish(subject, payload, stream=STREAM)
            await client.close()

        asyncio.run(publish())

    def second_worker(self, service: str) -> str:
        """Start the worker side of a service once more; its name among the processes."""
        found = next(each for each in ON_BUS if each.name == service)
        port, name = any_free(), f"{service} worker"
        environment = service_environment(
            found, self.stack.folder, self.stack.servers, {}, port=port, adjustable=True
        )
        started = ServiceProcess(
            name,
            [sys.executable, "-m", service, "serve", "--role", "worker"],
            environment,
            self.stack.folder.logs / f"{service}-second.log",
            f"http://127.0.0.1:{port}",
        )
        started.start()
        self.supervisor.watch(name, started)
        self.until(lambda: self.ready(name), within=30.0)
        return name

    def remove(self, name: str) -> None:
        """End a process that was started besides the stack's own."""
        self.leave_alone(name)
        self.process(name).stop()

    def quiet(self) -> None:
        """Until no save of somebody who was killed is still at work in a database."""
        self.until(lambda: number(self.url(SERVICES[0]), SAVING) == 0)

    def caught_up(self, service: str) -> bool:
        """Wait until the views of a service have every event."""
        return self.until(lambda: number(self.url(service), BEHIND) == 0)

    def send_everything_again(self) -> None:
        """The cursors of all relays are set back to zero."""
        for service in SERVICES:
            change(self.url(service), "update store.outbox set sent_at = null")

    def move_clocks(self, by: timedelta) -> None:
        """Time passes for all services at once."""
        for service in SERVICES:
            change(self.url(service), "update clock.adjustment set shift = shift + %s", by)

    @contextmanager
    def as_owner(self, service: str) -> Iterator[psycopg.Connection[Any]]:
        """A connection that acts as the owner of a service's tables."""
        found = next(each for each in ON_BUS if each.name == service)
        with self.operations.connected(found, "owner") as conn:
            yield conn


def redeliver_soon(servers: Servers) -> None:
    """What a killed process had in hand comes again within seconds, not half a minute."""

    async def change_consumers() -> None:
        client = await servers.bus_admin.connect()
        for service in ON_BUS:
            for source in service.hears:
                consumer = consumer_wanted(service, source)
                consumer.ack_wait = ACK_WAIT
                await client.jetstream().add_consumer(STREAM, consumer)
        await client.close()

    asyncio.run(change_consumers())


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Everything up and ready; at the end nothing of it runs."""
    stack = Stack(
        folder / "data", Addresses(), adjustable=True, services=ON_BUS, before_services=redeliver_soon
    )
    with stack:
        found = House(stack)
        found.wait_ready(60.0)
        yield found


def chance_of(seed: int) -> random.Random:
    """A source of random moments."""
    return random.Random(seed)  # noqa: S311
