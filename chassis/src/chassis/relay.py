"""From the outbox to the bus: stored bytes, in order, marked as sent after the server's acknowledgement.

One relay of a service is active by a lease of ten seconds that progress renews; two at once would do no
harm, since each message carries its event id and consumers count positions (design §3.4).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js.client import JetStreamContext

from chassis.store.errors import Conflict, Unavailable
from chassis.store.pools import Pool, connection
from chassis.telemetry import metrics, span_from
from contracts.envelope import MAX_BYTES

log = logging.getLogger(__name__)
WINDOW = 500
LEASE_SECONDS = 10
ACK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox that was not sent yet."""

    id: int
    subject_id: UUID
    event_id: UUID
    bus_subject: str
    payload: bytes
    traceparent: str | None
    sendings: int
    waited: float

    @property
    def message_id(self) -> str:
        """The server's duplicate key. A row that was asked for again must not be taken for a duplicate."""
        return f"{self.event_id}:{self.sendings}" if self.sendings else str(self.event_id)


class Outbox:
    """The relay's view of the outbox table, by the worker's role."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def lease(self, holder: UUID) -> bool:
        """Take or keep the lease; False while another holds it."""
        with connection(self._pool) as conn:
            taken = conn.execute(
                "update store.relay_lease set holder = %s, until = now() + make_interval(secs => %s)"
                " where holder is not distinct from %s or until < now() returning true",
                (holder, LEASE_SECONDS, holder),
            ).fetchone()
        return taken is not None

    def release(self, holder: UUID) -> None:
        """Let go at a graceful stop, so that another relay need not wait."""
        with connection(self._pool) as conn:
            conn.execute(
                "update store.relay_lease set holder = null, until = '-infinity' where holder = %s", (holder,)
            )

    def unsent(self, limit: int) -> list[Outgoing]:
        """The oldest rows that were not sent, in the order in which they were saved."""
        with connection(self._pool) as conn:
            rows = conn.execute(
                "select id, subject_id, event_id, bus_subject, payload, traceparent, sendings,"
                " extract(epoch from now() - saved_at)::float8"
                " from store.outbox where sent_at is null order by id limit %s",
                (limit,),
                prepare=True,
                binary=True,
            ).fetchall()
        return [
            Outgoing(row[0], row[1], row[2], row[3], bytes(row[4]), row[5], row[6], row[7]) for row in rows
        ]

    def mark_sent(self, ids: Sequence[int]) -> None:
        """The server has them."""
        if ids:
            with connection(self._pool) as conn:
                conn.execute(
                    "update store.outbox set sent_at = now(), sendings = sendings + 1 where id = any(%s)",
                    (list(ids),),
                    prepare=True,
                )

    def send_again(self, subject_id: UUID, position: int) -> int:
        """A consumer misses messages of this subject from ``position`` on: mark them unsent. How many."""
        with connection(self._pool) as conn:
            return conn.execute(
                "update store.outbox set sent_at = null where subject_id = %s and position >= %s"
                " and sent_at < now() - interval '5 seconds'",
                (subject_id, position),
            ).rowcount

    def send_all_again(self) -> int:
        """``rebuild-bus``: the bus is empty, everything is sent anew from the beginning."""
        with connection(self._pool) as conn:
            return conn.execute("update store.outbox set sent_at = null").rowcount


class Relay:
    """Sends until it is stopped; wakes at a hint, and once a second anyway."""

    def __init__(self, outbox: Outbox, stream: str) -> None:
        self._outbox = outbox
        self._stream = stream
        self._holder = uuid4()
        self._woken = asyncio.Event()
        self.progressed_at = monotonic()

    def wake(self) -> None:
        """There may be something to send."""
        self._woken.set()

    async def run(self, bus: Client) -> None:
        """Send for ever. Infrastructure faults slow it down to one try a second and never end it."""
        js = bus.jetstream()
        while True:
            # Before looking: a hint that comes while a window is sent must not be forgotten.
            self._woken.clear()
            try:
                # While the bus is away nothing is handed to its client, which would keep it in memory.
                sent = await self.round(js) if bus.is_connected else 0
            except (Unavailable, Conflict) as fault:
                log.warning("relay waits: %s", fault)
                sent = 0
                await asyncio.sleep(1.0)
            self.progressed_at = monotonic()
            if sent < WINDOW:
                try:
                    await asyncio.wait_for(self._woken.wait(), 1.0)
                except TimeoutError:
                    pass

    async def round(self, js: JetStreamContext) -> int:
        """Send one window; how many rows the server acknowledged."""
        if not await asyncio.to_thread(self._outbox.lease, self._holder):
            return 0
        rows = await asyncio.to_thread(self._outbox.unsent, WINDOW)
        if not rows:
            return 0
        acknowledged = await self._send(js, rows)
        await asyncio.to_thread(self._outbox.mark_sent, acknowledged)
        if len(acknowledged) < len(rows):
            metrics.relay_retries.add(len(rows) - len(acknowledged))
            await asyncio.sleep(1.0)
        metrics.relay_backlog.set(len(rows) - len(acknowledged))
        metrics.relay_sent.add(len(acknowledged))
        return len(acknowledged)

    async def _send(self, js: JetStreamContext, rows: list[Outgoing]) -> list[int]:
        futures: list[tuple[Outgoing, asyncio.Future[Any]]] = []
        try:
            for row in rows:
                if len(row.payload) > MAX_BYTES:
                    # No save writes such a row. It stays, to be seen; what follows must not wait for it.
                    log.error("outbox row %d is no message: %d bytes", row.id, len(row.payload))
                    continue
                with span_from(row.traceparent, f"send {row.bus_subject}", "producer", _told(row)):
                    future = await js.publish_async(
                        row.bus_subject, row.payload, stream=self._stream, headers=_headers(row)
                    )
                futures.append((row, future))
        except (nats.errors.Error, nats.js.errors.Error, OSError) as fault:
            log.warning("the bus does not take messages: %s", type(fault).__name__)
        if futures:
            await asyncio.wait([future for _, future in futures], timeout=ACK_SECONDS)
        acknowledged = []
        for row, future in futures:
            if future.done() and not future.cancelled() and future.exception() is None:
                acknowledged.append(row.id)
                metrics.relay_lag.record(row.waited)
            else:
                future.cancel()
        return acknowledged

    async def stop(self) -> None:
        """Give the lease back."""
        try:
            await asyncio.to_thread(self._outbox.release, self._holder)
        except Unavailable:
            log.warning("the lease was not given back; it ends by itself")


def _told(row: Outgoing) -> dict[str, object]:
    return {
        "waakvlam.subject": row.subject_id,
        "waakvlam.event_id": row.event_id,
        "waakvlam.age_seconds": row.waited,
        "waakvlam.repeated": row.sendings > 0,
    }


def _headers(row: Outgoing) -> dict[str, str]:
    headers = {"Nats-Msg-Id": row.message_id, "Content-Type": "application/cloudevents+json"}
    if row.traceparent:
        headers["traceparent"] = row.traceparent
    return headers
