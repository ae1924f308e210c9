"""One connection to the bus for a process: the relay's, the subscribers', and the watch over both.

"Connected" says little: a deleted consumer or a missing permission leaves a client that looks healthy and
hears nothing. So each consumer is asked for by name every two seconds, and readiness tells.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import cast

import nats.errors
import nats.js.errors
from faststream.nats import NatsBroker
from faststream.nats.subscriber import LogicSubscriber
from faststream.security import SASLPlaintext
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.inbox.subscriber import Subscriber
from chassis.telemetry import metrics

log = logging.getLogger(__name__)
WATCH_SECONDS = 2.0
STALL_SECONDS = 60.0


@dataclass(slots=True)
class _Watched:
    ours: Subscriber
    theirs: LogicSubscriber[Msg]
    runs: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where the bus is and who we are there."""

    url: str
    user: str
    password: str
    stream: str


class Bus:
    """Connects, keeps subscribers running, and knows why it cannot."""

    def __init__(self, address: Address, service: str, subscribers: Sequence[Subscriber]) -> None:
        self._address = address
        self._refused: str | None = None
        self._reached = False
        self.broker = NatsBroker(
            address.url,
            security=SASLPlaintext(username=address.user, password=address.password),
            name=service,
            inbox_prefix=f"_INBOX_{service}",
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            connect_timeout=3,
            ping_interval=10,
            max_outstanding_pings=3,
            error_cb=self._on_error,
            graceful_timeout=20.0,
            logger=None,
        )
        for subscriber in subscribers:
            subscriber.register(self.broker)
        self._watched = [
            _Watched(ours, cast("LogicSubscriber[Msg]", theirs))
            for ours, theirs in zip(subscribers, self.broker.subscribers, strict=True)
        ]
        self.client: Client | None = None

    async def _on_error(self, error: Exception) -> None:
        if "permissions violation" in str(error).lower():
            self._refused = "bus-permission"
        log.warning("bus: %s", type(error).__name__)

    async def connect(self) -> Client:
        """The connection. Waits as long as it takes: a service starts while the bus is away."""
        while True:
            try:
                self.client = await self.broker.connect()
            except (nats.errors.Error, OSError, TimeoutError) as fault:
                log.warning("the bus is away (%s)", type(fault).__name__)
                await asyncio.sleep(1.0)
            else:
                self._reached = True
                return self.client

    async def watch(self) -> None:
        """Start each subscriber when its consumer exists, stop it when it is gone, anew when it stalls."""
        while True:
            for watched in self._watched:
                await self._look_after(watched)
            await asyncio.sleep(WATCH_SECONDS)

    async def _look_after(self, watched: _Watched) -> None:
        if self.client is None or not self.client.is_connected:
            return
        durable = watched.ours.durable
        try:
            info = await self.client.jetstream().consumer_info(self._address.stream, durable, timeout=2.0)
        except nats.js.errors.NotFoundError:
            watched.reason = f"consumer-missing-{durable}"
            await self._stop(watched)
        except (nats.errors.Error, nats.js.errors.Error, TimeoutError):
            watched.reason = f"consumer-unknown-{durable}"
        else:
            watched.reason = None
            metrics.consumer_backlog.set(info.num_pending or 0, {"waakvlam.consumer": durable})
            idle = monotonic() - watched.ours.progressed_at
            if (
                watched.runs
                and (info.num_pending or 0) > 0
                and idle > STALL_SECONDS
                and not watched.ours.paused
            ):
                log.warning("%s makes no progress, it is started again", durable)
                await self._stop(watched)
            await self._start(watched)

    async def _start(self, watched: _Watched) -> None:
        if not watched.runs:
            watched.ours.progressed_at = monotonic()
            try:
                await watched.theirs.start()
            except (nats.errors.Error, nats.js.errors.Error, TimeoutError) as fault:
                log.warning("%s does not start (%s)", watched.ours.durable, type(fault).__name__)
            else:
                watched.runs = True

    async def _stop(self, watched: _Watched) -> None:
        if watched.runs:
            watched.runs = False
            try:
                await watched.theirs.stop()
            except (nats.errors.Error, nats.js.errors.Error, TimeoutError) as fault:
                log.warning("%s does not stop (%s)", watched.ours.durable, type(fault).__name__)

    def readiness(self) -> list[str]:
        """Why messages do not come or go, as codes. A bus that is away is no reason: commands go on (P9)."""
        reasons = [watched.reason for watched in self._watched if watched.reason]
        if not self._reached:
            return reasons
        reasons += [
            f"consumer-stopped-{watched.ours.durable}"
            for watched in self._watched
            if not watched.runs and not watched.reason
        ]
        return reasons + ([self._refused] if self._refused else [])

    async def close(self) -> None:
        """Let running handlers finish, then leave."""
        for watched in self._watched:
            await self._stop(watched)
        try:
            await asyncio.wait_for(self.broker.stop(), 10.0)
        except (nats.errors.Error, TimeoutError) as fault:
            log.warning("the bus was left in a hurry (%s)", type(fault).__name__)
