"""The database breaks a connection, is killed, is away: answers stay, and no message pays (P1, P7)."""

from __future__ import annotations

from uuid import uuid4

from tests.faults.books import change
from tests.faults.held import writers_held
from tests.faults.lamp_world import LampWorld
from tests.faults.oracle import broken_promises


def break_saves_of_the_hearer(world: LampWorld, times: int) -> None:
    """Its connection is broken in the middle of a save, so many times."""
    with writers_held(world.url("switchboard")) as held:
        for _ in range(times):
            world.until(held.waiting)
            held.terminate()


def test_a_broken_connection_counts_against_no_message(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    world.blink(uuid4(), 2)
    break_saves_of_the_hearer(world, times=2)
    world.blink(uuid4(), 2)
    assert world.settled(within=30.0) == []


def test_control_an_inbox_that_blames_the_message_is_found_out(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "counts_every_fault")
    world.blink(uuid4())
    with writers_held(world.url("switchboard")) as held:
        world.until(held.waiting)
        held.terminate()
        assert world.objects("P7")


def test_control_a_message_acknowledged_first_is_lost_with_the_connection(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "acknowledges_first")
    world.blink(uuid4())
    break_saves_of_the_hearer(world, times=1)
    assert broken_promises(world.settled(within=8.0)) == {"P6"}


def test_a_database_away_costs_no_message_however_often_it_goes(world: LampWorld) -> None:
    world.watch_servers()
    world.work("switchboard")
    world.work("lamps")
    for _ in range(2):
        world.blink(uuid4(), 2)
        with world.away("PostgreSQL"):
            world.for_seconds(2.0)
        world.until(world.databases_answer)
    assert world.settled(within=30.0) == []


def test_control_a_consumer_with_a_limit_of_deliveries_loses_messages(world: LampWorld) -> None:
    world.provision_bus(max_deliver=1)
    world.work("lamps")
    world.work("switchboard")
    world.blink(uuid4())
    break_saves_of_the_hearer(world, times=1)
    assert broken_promises(world.settled(within=8.0)) == {"P6"}


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
