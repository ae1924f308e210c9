"""From one service's save to another's: relay, bus, subscriber, on a real server (P4, P6, P9)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, cast
from uuid import uuid4

import psycopg
import pytest
from nats.js.client import JetStreamContext
from tests.support.stack import BusForTests, ServiceDatabase
from tests.support.waiting import until_in_loop
from tests.support.wired_lamps import SERVICES, LampHouse, Switchboard, unsent

from chassis.relay import Relay
from chassis.store.pools import open_pool


@pytest.fixture
def wired(bus: BusForTests) -> BusForTests:
    bus.provision(SERVICES)
    return bus


@pytest.fixture
def lamps(database: ServiceDatabase, wired: BusForTests) -> Iterator[LampHouse]:
    pool = open_pool(database.url("worker"), size=5)
    yield LampHouse(pool, wired)
    pool.close()


@pytest.fixture
def switchboard(
    service_database: Callable[[str], ServiceDatabase], wired: BusForTests
) -> Iterator[Switchboard]:
    pool = open_pool(service_database("switchboard").url("worker"), size=5)
    yield Switchboard(pool, wired)
    pool.close()


@pytest.fixture
def admin(database: ServiceDatabase) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        yield conn


def in_loop(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 60.0))


def test_what_one_service_saves_another_hears(lamps: LampHouse, switchboard: Switchboard) -> None:
    async def scenario() -> None:
        async with lamps.open(), switchboard.open():
            lamp = await asyncio.to_thread(lamps.light, None, 3)
            await until_in_loop(lambda: switchboard.counted(lamp) == (1, 2, 3))
            assert lamps.bus.readiness() == switchboard.bus.readiness() == []

    in_loop(scenario)


def test_many_lamps_are_heard_whole_and_in_order(
    lamps: LampHouse, switchboard: Switchboard, admin: psycopg.Connection[tuple[object, ...]]
) -> None:
    ids = [uuid4() for _ in range(40)]
    for _ in range(3):
        for lamp in ids:
            lamps.light(lamp, 2)

    async def scenario() -> None:
        async with lamps.open(), switchboard.open():
            await until_in_loop(lambda: all(switchboard.counted(lamp) == (1, 2, 3, 4, 5, 6) for lamp in ids))
            await until_in_loop(lambda: unsent(admin) == 0)

    in_loop(scenario)


def test_a_relay_that_starts_from_zero_again_changes_nothing(
    lamps: LampHouse, switchboard: Switchboard, admin: psycopg.Connection[tuple[object, ...]]
) -> None:
    async def scenario() -> None:
        async with lamps.open(), switchboard.open():
            lamp = await asyncio.to_thread(lamps.light, None, 5)
            await until_in_loop(lambda: len(switchboard.counted(lamp)) == 5)
            await asyncio.to_thread(lamps.outbox.send_all_again)
            await until_in_loop(lambda: unsent(admin) == 0)
            again = await asyncio.to_thread(lamps.light, lamp, 1)
            await until_in_loop(lambda: switchboard.counted(again) == (1, 2, 3, 4, 5, 6))

    in_loop(scenario)


def test_only_one_relay_is_active_and_the_other_takes_over(
    lamps: LampHouse, admin: psycopg.Connection[tuple[object, ...]]
) -> None:
    async def scenario() -> None:
        client = await lamps.bus.connect()
        js = client.jetstream()
        second = Relay(lamps.outbox, "CASES")
        await asyncio.to_thread(lamps.light)
        assert await lamps.relay.round(js) == 1
        await asyncio.to_thread(lamps.light)
        assert await second.round(js) == 0
        admin.execute("update store.relay_lease set until = now() - interval '1 second'")
        assert await second.round(js) == 1
        assert await lamps.relay.round(js) == 0
        await lamps.bus.close()

    in_loop(scenario)


def test_a_message_lost_on_the_way_is_asked_for_and_comes(
    lamps: LampHouse, switchboard: Switchboard, admin: psycopg.Connection[tuple[object, ...]]
) -> None:
    async def scenario() -> None:
        lamp = await asyncio.to_thread(lamps.light, None, 3)
        # The server said yes to the second message and then lost it.
        admin.execute(
            "update store.outbox set sent_at = now() - interval '1 minute', sendings = 1 where position = 2"
        )
        async with lamps.open(), switchboard.open(patience=1.0):
            await until_in_loop(lambda: switchboard.counted(lamp) == (1, 2, 3))

    in_loop(scenario)


def test_a_pause_of_the_database_costs_no_message(lamps: LampHouse, switchboard: Switchboard) -> None:
    async def scenario() -> None:
        switchboard.away = True
        async with lamps.open(), switchboard.open():
            lamp = await asyncio.to_thread(lamps.light, None, 3)
            await until_in_loop(lambda: any(one.ours.paused for one in switchboard.bus._watched))
            switchboard.away = False
            await until_in_loop(lambda: switchboard.counted(lamp) == (1, 2, 3), within=30.0)

    in_loop(scenario)


def test_whatever_the_client_calls_a_time_out_no_message_waits_for_the_server(
    lamps: LampHouse, switchboard: Switchboard, wired: BusForTests
) -> None:
    """The client raises its own TimeoutError, or the language's when a probe used up the time (seen)."""

    async def scenario() -> None:
        async with lamps.open(), switchboard.open():
            await until_in_loop(lambda: switchboard.bus.readiness() == [])
            [watched] = switchboard.bus._watched
            pulled = cast(JetStreamContext.PullSubscription, watched.theirs.subscription)
            fetch = pulled.fetch

            async def nothing_more(batch: int = 1, **more: Any) -> Any:
                if batch > 1:
                    raise TimeoutError
                return await fetch(batch, **more)

            pulled.fetch = nothing_more  # type: ignore[method-assign,assignment]
            lamp = await asyncio.to_thread(lamps.light, None, 3)
            await until_in_loop(lambda: switchboard.counted(lamp) == (1, 2, 3), within=10.0)
            client = await wired.admin.connect()
            info = await client.jetstream().consumer_info("CASES", "switchboard--lamps")
            await client.close()
            assert info.num_redelivered == 0

    in_loop(scenario)


def test_a_deleted_consumer_is_noticed_and_a_new_one_is_taken_up(
    lamps: LampHouse, switchboard: Switchboard, wired: BusForTests
) -> None:
    async def scenario() -> None:
        async with lamps.open(), switchboard.open():
            lamp = await asyncio.to_thread(lamps.light)
            await until_in_loop(lambda: switchboard.counted(lamp) == (1,))
            client = await wired.admin.connect()
            await client.jetstream().delete_consumer("CASES", "switchboard--lamps")
            await client.close()
            await until_in_loop(
                lambda: switchboard.bus.readiness() == ["consumer-missing-switchboard--lamps"]
            )
            await wired._provision(SERVICES, 64 * 1024 * 1024)
            await asyncio.to_thread(lamps.outbox.send_all_again)
            await asyncio.to_thread(lamps.light, lamp, 1)
            await until_in_loop(lambda: switchboard.counted(lamp) == (1, 2))
            assert switchboard.bus.readiness() == []

    in_loop(scenario)


def test_a_stream_that_is_missing_is_no_success(
    lamps: LampHouse, wired: BusForTests, admin: psycopg.Connection[tuple[object, ...]]
) -> None:
    """The library says that a message without a stream was published; the relay names the stream."""

    async def scenario() -> None:
        await wired._clear()
        client = await lamps.bus.connect()
        await asyncio.to_thread(lamps.light)
        assert await lamps.relay.round(client.jetstream()) == 0
        await lamps.bus.close()
        assert unsent(admin) == 1

    in_loop(scenario)


def test_a_service_starts_while_the_bus_is_away(database: ServiceDatabase) -> None:
    async def scenario() -> None:
        pool = open_pool(database.url("worker"), size=2)
        nowhere = LampHouse(pool, BusForTests("nats://127.0.0.1:9", "x", "t0-"))
        connecting = asyncio.create_task(nowhere.bus.connect())
        await asyncio.to_thread(nowhere.light)
        done, _ = await asyncio.wait([connecting], timeout=2.5)
        assert not done
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        pool.close()

    in_loop(scenario)
