"""One save carries everything that belongs to a decision, and nothing of a refused one stays (P1-P5, P8)."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from tests.support.lamps import LAMPS, NOON, SOURCE_URN, AnAsker, Lamp, LampBurnsAlready, Tally
from tests.support.stack import ServiceDatabase

from chassis.aggregates import DomainEvent
from chassis.guards import Grant, GrantsEnd
from chassis.store.errors import (
    Conflict,
    KeyReused,
    NotFound,
    Unavailable,
    UnknownVersion,
    Unreadable,
    VersionTaken,
)
from chassis.store.pools import Pool, open_pool
from chassis.store.saving import Mappings, Save
from chassis.store.store import Decided, Store
from contracts.envelope import parse


def rows(database: ServiceDatabase, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.url("admin")) as conn:
        return conn.execute(query, parameters).fetchall()


def a_saved_lamp(store: Store) -> Lamp:
    lamp = Lamp.hang(uuid4())
    store.save([lamp])
    return store.get(Lamp, lamp.id)


def test_what_was_saved_is_loaded_again(store: Store) -> None:
    lamp = a_saved_lamp(store)
    lamp.light()
    store.save([lamp])
    found = store.get(Lamp, lamp.id)
    assert (found.room, found.burns, found.lit, found.version) == ("hall", True, 1, 2)


def test_an_absent_aggregate_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.get(Lamp, uuid4())


def test_an_aggregate_of_another_kind_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.get(Tally, a_saved_lamp(store).id)


def test_one_save_writes_events_outbox_guards_deadline_and_command(
    store: Store, database: ServiceDatabase
) -> None:
    lamp = Lamp.hang(uuid4())
    lamp.light()
    store.once(AnAsker("k1"), lambda: Decided([lamp], {"lamp": "lit"}))
    assert rows(database, "select originator_version, topic from store.event order by 1") == [
        (1, "lamps:Lamp.Hung"),
        (2, "lamps:Lamp.Lit"),
    ]
    [(position, payload)] = rows(database, "select position, payload from store.outbox")
    envelope = parse(bytes(payload))
    assert (position, envelope.sequence, envelope.subject) == (1, 1, lamp.id)
    assert rows(database, "select grantee, kind, valid_until from store.access_grant") == [
        ("room:hall", "participation", None)
    ]
    assert rows(database, "select revision from store.subject_access") == [(1,)]
    assert rows(database, "select kind, key from store.deadline") == [("burns_out", lamp.id)]
    assert rows(database, "select organisation, principal, key, answer from store.command") == [
        ("home", "somebody", "k1", {"lamp": "lit"})
    ]
    assert len(set(rows(database, "select written_by from store.event"))) == 1


def test_a_grant_is_ended_and_never_removed(store: Store, database: ServiceDatabase) -> None:
    lamp = Lamp.hang(uuid4())
    lamp.light()
    lamp.put_out()
    store.save([lamp])
    [(valid_until,)] = rows(database, "select valid_until from store.access_grant")
    assert valid_until is not None
    assert rows(database, "select count(*) from store.deadline") == [(0,)]


def test_who_leaves_leaves_wholly(api_pool: Pool, database: ServiceDatabase) -> None:
    def everybody_out(fact: DomainEvent, lamp: Lamp) -> list[Grant | GrantsEnd]:
        if isinstance(fact, Lamp.Broke):
            return [GrantsEnd(lamp.id, NOON, "room:hall")]
        return [Grant(lamp.id, None, who, "participation", lamp.id, NOON) for who in ("room:hall", "owner")]

    store = Store(api_pool, Mappings(lambda *_: (), everybody_out), source_urn=SOURCE_URN)
    lamp = a_saved_lamp(store)
    lamp.break_()
    store.save([lamp])
    query = "select grantee, valid_until is null from store.access_grant order by 1"
    assert rows(database, query) == [("owner", True), ("room:hall", False)]
    assert rows(database, "select revision from store.subject_access") == [(2,)]


def test_positions_count_per_subject_without_gaps(store: Store, database: ServiceDatabase) -> None:
    first, second = a_saved_lamp(store), a_saved_lamp(store)
    for _ in range(3):
        first.blink(2)
        second.blink(1)
        store.save([first, second])
        first, second = store.get(Lamp, first.id), store.get(Lamp, second.id)
    found = rows(database, "select subject_id, position, payload from store.outbox order by subject_id, id")
    assert [row[1] for row in found if row[0] == first.id] == [1, 2, 3, 4, 5, 6]
    assert [row[1] for row in found if row[0] == second.id] == [1, 2, 3]
    for _, position, payload in found:
        assert parse(bytes(payload)).sequence == position


def test_the_leaf_is_the_hash_of_a_canonical_entry(store: Store, database: ServiceDatabase) -> None:
    a_saved_lamp(store)
    query = "select originator_id, originator_version, topic, class_version, state, leaf from store.event"
    [(lamp_id, version, topic, class_version, state, leaf)] = rows(database, query)
    entry = {
        "class_version": class_version,
        "originator_id": str(lamp_id),
        "originator_version": version,
        "state_sha256": hashlib.sha256(bytes(state)).hexdigest(),
        "topic": topic,
    }
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    assert bytes(leaf) == hashlib.sha256(b"\x00" + canonical).digest()


def test_two_writers_of_one_version_do_not_both_win(store: Store, database: ServiceDatabase) -> None:
    lamp = a_saved_lamp(store)
    one, other = store.get(Lamp, lamp.id), store.get(Lamp, lamp.id)
    one.light()
    other.light()
    store.save([one])
    with pytest.raises(VersionTaken):
        store.save([other])
    assert rows(database, "select count(*) from store.outbox") == [(1,)]


def test_same_key_and_body_get_the_same_answer_once(store: Store) -> None:
    lamp = a_saved_lamp(store)

    def light() -> Decided:
        found = store.get(Lamp, lamp.id)
        found.light()
        return Decided([found], {"lit": found.lit})

    answers = [store.once(AnAsker("again"), light) for _ in range(3)]
    assert answers == [{"lit": 1}] * 3
    assert store.get(Lamp, lamp.id).version == 2
    assert store.answered("home", "somebody", "again") == {"lit": 1}


def test_same_key_and_another_body_is_refused(store: Store) -> None:
    store.once(AnAsker("k"), lambda: Decided([Lamp.hang(uuid4())], {}))
    with pytest.raises(KeyReused):
        store.once(replace(AnAsker("k"), body_hmac=b"other"), lambda: Decided([Lamp.hang(uuid4())], {}))


@pytest.mark.parametrize("other", [{"organisation": "elsewhere"}, {"subject": "another"}])
def test_a_key_belongs_to_organisation_and_principal(store: Store, other: dict[str, Any]) -> None:
    store.once(AnAsker("k"), lambda: Decided([Lamp.hang(uuid4())], {"by": "first"}))
    second = store.once(
        replace(AnAsker("k"), **other), lambda: Decided([Lamp.hang(uuid4())], {"by": "second"})
    )
    assert second == {"by": "second"}


def test_a_refused_command_leaves_nothing(store: Store, database: ServiceDatabase) -> None:
    lamp = a_saved_lamp(store)
    lamp.light()
    store.save([lamp])

    def light_again() -> Decided:
        found = store.get(Lamp, lamp.id)
        found.light()
        return Decided([found], {})

    with pytest.raises(LampBurnsAlready):
        store.once(AnAsker("refused"), light_again)
    assert store.answered("home", "somebody", "refused") is None
    assert rows(database, "select count(*) from store.command") == [(0,)]


def test_the_same_command_sent_many_times_at_once_applies_once(store: Store) -> None:
    lamp = a_saved_lamp(store)

    def light() -> Decided:
        found = store.get(Lamp, lamp.id)
        found.light()
        return Decided([found], {"lit": found.lit})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: store.once(AnAsker("race"), light), range(24)))
    assert answers == [{"lit": 1}] * 24
    assert store.get(Lamp, lamp.id).lit == 1


def test_commands_that_collide_are_decided_again(store: Store) -> None:
    lamp = a_saved_lamp(store)

    def blink(key: str) -> None:
        def decide() -> Decided:
            found = store.get(Lamp, lamp.id)
            found.blink(1)
            return Decided([found], {})

        while True:
            try:
                store.once(AnAsker(key), decide)
            except Conflict:
                continue
            return

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(blink, [f"k{number}" for number in range(20)]))
    assert store.get(Lamp, lamp.id).lit == 20


class LosesReplies:
    """A store whose connection breaks after the commit, before the reply: the cut is ours, the rest real."""

    def __init__(self, dsn: str) -> None:
        self.pool = open_pool(dsn, size=2)
        self.store = Store(self.pool, LAMPS, source_urn=SOURCE_URN)
        self.cut = True
        recorder_save = self.store.recorder.save

        def save_and_lose(save: Save, conn: psycopg.Connection[Any] | None = None) -> list[int]:
            saved = recorder_save(save, conn)
            if self.cut:
                self.cut = False
                raise Unavailable("the connection broke after the commit")
            return saved

        self.store.recorder.save = save_and_lose  # type: ignore[method-assign]


def test_a_lost_commit_reply_is_read_back_by_key(database: ServiceDatabase) -> None:
    losing = LosesReplies(database.url("api"))
    lamp_id = uuid4()
    answer = losing.store.once(AnAsker("lost"), lambda: Decided([Lamp.hang(lamp_id)], {"hung": True}))
    assert answer == {"hung": True}
    assert losing.store.get(Lamp, lamp_id).version == 1
    losing.pool.close()


@pytest.mark.parametrize("blinks", [4, 5, 23])
def test_a_snapshot_never_changes_a_result(
    store: Store, api_pool: Pool, database: ServiceDatabase, blinks: int
) -> None:
    lamp = a_saved_lamp(store)
    for _ in range(blinks):
        lamp = store.get(Lamp, lamp.id)
        lamp.blink(1)
        store.save([lamp])
    with_snapshot = store.get(Lamp, lamp.id)
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        assert conn.execute("select count(*) from store.snapshot").fetchone() == ((2 * blinks + 1) // 10,)
        conn.execute("delete from store.snapshot")
    assert store.get(Lamp, lamp.id) == with_snapshot


def test_a_snapshot_of_a_changed_class_is_left_aside(store: Store, database: ServiceDatabase) -> None:
    lamp = a_saved_lamp(store)
    lamp.blink(10)
    store.save([lamp])
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute('update store.snapshot set state = \'{"room": "hall"}\'')
    assert store.get(Lamp, lamp.id).lit == 10


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("update store.event set class_version = 2", UnknownVersion),
        ("update store.event set topic = 'lamps:Lamp.Exploded'", UnknownVersion),
        ("update store.event set state = '{\"room\": 5}'", Unreadable),
        ("update store.event set state = 'garbage'", Unreadable),
    ],
)
def test_what_cannot_be_read_is_loud(
    store: Store, database: ServiceDatabase, change: LiteralString, expected: type[Exception]
) -> None:
    lamp = a_saved_lamp(store)
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute(change)
    with pytest.raises(expected) as fault:
        store.get(Lamp, lamp.id)
    assert "garbage" not in str(fault.value)


@pytest.mark.parametrize("role", ["api", "worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "update store.event set topic = 'x'",
        "delete from store.event",
        "truncate store.event",
        "insert into store.event (originator_id) values (gen_random_uuid())",
        "update store.command set answer = '{}'",
        "delete from store.access_grant",
        "update store.outbox set payload = ''",
        "delete from store.outbox",
        "update clock.adjustment set shift = '1 day'",
        "create table store.mine (a int)",
        "create table public.mine (a int)",
    ],
)
def test_runtime_roles_cannot_touch_history(
    store: Store, database: ServiceDatabase, role: Literal["api", "worker"], statement: LiteralString
) -> None:
    """P19."""
    a_saved_lamp(store)
    with (
        psycopg.connect(database.url(role)) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute(statement)


@pytest.mark.parametrize("table", ["event", "snapshot", "outbox", "command", "access_grant", "deadline"])
def test_the_api_reads_events_only_through_load(database: ServiceDatabase, table: str) -> None:
    with (
        psycopg.connect(database.url("api")) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute(sql.SQL("select * from store.{}").format(sql.Identifier(table)))


def test_a_reader_never_passes_an_event_that_appears_later(store: Store, database: ServiceDatabase) -> None:
    """P5: writers at once, a tailing reader sees every notification id in its order."""
    seen: list[int] = []
    lamps = [a_saved_lamp(store).id for _ in range(4)]

    def write(lamp_id: UUID) -> None:
        for _ in range(30):
            lamp = store.get(Lamp, lamp_id)
            lamp.blink(1)
            store.save([lamp])

    with ThreadPoolExecutor(4) as threads, psycopg.connect(database.url("worker"), autocommit=True) as reader:
        running = [threads.submit(write, lamp_id) for lamp_id in lamps]
        while True:
            done = all(task.done() for task in running)
            after = seen[-1] if seen else 0
            query = "select notification_id from store.event where notification_id > %s order by 1"
            seen += [row[0] for row in reader.execute(query, (after,)).fetchall()]
            if done:
                break
        for task in running:
            task.result()
    assert len(seen) == 4 + 4 * 30 * 2
    assert rows(database, "select count(*) from store.event") == [(len(seen),)]
