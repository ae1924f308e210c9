"""Is every published event accounted for? (promise P6)

Per consumer: published = applied + discarded + parked + dead + pending, where pending must be found unsent
in the outbox or not yet acknowledged on the bus. What is nowhere is lost. The source is read before the bus
and the bus before the hearer, so that an event on its way is never taken for a lost one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from nats.js.client import JetStreamContext

from deploy.operating import ON_BUS, Operations
from deploy.parties import STREAM, Service


@dataclass(frozen=True)
class Balance:
    """One consumer's account, in events."""

    consumer: str
    published: int
    applied: int
    discarded: int
    parked: int
    dead: int
    unsent: int
    on_bus: int

    @property
    def pending(self) -> int:
        """Published and not yet known to the hearer."""
        return max(0, self.published - self.applied - self.discarded - self.parked - self.dead)

    @property
    def lost(self) -> int:
        """Pending, and neither in the outbox nor on the bus."""
        return max(0, self.pending - self.unsent - self.on_bus)

    @property
    def settled(self) -> bool:
        """Everything that was published was applied or decided upon."""
        return self.pending == 0 and self.parked == 0 and self.dead == 0


async def balances(operations: Operations) -> list[Balance]:
    """The account of every consumer of every service."""
    client = await operations.servers.bus_monitor.connect()
    try:
        jetstream = client.jetstream(timeout=5)
        return [
            await _balance(operations, jetstream, hearer, _service(source))
            for hearer in ON_BUS
            for source in hearer.hears
        ]
    finally:
        await client.close()


async def _balance(
    operations: Operations, jetstream: JetStreamContext, hearer: Service, source: Service
) -> Balance:
    with operations.connected(source, "worker") as conn:
        published = _number(conn, "select coalesce(sum(position), 0) from store.outbox_position")
        unsent = _number(conn, "select count(*) from store.outbox where sent_at is null")
    info = await jetstream.consumer_info(STREAM, hearer.consumer(source.name))
    with operations.connected(hearer, "worker") as conn, conn.transaction():
        conn.execute("set transaction isolation level repeatable read")
        name = source.name
        heard = _number(
            conn, "select coalesce(sum(position), 0) from store.inbox_position where source = %s", name
        )
        letters: LiteralString = (
            "select count(*) from store.dead_letter where source = %s and subject_id is not null and state = "
        )
        discarded = _number(conn, letters + "'discarded'", name)
        dead = _number(conn, letters + "'waiting'", name)
        parked = _number(conn, "select count(*) from store.inbox_parked where source = %s", name)
    return Balance(
        hearer.consumer(source.name),
        published,
        heard - discarded,
        discarded,
        parked,
        dead,
        unsent,
        (info.num_pending or 0) + (info.num_ack_pending or 0),
    )


def _number(conn: psycopg.Connection[Any], query: LiteralString, *parameters: str) -> int:
    row = conn.execute(query, parameters).fetchone()
    return int(row[0]) if row else 0


def _service(name: str) -> Service:
    return next(service for service in ON_BUS if service.name == name)
