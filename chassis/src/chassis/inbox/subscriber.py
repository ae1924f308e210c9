"""The inbox on the bus: a FastStream pull subscriber with a manual acknowledgement that drains what is there.

Each choice here replaces a default that loses messages or burns the processor; ``tests/architecture`` pins
the library's behaviour that it leans on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any, cast

import nats.errors
import nats.js.errors
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.annotations import NatsMessage
from nats.aio.msg import Msg
from nats.js.client import JetStreamContext

from chassis.inbox.inbox import Inbox, Later
from chassis.store.errors import Conflict, Unavailable
from chassis.telemetry import metrics

log = logging.getLogger(__name__)
DRAIN = 99
DRAIN_SECONDS = 0.004
PAUSE_SECONDS = 1.0
REDELIVER_SECONDS = 5.0


async def drained(pulled: JetStreamContext.PullSubscription) -> list[Msg]:
    """What else is there now. The library says that there is nothing with two kinds of time-out, of which
    ``nats.errors.TimeoutError`` is only one; a fault here must not take the message in hand along.
    """
    try:
        return await pulled.fetch(DRAIN, timeout=DRAIN_SECONDS)
    except TimeoutError:
        return []
    except (nats.errors.Error, nats.js.errors.Error) as fault:
        log.info("nothing was drained (%s)", type(fault).__name__)
        return []


async def _undecoded(message: Any) -> Any:
    return message.body


class Subscriber:
    """Feeds one inbox from its durable consumer ``<service>--<source>``."""

    def __init__(self, service: str, inbox: Inbox, stream: str, reachable: Callable[[], bool]) -> None:
        self.durable = f"{service}--{inbox.source}"
        self.inbox = inbox
        self._service = service
        self._stream = stream
        self._reachable = reachable
        self.progressed_at = monotonic()
        self.paused = False

    def register(self, broker: NatsBroker) -> None:
        """Declare the subscriber on the broker; it starts with the broker."""
        subscriber = broker.subscriber(
            f"cases.{self.inbox.source}.>",
            stream=JStream(name=self._stream, declare=False),
            durable=self.durable,
            pull_sub=PullSub(batch_size=1, timeout=5.0),
            ack_policy=AckPolicy.MANUAL,
            inbox_prefix=f"_INBOX_{self._service}.".encode(),
            decoder=_undecoded,
        )

        async def drain_and_take(message: NatsMessage) -> None:
            pulled = cast(JetStreamContext.PullSubscription, subscriber.subscription)
            batch = [message.raw_message, *await drained(pulled)]
            await self._take(batch)

        subscriber(drain_and_take)

    async def _take(self, batch: Sequence[Msg]) -> None:
        begun = monotonic()
        consumer = {"waakvlam.consumer": self.durable}
        try:
            outcomes = await asyncio.to_thread(self.inbox.take, [message.data for message in batch])
        except (Unavailable, Conflict) as fault:
            log.warning("%s pauses: %s", self.durable, fault)
            await _all(message.nak(delay=REDELIVER_SECONDS) for message in batch)
            await self.pause()
        except Exception as fault:
            # The library would swallow it, and the messages would wait for the server's ack_wait.
            log.error("%s failed: %s", self.durable, type(fault).__name__)
            await _all(message.nak(delay=REDELIVER_SECONDS) for message in batch)
        else:
            await _all(_reply(message, later) for message, later in zip(batch, outcomes, strict=True))
        self.progressed_at = monotonic()
        metrics.messages.add(len(batch), consumer)
        metrics.consumer_duration.record(monotonic() - begun, consumer)

    async def pause(self) -> None:
        """Take nothing more until the infrastructure answers; messages wait on the bus, uncounted."""
        self.paused = True
        metrics.consumer_pauses.add(1, {"waakvlam.consumer": self.durable})
        while not await asyncio.to_thread(self._reachable):
            self.progressed_at = monotonic()
            await asyncio.sleep(PAUSE_SECONDS)
        self.paused = False


def _reply(message: Msg, later: Later | None) -> Awaitable[Any]:
    return message.ack_sync(timeout=5.0) if later is None else message.nak(delay=later.seconds)


async def _all(replies: Any) -> None:
    """A lost acknowledgement means a redelivery, which the positions answer."""
    for result in await asyncio.gather(*replies, return_exceptions=True):
        if isinstance(result, nats.errors.Error | OSError):
            log.info("an acknowledgement was lost (%s)", type(result).__name__)
        elif isinstance(result, BaseException):
            raise result
