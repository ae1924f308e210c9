"""Views follow the service's own events, are rebuilt beside the running ones, and never decide (P5, P8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from tests.support.lamps import Lamp
from tests.support.stack import ServiceDatabase
from tests.support.waiting import until

from chassis.store.pools import Pool
from chassis.store.store import Store
from chassis.views import Follower, Recorded, Rows, View, provision, rebuild


class LampsByRoom(View):
    """How many lamps hang in a room, and how often one was lit there."""

    name = "lamps_by_room"
    columns = "lamp uuid primary key, room text not null, lit integer not null default 0"
    indexes = ("room",)
    facts = (Lamp.Hung, Lamp.Lit)
    subject = "lamp"

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        rows.run_many(
            "insert into {table} (lamp, room) values (%s, %s)",
            [(one.subject_id, one.event.room) for one in recorded if isinstance(one.event, Lamp.Hung)],
        )
        rows.run_many(
            "update {table} set lit = %s where lamp = %s",
            [(one.event.times, one.subject_id) for one in recorded if isinstance(one.event, Lamp.Lit)],
        )


class Breaks(View):
    """A view with a fault in its projection."""

    name = "breaks"
    columns = "lamp uuid primary key"
    facts = (Lamp.Hung,)
    subject = "lamp"
    broken = True

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        if self.broken:
            raise ZeroDivisionError
        rows.run_many("insert into {table} values (%s)", [(one.subject_id,) for one in recorded])


@pytest.fixture
def owner(database: ServiceDatabase) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("set role lamps_owner")
        yield conn


@pytest.fixture
def by_room(owner: psycopg.Connection[tuple[object, ...]]) -> LampsByRoom:
    view = LampsByRoom()
    assert provision(owner, [view], api="lamps_api", worker="lamps_worker") == ["view lamps_by_room"]
    return view


def rows_of(database: ServiceDatabase, view: View) -> list[tuple[object, ...]]:
    with psycopg.connect(database.url("worker")) as conn:
        return conn.execute(sql.SQL("select * from {} order by 1").format(view.relation)).fetchall()


def some_lamps(store: Store, many: int = 3) -> None:
    for number in range(many):
        lamp = Lamp.hang(uuid4(), room=f"room {number % 2}")
        lamp.blink(number + 1)
        store.save([lamp])


def test_provision_makes_a_view_once(
    by_room: LampsByRoom, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    assert provision(owner, [by_room], api="lamps_api", worker="lamps_worker") == []


def test_the_follower_brings_the_view_up_to_date(
    by_room: LampsByRoom, store: Store, worker_pool: Pool, database: ServiceDatabase
) -> None:
    some_lamps(store)
    follower = Follower(worker_pool, [by_room])
    assert follower.follow() == 3 + 2 * (1 + 2 + 3)
    assert follower.follow() == 0
    assert {row[2] for row in rows_of(database, by_room)} == {1, 2, 3}


def test_it_runs_by_itself_and_wakes_at_a_hint(
    by_room: LampsByRoom, store: Store, worker_pool: Pool, database: ServiceDatabase
) -> None:
    follower = Follower(worker_pool, [by_room])
    follower.start()
    some_lamps(store)
    follower.wake()
    until(lambda: len(rows_of(database, by_room)) == 3)
    follower.stop()
    follower.join(5.0)
    assert not follower.is_alive()


def test_dropping_and_replaying_gives_the_same_rows(
    by_room: LampsByRoom,
    store: Store,
    worker_pool: Pool,
    database: ServiceDatabase,
    owner: psycopg.Connection[tuple[object, ...]],
) -> None:
    """P8."""
    some_lamps(store, 7)
    follower = Follower(worker_pool, [by_room])
    follower.follow()
    before = rows_of(database, by_room)
    seen: list[tuple[int, int]] = []
    rebuild(
        owner, by_room, api="lamps_api", worker="lamps_worker", progress=lambda *so_far: seen.append(so_far)
    )
    assert rows_of(database, by_room) == before
    assert seen
    some_lamps(store, 2)
    follower.follow()
    assert len(rows_of(database, by_room)) == 9


def test_a_rebuild_mends_rows_that_went_wrong(
    by_room: LampsByRoom,
    store: Store,
    database: ServiceDatabase,
    owner: psycopg.Connection[tuple[object, ...]],
) -> None:
    some_lamps(store)
    rebuild(owner, by_room, api="lamps_api", worker="lamps_worker")
    right = rows_of(database, by_room)
    owner.execute(sql.SQL("update {} set lit = 99").format(by_room.relation))
    rebuild(owner, by_room, api="lamps_api", worker="lamps_worker")
    assert rows_of(database, by_room) == right


def test_a_broken_projection_stops_its_own_view_only(
    by_room: LampsByRoom,
    store: Store,
    worker_pool: Pool,
    database: ServiceDatabase,
    owner: psycopg.Connection[tuple[object, ...]],
) -> None:
    broken = Breaks()
    provision(owner, [broken], api="lamps_api", worker="lamps_worker")
    some_lamps(store)
    follower = Follower(worker_pool, [by_room, broken])
    follower.follow()
    assert len(rows_of(database, by_room)) == 3
    assert follower.readiness() == ["view-breaks-ZeroDivisionError"]
    broken.broken = False
    follower._followed[1].rests_until = 0.0
    follower.follow()
    assert follower.readiness() == []
    assert len(rows_of(database, broken)) == 3


def test_an_event_of_a_newer_program_is_never_passed_over(
    by_room: LampsByRoom, store: Store, worker_pool: Pool, database: ServiceDatabase
) -> None:
    """P21, P22: the views wait, and say so."""
    some_lamps(store)
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("update store.event set class_version = 9 where notification_id = 4")
    follower = Follower(worker_pool, [by_room])
    follower.start()
    until(lambda: follower.readiness() == ["view-lamps_by_room-UnknownVersion"])
    follower.stop()
    follower.join(5.0)
    assert rows_of(database, by_room) == []
