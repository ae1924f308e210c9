"""Lamps and their switchboard wired over a real bus: relay on one side, subscriber on the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import psycopg
from tests.support.lamps import LAMPS, NOON, SILENT, SOURCE_URN, Lamp, LampLit, Tally
from tests.support.stack import BusForTests

from chassis.bus import Address, Bus
from chassis.clock import FixedClock
from chassis.inbox import Effects, Heard, Inbox, InboxState, resend
from chassis.inbox.subscriber import Subscriber
from chassis.relay import Outbox, Relay
from chassis.store.errors import Unavailable
from chassis.store.pools import Pool
from chassis.store.store import Store
from contracts.envelope import parse, peek
from deploy.parties import Service

SERVICES = (Service("lamps"), Service("switchboard", hears=("lamps",)))


def address(bus: BusForTests) -> Address:
    """The bus, as the one who may do everything there."""
    user, password = bus.user("admin")
    return Address(bus.url, user, password, bus.stream)


class LampHouse:
    """The sending side."""

    def __init__(self, pool: Pool, bus: BusForTests) -> None:
        self.store = Store(pool, LAMPS, source_urn=SOURCE_URN)
        self.outbox = Outbox(pool)
        self.relay = Relay(self.outbox, bus.stream)
        self.bus = Bus(address(bus), "lamps", [])

    def light(self, lamp_id: UUID | None = None, times: int = 1) -> UUID:
        """Light a lamp and put it out so many times; each time a message."""
        lamp = (self.store.find(Lamp, lamp_id) if lamp_id else None) or Lamp.hang(lamp_id or uuid4())
        lamp.blink(times)
        self.store.save([lamp])
        self.relay.wake()
        return lamp.id

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Relay and answer requests to send again."""
        client = await self.bus.connect()
        await resend.answer_requests("lamps", client, self.outbox, self.relay)
        running = asyncio.create_task(self.relay.run(client))
        try:
            yield
        finally:
            running.cancel()
            await self.relay.stop()
            await self.bus.close()


class Switchboard:
    """The hearing side: keeps a tally of each lamp."""

    def __init__(self, pool: Pool, bus: BusForTests) -> None:
        self.store = Store(pool, SILENT, source_urn="urn:nld:kvknr:00000000:systeem:switchboard")
        self.away = False
        self.inbox = Inbox(
            InboxState(pool, "lamps"),
            self.store,
            {LampLit: self.count},
            parse=parse,
            peek=peek,
            clock=FixedClock(NOON),
        )
        self.bus = Bus(
            address(bus),
            "switchboard",
            [Subscriber("switchboard", self.inbox, bus.stream, lambda: not self.away)],
        )

    def count(self, heard: Heard[LampLit]) -> Effects:
        """One more."""
        if self.away:
            raise Unavailable("the database is away")
        lamp = heard.envelope.subject
        tally = self.store.find(Tally, lamp) or Tally.begin(lamp, Tally.Opened, now=heard.now)
        tally.count(heard.event.times, heard.now)
        return Effects([tally])

    def counted(self, lamp: UUID) -> tuple[int, ...]:
        """What was heard of a lamp."""
        found = self.store.find(Tally, lamp)
        return found.counted if found else ()

    @asynccontextmanager
    async def open(self, patience: float = 30.0) -> AsyncIterator[None]:
        """Hear."""
        client = await self.bus.connect()
        running = [
            asyncio.create_task(self.bus.watch()),
            asyncio.create_task(resend.keep_going([self.inbox], client, patience)),
        ]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await self.bus.close()


def unsent(conn: psycopg.Connection[tuple[object, ...]]) -> int:
    """How many rows of the outbox wait."""
    row = conn.execute("select count(*) from store.outbox where sent_at is null").fetchone()
    return int(str(row[0])) if row else 0
