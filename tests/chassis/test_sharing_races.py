"""A withdrawal against a message that waits for a partner, on a real bus: nothing leaves after it (P18)."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import nats
import psycopg
import pytest
from nats.aio.client import Client
from tests.support.shared_houses import HOUSES, NOON, House, HouseTeller, house_policies
from tests.support.stack import BusForTests, ServiceDatabase
from tests.support.waiting import until

from chassis.access.scope import Held
from chassis.bus import Address, Bus
from chassis.clock import FixedClock
from chassis.sharing.book import Conn
from chassis.sharing.feed import Feed, NotTaken, Publish, TakeBack, publisher, recaller
from chassis.sharing.gate import Gate
from chassis.sharing.telling import Telling
from chassis.store.pools import Pool
from chassis.store.store import Store
from deploy.parties import SERVICES, Partner
from deploy.provision.bus import provision_bus
from deploy.provision.report import Report

MEE = Partner("mee")
ROUNDS = 300


class Careless(Gate):
    """Looks at the grants without holding them: what the feed must not do."""

    def _held(self, conn: Conn, grantees: Sequence[str], subject_id: UUID) -> tuple[Held, ...]:
        conn.execute("select store.look(%s::text[])", (list(grantees),))
        rows = conn.execute(
            "select subject_id, part_id, grantee, kind, consent_id, categories, valid_until, grant_id"
            " from store.reach where subject_id = %s",
            (subject_id,),
        ).fetchall()
        return tuple(Held(a, b, c, d, e, frozenset(f), g, h) for a, b, c, d, e, f, g, h in rows)


@dataclass
class RealBus:
    """A client in a thread of its own, as whom the feed publishes."""

    loop: asyncio.AbstractEventLoop
    client: Client
    publish: Publish
    take_back: TakeBack

    def told(self) -> int:
        """How many messages stand in the organisation's stream."""
        asking = self.client.jetstream().stream_info(MEE.stream)
        return asyncio.run_coroutine_threadsafe(asking, self.loop).result(5).state.messages


@pytest.fixture
def real_bus(bus: BusForTests) -> Iterator[RealBus]:
    asyncio.run(provision_bus(bus.admin, SERVICES, Report(), partners=[MEE]))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    user, password = bus.user("admin")
    connecting = nats.connect(bus.url, user=user, password=password)
    client = asyncio.run_coroutine_threadsafe(connecting, loop).result(10)
    yield RealBus(loop, client, publisher(client, loop), recaller(client, loop))
    asyncio.run_coroutine_threadsafe(client.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def store(worker_pool: Pool) -> Store:
    return Store(worker_pool, HOUSES, source_urn="urn:nld:kvknr:00000000:systeem:lamps")


def told_after_withdrawal(real_bus: RealBus, store: Store, pool: Pool, gate: Gate) -> tuple[int, int, int]:
    """Play the race: how many messages left after the answer to the withdrawal, before it, never."""
    feed, chance = Feed(pool, HouseTeller(), gate), random.Random(7)  # noqa: S311
    after = before = 0
    with ThreadPoolExecutor(2) as people:
        for _ in range(ROUNDS):
            house = House.build()
            consent = house.let_in(MEE.organisation)
            house.light()
            store.save([house])
            assert feed.look()
            answered, start = threading.Event(), threading.Barrier(2)
            left_at: list[float] = []
            dawdle = chance.choice((0.0, 0.001, 0.005, 0.02))

            def slowly(
                telling: Telling,
                answered: threading.Event = answered,
                left_at: list[float] = left_at,
                dawdle: float = dawdle,
            ) -> int | None:
                answered.wait(dawdle)
                number = real_bus.publish(telling)
                left_at.append(monotonic())
                return number

            def withdraw(
                house_id: UUID = house.id,
                consent: UUID = consent,
                start: threading.Barrier = start,
                answered: threading.Event = answered,
                hesitates: float = chance.choice((0.0, chance.uniform(0.0, 0.02))),
            ) -> float:
                again = store.get(House, house_id)
                again.show_out(consent)
                start.wait()
                threading.Event().wait(hesitates)
                store.save([again])
                answered.set()
                return monotonic()

            withdrawing = people.submit(withdraw)
            start.wait()
            feed.send(slowly)
            withdrawn_at = withdrawing.result(10)
            feed.send(slowly)
            after += sum(at > withdrawn_at for at in left_at)
            before += sum(at <= withdrawn_at for at in left_at)
    return after, before, ROUNDS - after - before


def test_nothing_is_told_after_a_withdrawal_was_committed(
    real_bus: RealBus, store: Store, worker_pool: Pool, database: ServiceDatabase
) -> None:
    gate = Gate("lamps", house_policies, FixedClock(NOON))
    after, before, stopped = told_after_withdrawal(real_bus, store, worker_pool, gate)
    assert after == 0
    # Both came first often enough for this to say something.
    assert before > ROUNDS / 50
    assert stopped > ROUNDS / 50
    assert real_bus.told() == before
    # And what had left before, nobody took yet: it is taken back.
    feed = Feed(worker_pool, HouseTeller(), gate)
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("update store.sharing set until = '-infinity'")
    while feed.look():
        pass
    while feed.recall(real_bus.take_back):
        pass
    assert real_bus.told() == 0
    real_bus.take_back(MEE.stream, 1)
    with psycopg.connect(database.url("admin")) as conn:
        rows = conn.execute("select state, count(*)::int from store.shared group by 1").fetchall()
        assert dict(rows) == {"recalled": before, "stopped": stopped}
        [denied] = conn.execute(
            "select count(*)::int from store.access_record where decision = 'deny'"
        ).fetchall()
    assert denied == (stopped,)


def test_without_holding_the_grants_something_is_told_too_late(
    real_bus: RealBus, store: Store, worker_pool: Pool
) -> None:
    """The negative control: the same race with a gate that looks and does not hold."""
    gate = Careless("lamps", house_policies, FixedClock(NOON))
    after, _, _ = told_after_withdrawal(real_bus, store, worker_pool, gate)
    assert after > 0


def a_waiting_message(store: Store, feed: Feed, organisation: str = "mee") -> None:
    house = House.build()
    house.let_in(organisation)
    house.light()
    store.save([house])
    while feed.look():
        pass


def test_a_bus_without_the_organisations_stream_takes_nothing(
    real_bus: RealBus, store: Store, worker_pool: Pool
) -> None:
    feed = Feed(worker_pool, HouseTeller(), Gate("lamps", house_policies, FixedClock(NOON)))
    a_waiting_message(store, feed, "nowhere")
    a_waiting_message(store, feed)
    with pytest.raises(NotTaken):
        feed.send_one("nowhere", real_bus.publish)
    feed.send(real_bus.publish)
    assert real_bus.told() == 1


def test_the_feed_tells_by_itself_and_goes_on_after_the_bus_was_away(
    bus: BusForTests, real_bus: RealBus, store: Store, worker_pool: Pool
) -> None:
    feed = Feed(worker_pool, HouseTeller(), Gate("lamps", house_policies, FixedClock(NOON)))
    running = asyncio.run_coroutine_threadsafe(feed.run(real_bus.client), real_bus.loop)
    try:
        for expected in (1, 2):
            house = House.build()
            house.let_in(MEE.organisation)
            house.light()
            store.save([house])
            real_bus.loop.call_soon_threadsafe(feed.wake)
            until(lambda expected=expected: real_bus.told() == expected)  # type: ignore[misc]
    finally:
        running.cancel()
        until(running.done)
        asyncio.run_coroutine_threadsafe(feed.stop(), real_bus.loop).result(10)
    other = Feed(worker_pool, HouseTeller(), Gate("lamps", house_policies, FixedClock(NOON)))
    a_waiting_message(store, other)
    other.send(real_bus.publish)
    assert real_bus.told() == 3


def test_a_right_that_is_missing_makes_the_service_not_ready(
    bus: BusForTests, store: Store, worker_pool: Pool
) -> None:
    """Intake's user may tell no partner: the bus refuses, and readiness says so."""
    asyncio.run(provision_bus(bus.admin, SERVICES, Report(), partners=[MEE]))

    async def play(tell: Callable[[Publish], None]) -> list[str]:
        user, password = bus.user("intake")
        connected = Bus(Address(bus.url, user, password, bus.stream), "intake", [])
        try:
            client = await connected.connect()
            assert connected.readiness() == []
            await asyncio.to_thread(tell, publisher(client, asyncio.get_running_loop()))
            return connected.readiness()
        finally:
            await connected.close()

    def tell(publish: Publish) -> None:
        subject = MEE.subjects.replace(">", "x.v1")
        with pytest.raises(NotTaken):
            publish(Telling(MEE.stream, subject, "1", b"{}"))

    assert asyncio.run(play(tell)) == ["bus-permission"]
