"""B5: the inbox against a bare loop of fetch, one INSERT transaction and acknowledgements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from time import perf_counter, process_time, thread_time
from typing import Any
from uuid import uuid4

import nats
import psycopg
from nats.aio.client import Client
from tests.support.lamps import LampLit
from tests.support.wired_lamps import SERVICES, address

from benchmarks.comparing import Comparison, Goal, Measure, by_turns
from benchmarks.messages import SUBJECT, message
from benchmarks.noticing import DECIDING, NOTICING, Deciding, Notices, take_notice
from benchmarks.servers import BenchmarkServers
from benchmarks.traced import traced
from chassis.bus import Bus
from chassis.clock import SystemClock
from chassis.inbox import Inbox, InboxState
from chassis.inbox.subscriber import Subscriber
from chassis.store.pools import Pool, open_pool
from chassis.store.saving import Mappings
from chassis.store.store import Store
from chassis.views import Follower, provision
from contracts.envelope import parse, peek

GOAL = Goal(at_least=0.5)
DURABLE = "switchboard--lamps"
FETCH = 100
URN = "urn:nld:kvknr:00000000:systeem:switchboard"
LARGE = 256 * 1024 * 1024


class _Bench:
    """Turns over the same messages: `many`, of a quarter as many subjects, in order."""

    def __init__(self, servers: BenchmarkServers, mappings: Mappings, handler: Any, many: int) -> None:
        self._servers, self._bus, self._many = servers, servers.bus, many
        self._mappings, self._handler = mappings, handler
        self._view = Notices()
        database = servers.service_database("switchboard")
        self._admin = database.url("admin")
        with psycopg.connect(self._admin, autocommit=True) as conn:
            conn.execute("create table public.bare (subject_id uuid, payload bytea)")
            conn.execute("set role switchboard_owner")
            provision(conn, [self._view], api="switchboard_api", worker="switchboard_worker")
        self.pool: Pool = open_pool(database.url("worker"), size=5)

    def inbox(self) -> Inbox:
        store = Store(self.pool, self._mappings, source_urn=URN)
        handler = self._handler(store) if isinstance(self._handler, type) else None
        return Inbox(
            InboxState(self.pool, "lamps"),
            store,
            {LampLit: handler.count if handler else self._handler},
            parse=parse,
            peek=peek,
            clock=SystemClock(),
        )

    def ours(self) -> float:
        """Through the subscriber, without the views."""
        return asyncio.run(self._turn(self._subscribe))

    def to_the_view(self) -> float:
        """The same, until the follower has written the last row too."""
        return asyncio.run(self._turn(self._subscribe_and_follow))

    def theirs(self) -> float:
        """fetch(100), one INSERT, acknowledge."""
        return asyncio.run(self._turn(self._bare))

    async def _turn(self, work: Callable[[Client], Coroutine[Any, Any, float]]) -> float:
        with psycopg.connect(self._admin, autocommit=True) as conn:
            conn.execute(
                "truncate store.event, store.outbox, store.outbox_position, store.inbox_position,"
                " store.access_grant, store.subject_access, public.bare"
            )
            conn.execute("update views.tracking set position = 0")
            conn.execute(
                psycopg.sql.SQL("truncate {}").format(
                    psycopg.sql.Identifier("views", f"{self._view.relation_name}__1")
                )
            )
        await self._bus._clear()
        await self._bus._provision(SERVICES, LARGE)
        user, password = self._bus.user("admin")
        client = await nats.connect(self._bus.url, user=user, password=password, inbox_prefix=b"_INBOX_admin")
        try:
            await self._fill(client)
            return self._many / await work(client)
        finally:
            await client.close()

    async def _fill(self, client: Client) -> None:
        js = client.jetstream()
        subjects = [uuid4() for _ in range(self._many // 4)]
        for position in range(1, 5):
            futures = [
                await js.publish_async(SUBJECT, message(uuid4(), one, position), stream=self._bus.stream)
                for one in subjects
            ]
            await asyncio.gather(*futures)

    async def _all_acknowledged(self, client: Client) -> None:
        while True:
            info = await client.jetstream().consumer_info(self._bus.stream, DURABLE)
            if not info.num_pending and not info.num_ack_pending:
                return
            await asyncio.sleep(0.01)

    async def _subscribe(self, client: Client) -> float:
        bus = Bus(
            address(self._bus),
            "switchboard",
            [Subscriber("switchboard", self.inbox(), self._bus.stream, lambda: True)],
        )
        await bus.connect()
        begun = perf_counter()
        watching = asyncio.create_task(bus.watch())
        await self._all_acknowledged(client)
        seconds = perf_counter() - begun
        watching.cancel()
        await bus.close()
        return seconds

    async def _subscribe_and_follow(self, client: Client) -> float:
        follower = Follower(self.pool, [self._view])
        follower.start()
        begun = perf_counter()
        waking = asyncio.create_task(_keep_waking(follower))
        await self._subscribe(client)
        await asyncio.to_thread(self._until_shown)
        seconds = perf_counter() - begun
        waking.cancel()
        follower.stop()
        await asyncio.to_thread(follower.join)
        return seconds

    def _until_shown(self) -> None:
        with psycopg.connect(self._admin, autocommit=True) as conn:
            while True:
                row = conn.execute(
                    "select (select position from views.tracking) >="
                    " (select max(notification_id) from store.event)"
                ).fetchone()
                if row and row[0]:
                    return

    async def _bare(self, client: Client) -> float:
        pulled = await client.jetstream().pull_subscribe_bind(DURABLE, self._bus.stream)
        taken = 0
        with psycopg.connect(self._admin) as conn:
            begun = perf_counter()
            while taken < self._many:
                batch = await pulled.fetch(FETCH, timeout=5)
                payloads = [one.data for one in batch]
                ids = [uuid4() for _ in batch]
                with conn.transaction():
                    conn.execute(
                        "insert into public.bare select * from unnest(%s::uuid[], %s::bytea[])",
                        (ids, payloads),
                        prepare=True,
                    )
                for one in batch:
                    await one.ack()
                taken += len(batch)
            await self._all_acknowledged(client)
            return perf_counter() - begun

    def handling(self) -> float:
        """Processor time of the handling thread for one message, in µs, without the bus."""
        inbox = self.inbox()
        subjects = [uuid4() for _ in range(FETCH)]
        batches = [[message(uuid4(), one, position) for one in subjects] for position in range(1, 11)]
        inbox.take(batches[0])
        cpu = thread_time()
        for batch in batches[1:]:
            inbox.take(batch)
        return 1e6 * (thread_time() - cpu) / (9 * FETCH)

    def talking(self) -> tuple[float, float]:
        """Processor time for one message, in µs: fetching it, and its acknowledgement that is awaited."""
        spent = [0.0, 0.0]

        async def fetch_and_acknowledge(client: Client) -> float:
            pulled = await client.jetstream().pull_subscribe_bind(DURABLE, self._bus.stream)
            for _ in range(self._many // FETCH):
                begun = process_time()
                batch = await pulled.fetch(FETCH, timeout=5)
                between = process_time()
                await asyncio.gather(*(one.ack_sync() for one in batch))
                spent[0] += between - begun
                spent[1] += process_time() - between
            return 1.0

        asyncio.run(self._turn(fetch_and_acknowledge))
        return 1e6 * spent[0] / self._many, 1e6 * spent[1] / self._many


async def _keep_waking(follower: Follower) -> None:
    # As the listener does after each save.
    while True:
        follower.wake()
        await asyncio.sleep(0.005)


def run(servers: BenchmarkServers, quick: bool) -> Iterator[Comparison]:
    """Feeding rows, feeding a view to its last row, and feeding commands."""
    turns, many = (2, 400) if quick else (5, 1600)
    rows = _Bench(servers, NOTICING, take_notice, many)
    commands = _Bench(servers, DECIDING, Deciding, many)
    work = "inbox feeding a view: decode, position, effect, commit, ack_sync"
    yield _compared(work, turns, rows.ours, rows.theirs, GOAL)
    fetching, acknowledging = rows.talking()
    bare, bare_commands = rows.handling(), commands.handling()
    with traced("switchboard"):
        told, told_commands = rows.handling(), commands.handling()
        note = (
            f"CPU a message in the service: fetch {fetching:.0f} µs, handling {bare:.0f} µs, its span"
            f" {told - bare:.0f} µs (and writing it, in a thread), ack_sync {acknowledging:.0f} µs"
        )
        yield _compared(
            f"{work}; with a span for each, as shipped", turns, rows.ours, rows.theirs, GOAL, note
        )
        yield _compared("the same, until the follower wrote the row", turns, rows.to_the_view, rows.theirs)
        note = (
            f"CPU a message: handling {bare_commands:.0f} µs, its span {told_commands - bare_commands:.0f} µs"
        )
        work = "inbox feeding commands: load, decide, answer; as shipped"
        yield _compared(work, turns, commands.ours, commands.theirs, None, note)
    rows.pool.close()
    commands.pool.close()


def _compared(
    work: str, turns: int, ours: Measure, theirs: Measure, goal: Goal | None = None, *notes: str
) -> Comparison:
    found = by_turns(turns, ours, theirs)
    against = f"fetch({FETCH}), one INSERT transaction, acks"
    return Comparison("B5", work, against, "messages/s", *found, goal=goal, notes=list(notes))
