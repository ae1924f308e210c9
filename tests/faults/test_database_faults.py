"""The database breaks a connection, is killed, is away: answers stay, and no message pays (P1, P7)."""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from psycopg_pool import ConnectionPool
from tests.faults.books import change
from tests.faults.held import writers_held
from tests.faults.lamp_world import LampWorld
from tests.faults.oracle import broken_promises
from tests.support.waiting import NotInTime

from chassis.store.errors import Unavailable
from chassis.store.pools import connection, open_pool

LONG_ENOUGH = 3.0
"""For everything that comes again to have come: the bus waits 1.5 seconds for an acknowledgement."""


def break_saves_of_the_hearer(world: LampWorld, times: int = 1) -> None:
    """Something is told; the hearer's connection is broken in the middle of its save, so many times."""
    with writers_held(world.url("switchboard")) as held:
        world.blink(uuid4(), 2)
        for _ in range(times):
            broken = held.terminate(world.until(held.waiting))
            world.until(lambda gone=broken: not gone & set(held.waiting()))  # type: ignore[misc]


def test_a_broken_connection_counts_against_no_message(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    break_saves_of_the_hearer(world, times=3)
    world.blink(uuid4(), 2)
    assert world.settled() == []


def test_control_an_inbox_that_blames_the_message_is_found_out(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "counts_every_fault")
    with writers_held(world.url("switchboard")) as held:
        world.blink(uuid4())
        held.terminate(world.until(held.waiting))
        assert world.objects("P7")


def test_control_a_message_acknowledged_first_is_lost_with_the_connection(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "acknowledges_first")
    break_saves_of_the_hearer(world)
    assert broken_promises(world.settled(within=LONG_ENOUGH)) == {"P6"}


def test_control_a_consumer_with_a_limit_of_deliveries_loses_messages(world: LampWorld) -> None:
    world.provision_bus(max_deliver=1)
    world.work("lamps")
    world.work("switchboard")
    break_saves_of_the_hearer(world)
    assert broken_promises(world.settled(within=LONG_ENOUGH)) == {"P6"}


def test_a_database_away_costs_no_message_however_often_it_goes(world: LampWorld) -> None:
    world.watch_servers()
    world.work("switchboard")
    world.work("lamps")
    for _ in range(2):
        world.blink(uuid4(), 2)
        with world.away("PostgreSQL"):
            world.for_seconds(1.0)
        world.until(world.databases_answer)
    assert world.settled(within=30.0) == []


def test_what_was_answered_survives_kill_9_of_postgres(world: LampWorld) -> None:
    world.watch_servers()
    world.work("lamps")
    world.work("switchboard")
    for _ in range(5):
        world.blink(uuid4())
    world.kill("PostgreSQL")
    world.until(world.databases_answer, within=30.0)
    world.blink(uuid4())
    assert world.settled(within=30.0) == []


def test_control_a_commit_that_does_not_wait_for_the_disk_is_lost(world: LampWorld) -> None:
    world.watch_servers()
    world.work("lamps")
    change(world.url("lamps"), "alter system set wal_writer_delay = '10s'")
    change(world.url("lamps"), "alter system set synchronous_commit = 'off'")
    change(world.url("lamps"), "select pg_reload_conf()")
    world.until(lambda: world.setting("synchronous_commit") == "off")
    for _ in range(5):
        world.blink(uuid4())
    world.kill("PostgreSQL")
    world.until(world.databases_answer, within=30.0)
    assert world.objects("P1")


@pytest.mark.long
def test_a_database_that_comes_back_is_used_again_soon(world: LampWorld) -> None:
    """The pool's pauses between its tries grow; the control is the pool as the library has it."""
    world.watch_servers()
    sound = open_pool(world.databases["lamps"].url("worker"), size=2)
    control = ConnectionPool(world.databases["lamps"].url("worker"), min_size=1, open=False, timeout=1.0)
    control.open(wait=True)
    with world.away("PostgreSQL"):
        ends = monotonic() + 18.0
        world.until(lambda: answers(sound) or answers(control) or monotonic() > ends, within=30.0)
    world.until(lambda: answers(sound), within=5.0)
    with pytest.raises(NotInTime):
        world.until(lambda: answers(control), within=2.0)
    sound.close()
    control.close()


def answers(pool: Any) -> bool:
    """Whether the pool has a connection that works."""
    try:
        with connection(pool) as conn:
            return conn.execute("select 1").fetchone() is not None
    except Unavailable:
        return False
