"""A stream of its own with one consumer, and FastStream's subscribers on it as its users write them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from faststream.nats import JStream, NatsBroker, PullSub
from faststream.security import SASLPlaintext
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from tests.support.stack import BusForTests

STREAM, SUBJECT, DURABLE = "PINNED", "pinned.fact", "ear"
INBOX = "_INBOX_admin"
OURS = JStream(name=STREAM, declare=False)


@dataclass
class Listening:
    """A connection that may do everything, and a broker that is not started yet."""

    client: Client
    js: JetStreamContext
    broker: NatsBroker

    async def tell(self, *bodies: bytes) -> None:
        """Put messages on the stream."""
        for body in bodies:
            await self.js.publish(SUBJECT, body, stream=STREAM)

    async def info(self) -> ConsumerInfo:
        """How far the consumer is."""
        found: ConsumerInfo = await self.js.consumer_info(STREAM, DURABLE)
        return found

    async def until(self, fact: Callable[[ConsumerInfo], bool], within: float = 20.0) -> ConsumerInfo:
        """The consumer's state when the fact is true of it; fails when that takes too long."""
        ends = monotonic() + within
        while not fact(found := await self.info()):
            assert monotonic() < ends, f"not within {within} s: {found}"
            await asyncio.sleep(0.02)
        return found

    def subscribe(self, handler: Callable[..., Awaitable[None]], **options: Any) -> Any:
        """A pull subscriber with this handler."""
        options = {"pull_sub": PullSub(batch_size=1, timeout=0.5), "stream": OURS, **options}
        subscriber = self.broker.subscriber(
            SUBJECT, durable=DURABLE, inbox_prefix=f"{INBOX}.".encode(), **options
        )
        subscriber(handler)
        return subscriber


def deliveries(info: ConsumerInfo) -> int:
    """How often anything was delivered."""
    return info.delivered.consumer_seq if info.delivered else 0


def settled(info: ConsumerInfo) -> bool:
    """Nothing waits any more, for delivery or for an acknowledgement."""
    return not info.num_pending and not info.num_ack_pending


@asynccontextmanager
async def listening(bus: BusForTests, **consumer: Any) -> AsyncIterator[Listening]:
    """The stream and its consumer, made anew."""
    user, password = bus.user("admin")
    client = await bus.admin.connect()
    js = client.jetstream()
    await js.add_stream(StreamConfig(name=STREAM, subjects=["pinned.>"], storage=StorageType.MEMORY))
    wanted = {"ack_policy": AckPolicy.EXPLICIT, "ack_wait": 30.0, "max_deliver": -1, **consumer}
    await js.add_consumer(STREAM, ConsumerConfig(durable_name=DURABLE, filter_subject=SUBJECT, **wanted))
    broker = NatsBroker(
        bus.url,
        security=SASLPlaintext(username=user, password=password),
        inbox_prefix=INBOX,
        logger=None,
        graceful_timeout=2.0,
    )
    try:
        yield Listening(client, js, broker)
    finally:
        await broker.stop()
        await js.delete_stream(STREAM)
        await client.close()


def in_loop(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it, for a minute at most."""
    asyncio.run(asyncio.wait_for(scenario(), 60.0))
