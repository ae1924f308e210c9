"""A reader that follows the events never passes one that appears later below its cursor (P5), and P8."""

from __future__ import annotations

import threading
from uuid import uuid4

import psycopg
from tests.faults import oracle
from tests.faults.books import change
from tests.faults.broken_sql import save_without_the_lock
from tests.faults.held import WAITING
from tests.faults.lamp_world import LampWorld
from tests.faults.tail import Tail
from tests.support.lamps import Lamp


def read_while_a_writer_is_slow(world: LampWorld) -> list[str]:
    """A save stands between its number and its commit; another one comes; somebody reads all the time."""
    store = world.work("lamps").store
    url = world.url("lamps")
    with psycopg.connect(url) as slow, Tail(url) as tail:
        store.save([Lamp.hang(uuid4())], conn=slow)
        quick = threading.Thread(target=lambda: store.save([Lamp.hang(uuid4())]))
        quick.start()
        with psycopg.connect(url, autocommit=True) as looking:
            world.until(lambda: not quick.is_alive() or looking.execute(WAITING).fetchall())
        tail.catch_up()
        slow.commit()
        quick.join(10.0)
        return oracle.read_all(tail.catch_up(), world.books("lamps"))


def test_a_reader_passes_no_event_of_a_slow_writer(world: LampWorld) -> None:
    assert read_while_a_writer_is_slow(world) == []


def test_control_without_the_writers_lock_it_does(world: LampWorld) -> None:
    save_without_the_lock(world.url("lamps"))
    assert oracle.broken_promises(read_while_a_writer_is_slow(world)) == {"P5"}


def test_views_equal_their_rebuild(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    world.blink(uuid4(), 3)
    assert world.settled() == []
    assert world.view_objections() == []


def test_control_a_row_changed_behind_a_view_is_found(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    world.blink(uuid4(), 3)
    assert world.caught_up("lamps")
    with psycopg.connect(world.url("lamps"), autocommit=True) as conn:
        row = conn.execute("select table_name from views.tracking").fetchone()
    table = str(row[0]) if row else ""
    with world.as_owner("lamps") as conn:
        conn.execute(
            psycopg.sql.SQL("update views.{} set lit = lit + 1").format(psycopg.sql.Identifier(table))
        )
    assert oracle.broken_promises(world.view_objections()) == {"P8"}


def test_control_a_gap_between_positions_or_versions_is_found(world: LampWorld) -> None:
    world.work("lamps")
    world.blink(uuid4(), 3)
    url = world.url("lamps")
    change(url, "alter table store.event disable trigger all")
    change(url, "delete from store.event where originator_version = 2")
    change(url, "delete from store.outbox where position = 2")
    assert len(oracle.in_order(world.books("lamps"))) == 2
