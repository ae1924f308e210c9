"""Deadlines fire once, also after downtime and with several sweepers, and are never given up (P10)."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.support.lamps import NOON, SOURCE_URN, Lamp
from tests.support.stack import ServiceDatabase

from chassis.aggregates import DomainEvent
from chassis.clock import DatabaseClock
from chassis.deadlines import Arm, Disarm, Due
from chassis.inbox import Effects
from chassis.store.errors import Unavailable
from chassis.store.pools import Pool
from chassis.store.saving import Mappings
from chassis.store.store import Store
from chassis.sweeper import Sweeper

HOUR = timedelta(hours=1)


def burns_for_an_hour(fact: DomainEvent, lamp: Lamp) -> Iterable[Arm | Disarm]:
    if isinstance(fact, Lamp.Lit):
        return [Arm("burns_out", lamp.id, lamp.id, fact.timestamp + HOUR, {"room": lamp.room})]
    return [Disarm("burns_out", lamp.id)] if isinstance(fact, Lamp.PutOut) else []


class Caretaker:
    """Breaks lamps that burnt for too long."""

    def __init__(self, pool: Pool) -> None:
        self.store = Store(pool, Mappings(lambda *_: (), deadlines=burns_for_an_hour), source_urn=SOURCE_URN)
        self.sweeper = Sweeper(pool, self.store, {"burns_out": self.burn_out}, DatabaseClock(pool))
        self.called: list[Due] = []
        self.fails: Exception | None = None

    def burn_out(self, due: Due) -> Effects:
        self.called.append(due)
        if self.fails:
            raise self.fails
        lamp = self.store.get(Lamp, due.key)
        if not lamp.burns:
            return Effects()
        lamp.break_(due.now)
        return Effects([lamp])

    def a_burning_lamp(self) -> UUID:
        lamp = Lamp.hang(uuid4())
        lamp.light(DatabaseClock(self.store.recorder._pool).now())
        self.store.save([lamp])
        return lamp.id


@pytest.fixture
def caretaker(worker_pool: Pool) -> Caretaker:
    return Caretaker(worker_pool)


def move_clock(database: ServiceDatabase, by: timedelta) -> None:
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("update clock.adjustment set adjustable = true, shift = shift + %s", (by,))


def left(database: ServiceDatabase) -> int:
    with psycopg.connect(database.url("admin")) as conn:
        row = conn.execute("select count(*) from store.deadline").fetchone()
    return int(row[0]) if row else 0


def test_nothing_fires_before_its_moment(caretaker: Caretaker) -> None:
    caretaker.a_burning_lamp()
    assert caretaker.sweeper.sweep() == 0
    assert caretaker.called == []


def test_it_fires_once_with_what_it_was_armed_with(caretaker: Caretaker, database: ServiceDatabase) -> None:
    lamp = caretaker.a_burning_lamp()
    move_clock(database, 2 * HOUR)
    assert caretaker.sweeper.sweep() == 1
    assert caretaker.sweeper.sweep() == 0
    [due] = caretaker.called
    assert (due.key, due.data) == (lamp, {"room": "hall"})
    assert caretaker.store.get(Lamp, lamp).version == 3
    assert left(database) == 0


def test_a_disarmed_deadline_never_fires(caretaker: Caretaker, database: ServiceDatabase) -> None:
    lamp = caretaker.store.get(Lamp, caretaker.a_burning_lamp())
    lamp.put_out(NOON)
    caretaker.store.save([lamp])
    move_clock(database, 2 * HOUR)
    assert caretaker.sweeper.sweep() == 0


def test_after_downtime_everything_fires_exactly_once(
    caretaker: Caretaker, database: ServiceDatabase
) -> None:
    lamps = [caretaker.a_burning_lamp() for _ in range(250)]
    move_clock(database, 90 * 24 * HOUR)
    with ThreadPoolExecutor(3) as threads:
        swept = list(threads.map(lambda _: caretaker.sweeper.sweep(), range(3)))
    assert sum(swept) == 250
    assert {caretaker.store.get(Lamp, lamp).version for lamp in lamps} == {3}


def test_a_deadline_whose_handler_fails_stays_and_is_tried_again(
    caretaker: Caretaker, database: ServiceDatabase
) -> None:
    lamp = caretaker.a_burning_lamp()
    move_clock(database, 2 * HOUR)
    caretaker.fails = RuntimeError("a secret word")
    caretaker.sweeper.sweep()
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        assert conn.execute("select attempts, cause from store.deadline").fetchone() == (1, "RuntimeError")
        assert caretaker.sweeper.sweep() == 0  # not at once again
        conn.execute("update store.deadline set not_before = now()")
    caretaker.fails = None
    assert caretaker.sweeper.sweep() == 1
    assert caretaker.store.get(Lamp, lamp).version == 3


def test_one_that_fails_does_not_hold_up_the_others(caretaker: Caretaker, database: ServiceDatabase) -> None:
    lamps = [caretaker.a_burning_lamp() for _ in range(5)]
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("delete from store.event where originator_id = %s", (lamps[2],))
    move_clock(database, 2 * HOUR)
    caretaker.sweeper.sweep()
    assert [caretaker.store.get(Lamp, lamp).version for lamp in lamps if lamp != lamps[2]] == [3, 3, 3, 3]
    assert left(database) == 1


def test_an_infrastructure_fault_changes_nothing(caretaker: Caretaker, database: ServiceDatabase) -> None:
    caretaker.a_burning_lamp()
    move_clock(database, 2 * HOUR)
    caretaker.fails = Unavailable("the key ring is away")
    with pytest.raises(Unavailable):
        caretaker.sweeper.sweep()
    with psycopg.connect(database.url("admin")) as conn:
        assert conn.execute("select attempts from store.deadline").fetchone() == (0,)
