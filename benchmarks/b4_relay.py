"""B4: the relay, from rows in the outbox to rows marked as sent, against publishing in windows by nats-py."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from cProfile import Profile
from time import perf_counter, process_time
from typing import Any
from uuid import UUID, uuid4

import nats
import psycopg
from nats.js.client import JetStreamContext
from tests.support.stack import ServiceDatabase
from tests.support.wired_lamps import SERVICES

from benchmarks.comparing import Comparison, Goal, by_turns
from benchmarks.messages import SUBJECT, message
from benchmarks.server_time import ServerTime
from benchmarks.servers import BenchmarkServers
from benchmarks.shares import shares
from benchmarks.traced import TRACEPARENT, traced
from chassis.relay import WINDOW, Outbox, Relay
from chassis.store.pools import open_pool

GOAL = Goal(at_least=0.5)


class _Bench:
    def __init__(self, servers: BenchmarkServers, database: ServiceDatabase, many: int) -> None:
        self._bus, self._database, self._many = servers.bus, database, many
        self._pool = open_pool(database.url("worker"), size=5)
        self._outbox = Outbox(self._pool)
        self.cpu = 0.0

    def close(self) -> None:
        self._pool.close()

    def ours(self) -> float:
        self._fill()
        return asyncio.run(self._measured(self._relay))

    def theirs(self) -> float:
        ids = [uuid4() for _ in range(self._many)]
        messages = [(str(one), message(one, one, 1)) for one in ids]

        async def publish(js: JetStreamContext) -> None:
            for start in range(0, self._many, WINDOW):
                futures = [
                    await js.publish_async(
                        SUBJECT, payload, stream=self._bus.stream, headers={"Nats-Msg-Id": message_id}
                    )
                    for message_id, payload in messages[start : start + WINDOW]
                ]
                await asyncio.gather(*futures)

        return asyncio.run(self._measured(publish))

    async def _relay(self, js: JetStreamContext) -> None:
        relay, sent = Relay(self._outbox, self._bus.stream), 0
        while sent < self._many:
            sent += await relay.round(js)
        await relay.stop()

    async def _measured(self, work: Any) -> float:
        await self._bus._clear()
        await self._bus._provision(SERVICES, 256 * 1024 * 1024)
        user, password = self._bus.user("admin")
        client = await nats.connect(self._bus.url, user=user, password=password, inbox_prefix=b"_INBOX_admin")
        cpu, begun = process_time(), perf_counter()
        await _done(work(client.jetstream()))
        seconds, self.cpu = perf_counter() - begun, process_time() - cpu
        await client.close()
        return self._many / seconds

    def _fill(self) -> None:
        ids: list[UUID] = [uuid4() for _ in range(self._many)]
        with psycopg.connect(self._database.url("admin"), autocommit=True) as conn:
            conn.execute("truncate store.outbox")
            with conn.cursor().copy(
                "copy store.outbox (subject_id, position, event_id, bus_subject, payload, traceparent)"
                " from stdin"
            ) as copy:
                for one in ids:
                    copy.write_row((one, 1, one, SUBJECT, message(one, one, 1), TRACEPARENT))
            conn.execute("vacuum analyze store.outbox")

    def where_the_time_goes(self) -> list[str]:
        """A turn of the relay under a profiler, and what the database's server took meanwhile."""
        profile = Profile()
        with ServerTime(self._database.url("admin")) as server:
            self._fill()
            filled = server.so_far
            profile.enable()
            asyncio.run(self._measured(self._relay))
            profile.disable()
        each = 1e6 * (server.cpu - filled) / self._many
        return [
            f"the database server's CPU: {each:.0f} µs a message; of the relay's own time"
            f" {shares(profile, _PARTS)}"
        ]


_PARTS = {
    "spans and measures": ("opentelemetry", "chassis/telemetry"),
    "nats-py": ("nats/",),
    "psycopg": ("psycopg",),
    "event loop": ("asyncio", "selectors"),
    "sockets": ("_socket.socket", "socket.py"),
}


async def _done(work: Coroutine[Any, Any, None]) -> None:
    await work


def run(servers: BenchmarkServers, quick: bool) -> Iterator[Comparison]:
    """On the same server, which syncs to disk before it acknowledges."""
    turns, many = (2, 1000) if quick else (5, 2500)
    bench = _Bench(servers, servers.service_database("lamps"), many)
    with traced("lamps"):
        found = by_turns(turns, bench.ours, bench.theirs)
        notes = bench.where_the_time_goes()
    yield Comparison(
        "B4",
        "relay: lease, rows, spans, publish, marked as sent",
        f"nats-py publish in windows of {WINDOW}",
        "messages/s",
        *found,
        goal=GOAL,
        notes=notes,
    )
    bench.close()
