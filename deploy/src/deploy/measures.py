"""How far a running Waakvlam is: what waits in outboxes and consumers, dead letters, connections.

Read with the services' own rights and the bus's reading user; nothing here can change anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, LiteralString

import httpx2
import psycopg
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from psycopg.conninfo import make_conninfo

from deploy.parties import SERVICES, STREAM, Service
from deploy.partner_feed import FeedMeasure, PartnerMeasure, measure_feed, measure_partners
from deploy.provision.report import ProvisionRefused
from deploy.run_file import RunFile
from deploy.servers import Servers


@dataclass
class ServiceMeasure:
    """One service: its answers and what waits in its database; None where it could not be asked."""

    name: str
    address: str
    pid: int
    restarts: int
    ready: bool
    reasons: list[str] = field(default_factory=list)
    unsent: int | None = None
    oldest_unsent_seconds: float | None = None
    parked: int | None = None
    dead_letters: int | None = None
    connections: int | None = None
    feed: FeedMeasure | None = None


@dataclass
class ConsumerMeasure:
    """One consumer: what it has still to hear, and what it was given and did not acknowledge yet."""

    name: str
    pending: int
    unacknowledged: int
    redelivered: int


@dataclass
class BusMeasure:
    """The stream and its consumers."""

    messages: int = 0
    bytes: int = 0
    max_bytes: int = 0
    connections: int | None = None
    consumers: list[ConsumerMeasure] = field(default_factory=list)
    partners: list[PartnerMeasure] = field(default_factory=list)
    fault: str | None = None

    @property
    def full(self) -> float:
        """How full the stream is, 0 to 1; from 0.7 somebody must act."""
        return self.bytes / self.max_bytes if self.max_bytes > 0 else 0.0


def measure_services(running: RunFile, servers: Servers) -> list[ServiceMeasure]:
    """Every process that the run file names, in its order."""
    by_name = {service.name: service for service in SERVICES}
    found = []
    with httpx2.Client(timeout=3.0, trust_env=False) as client:
        for each in running.services:
            ready, reasons = _readiness(client, each.address)
            measure = ServiceMeasure(each.name, each.address, each.pid, each.restarts, ready, reasons)
            service = by_name.get(each.name)
            if service is not None and service.on_bus:
                _measure_database(measure, service, servers)
            found.append(measure)
    return found


def _readiness(client: httpx2.Client, address: str) -> tuple[bool, list[str]]:
    try:
        answer = client.get(f"{address}/v1/health/ready")
        if answer.status_code == 200:
            return True, []
        return False, [str(reason) for reason in answer.json().get("reasons", [])] or [
            str(answer.status_code)
        ]
    except httpx2.HTTPError:
        return False, ["no-answer"]
    except (ValueError, AttributeError):
        return False, ["no-sense"]


def _measure_database(measure: ServiceMeasure, service: Service, servers: Servers) -> None:
    host, port = servers.database_host
    dsn = make_conninfo(
        host=host, port=port, dbname=service.name, user=service.worker,
        password=servers.role_password(service.worker), connect_timeout=3, application_name="waakvlam status",
    )  # fmt: skip
    try:
        with psycopg.connect(dsn) as connection:
            row = connection.execute(
                "select count(*), extract(epoch from now() - min(saved_at))::float8"
                " from store.outbox where sent_at is null"
            ).fetchone()
            measure.unsent, measure.oldest_unsent_seconds = row or (None, None)
            measure.parked = _count(connection, "store.inbox_parked")
            measure.dead_letters = _count(connection, "store.dead_letter where state = 'waiting'")
            others = "datname = current_database() and pid <> pg_backend_pid()"
            measure.connections = _count(connection, f"pg_stat_activity where {others}")
            if service.shares:
                measure.feed = measure_feed(connection)
    except psycopg.Error:
        measure.reasons.append("database-away")


def _count(connection: psycopg.Connection[Any], rows: LiteralString) -> int | None:
    row = connection.execute(f"select count(*) from {rows}").fetchone()  # noqa: S608
    return int(row[0]) if row else None


async def measure_bus(servers: Servers) -> BusMeasure:
    """The stream as the server tells it; `fault` says why when it cannot be asked."""
    measure = BusMeasure()
    try:
        client = await servers.bus_monitor.connect()
    except ProvisionRefused as fault:
        measure.fault = str(fault)
        return measure
    try:
        jetstream = client.jetstream(timeout=3)
        stream = await jetstream.stream_info(STREAM)
        measure.messages, measure.bytes = stream.state.messages, stream.state.bytes
        measure.max_bytes = stream.config.max_bytes or 0
        while page := await jetstream.consumers_info(STREAM, offset=len(measure.consumers)):
            measure.consumers += [
                ConsumerMeasure(
                    info.name, info.num_pending or 0, info.num_ack_pending or 0, info.num_redelivered or 0
                )
                for info in page
            ]
        measure.partners = await measure_partners(jetstream)
    except (NatsError, JetStreamError, OSError) as fault:
        measure.fault = str(fault) or type(fault).__name__
    finally:
        await client.close()
    measure.connections = _bus_connections(servers.nats_monitor_url)
    return measure


def _bus_connections(url: str | None) -> int | None:
    if url is None:
        return None
    try:
        with httpx2.Client(timeout=3.0, trust_env=False) as client:
            return int(client.get(f"{url}/varz").json()["connections"])
    except (httpx2.HTTPError, ValueError, KeyError):
        return None
