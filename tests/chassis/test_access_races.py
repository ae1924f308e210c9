"""After a withdrawal is committed, no record commits that rests on what it ended (promise P18); it need not
wait for ever, and nobody waits for each other in a ring. Real threads, a real database, broken variants.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from tests.support.guarded_lamps import asked_by, asking
from tests.support.lamp_readers import (
    Books,
    hold_without_waiting,
    lit_lamps,
    put_out,
    read_once,
    shuffled,
    without_a_gate,
)
from tests.support.lamps import Lamp
from tests.support.stack import ServiceDatabase
from tests.support.waiting import until

from chassis.store.errors import VersionTaken
from chassis.store.pools import Pool
from chassis.store.store import Store

ROWS = 50
READERS = 4


@pytest.fixture(autouse=True)
def many_commits(database: ServiceDatabase) -> None:
    """Nobody waits for the disk here: what is visible in which order does not depend on it, and a race has
    many more turns.
    """
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute(
            sql.SQL("alter database {} set synchronous_commit = off").format(sql.Identifier(database.name))
        )


@pytest.fixture
def keeper(api_pool: Pool) -> Store:
    return asked_by(api_pool, asking())


@pytest.fixture
def books(database: ServiceDatabase) -> Iterator[Books]:
    with psycopg.connect(database.url("admin"), autocommit=True) as admin:
        yield Books(admin)


@pytest.fixture
def api(database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        yield conn


@contextmanager
def reading(
    database: ServiceDatabase, read: Callable[[psycopg.Connection[Any], int], None]
) -> Iterator[None]:
    """Readers who go on until the block ends; what one of them raised is raised here."""
    stopping = threading.Event()

    def go_on(number: int) -> None:
        with psycopg.connect(database.url("api"), autocommit=True) as conn:
            for turn in itertools.count():
                if stopping.is_set():
                    return
                read(conn, READERS * turn + number)

    with ThreadPoolExecutor(READERS) as threads:
        running = [threads.submit(go_on, number) for number in range(READERS)]
        try:
            yield
        finally:
            stopping.set()
        for reader in running:
            reader.result()


def withdraw_while_read(
    database: ServiceDatabase, keeper: Store, books: Books, rounds: int, *, until_late: bool = False
) -> None:
    """As many withdrawals, one by one, while everybody reads pages of fifty in an order of their own."""
    for seed in range(rounds // ROWS):
        lamps = lit_lamps(keeper, ROWS)
        before = books.read

        def read(conn: psycopg.Connection[Any], turn: int, lamps: Sequence[UUID] = lamps) -> None:
            read_once(conn, books, shuffled(lamps, turn))

        with reading(database, read):
            until(lambda before=before: books.read > before + READERS)  # type: ignore[misc]
            for lamp in shuffled(lamps, seed):
                put_out(keeper, books, lamp)
        if books.close() and until_late:
            return


def test_no_record_commits_after_the_withdrawal(
    database: ServiceDatabase, keeper: Store, books: Books
) -> None:
    withdraw_while_read(database, keeper, books, 200)
    assert books.close() == []
    assert books.read > READERS


@pytest.mark.long
def test_no_record_commits_after_thousands_of_withdrawals(
    database: ServiceDatabase, keeper: Store, books: Books
) -> None:
    withdraw_while_read(database, keeper, books, 3000)
    assert books.close() == []


def test_readers_that_hold_nothing_are_caught(database: ServiceDatabase, keeper: Store, books: Books) -> None:
    """CONTROL: the same race and the same books."""
    hold_without_waiting(database.url("admin"))
    withdraw_while_read(database, keeper, books, 2000, until_late=True)
    assert books.close() != []


def waiting(database: ServiceDatabase, query: str = "select store.save(%") -> Callable[[], bool]:
    """Whether somebody in this database waits with such a statement for a lock that another holds."""

    def somebody() -> bool:
        with psycopg.connect(database.url("admin")) as conn:
            row = conn.execute(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and wait_event_type = 'Lock' and query like %s",
                (query,),
            ).fetchone()
        return bool(row and row[0])

    return somebody


def test_a_withdrawal_waits_for_who_reads_now(
    database: ServiceDatabase, keeper: Store, books: Books, api: psycopg.Connection[Any]
) -> None:
    [lamp] = lit_lamps(keeper, 1)
    with ThreadPoolExecutor(1) as threads:
        ending = []

        def withdraw() -> None:
            ending.append(threads.submit(put_out, keeper, books, lamp))
            until(waiting(database))
            assert not ending[0].done()

        assert read_once(api, books, [lamp], withdraw) == [lamp]
        ending[0].result()
    assert read_once(api, books, [lamp]) == []
    assert books.close() == []


def test_the_same_without_holding_is_told_by_the_books(
    database: ServiceDatabase, keeper: Store, books: Books, api: psycopg.Connection[Any]
) -> None:
    """CONTROL."""
    hold_without_waiting(database.url("admin"))
    [lamp] = lit_lamps(keeper, 1)
    read_once(api, books, [lamp], lambda: put_out(keeper, books, lamp))
    assert {late.lamp for late in books.close()} == {lamp}


@pytest.fixture
def third(database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        yield conn


@pytest.mark.parametrize("gate", [True, False])
def test_who_comes_while_a_withdrawal_waits_goes_behind_it(
    database: ServiceDatabase,
    keeper: Store,
    books: Books,
    api: psycopg.Connection[Any],
    third: psycopg.Connection[Any],
    gate: bool,
) -> None:
    """Else enough readers keep it waiting for ever: share locks do not queue. CONTROL: without the gate."""
    if not gate:
        without_a_gate(database.url("admin"))
    [lamp] = lit_lamps(keeper, 1)
    with ThreadPoolExecutor(2) as threads:
        running: list[Future[Any]] = []

        def withdraw_and_read() -> None:
            running.append(threads.submit(put_out, keeper, books, lamp))
            until(waiting(database))
            running.append(threads.submit(read_once, third, books, [lamp]))
            until(lambda: running[1].done() or waiting(database, "%store.hold(%")())

        assert read_once(api, books, [lamp], withdraw_and_read) == [lamp]
        assert running[1].result() == ([] if gate else [lamp])
        running[0].result()
    assert books.close() == []


def test_who_began_before_the_end_and_held_after_it_sees_nothing(
    keeper: Store, books: Books, api: psycopg.Connection[Any]
) -> None:
    """Its transaction's now() lies before the end: the clock must not decide."""
    [lamp] = lit_lamps(keeper, 1)
    with api.transaction():
        api.execute("select now()")
        put_out(keeper, books, lamp)
        found = api.execute("select * from store.hold(%s, %s)", (["role_friend:fenna"], [lamp])).fetchall()
    assert found == []


def pages(lamps: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (lamps[first : first + 10] for first in range(0, len(lamps), 10))


def test_a_long_export_leaves_out_what_is_withdrawn_meanwhile(
    database: ServiceDatabase, keeper: Store, books: Books
) -> None:
    """Page by page, each with its record: an earlier page stands, a later one does not have the row."""
    lamps = lit_lamps(keeper, 100)
    exported: list[set[UUID]] = []

    def export(conn: psycopg.Connection[Any], turn: int) -> None:
        shown = [read_once(conn, books, page) for page in pages(shuffled(lamps, turn))]
        exported.append(set(itertools.chain.from_iterable(shown)))

    with reading(database, export):
        until(lambda: exported)
        for lamp in shuffled(lamps, 1)[:60]:
            put_out(keeper, books, lamp)
        many = len(exported)
        until(lambda: len(exported) > many + READERS)
    assert books.close() == []
    assert len(exported[0]) > len(exported[-1]) == 40


def hold_all(conn: psycopg.Connection[Any], lamps: Sequence[UUID]) -> None:
    with conn.transaction():
        conn.execute("select * from store.hold(%s, %s)", (["role_friend:fenna"], lamps))


def try_to_save(store: Store, lamps: Sequence[Lamp]) -> None:
    """Another may have been first with one of these lamps; a ring is no such conflict."""
    try:
        store.save(lamps)
    except VersionTaken:
        return


def test_lists_and_withdrawals_of_several_do_not_wait_in_a_ring(
    database: ServiceDatabase, keeper: Store, books: Books, api_pool: Pool
) -> None:
    """Each locks in key order, whatever the order of its list, and at once as strongly as it will need."""
    lamps = lit_lamps(keeper, 12)

    def toggle(seed: int) -> None:
        for turn in range(20):
            mine = shuffled(lamps, 100 * seed + turn)[:6]
            store = asked_by(api_pool, asking())
            found = [store.get(Lamp, lamp) for lamp in mine]
            for lamp in found:
                lamp.put_out()
            try_to_save(store, found)

    with reading(database, lambda conn, turn: hold_all(conn, shuffled(lamps, turn))):
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(toggle, range(3)))
    with psycopg.connect(database.url("admin")) as conn:
        # What a session counted arrives when it ends, or is asked to tell.
        conn.execute("select pg_stat_clear_snapshot()")
        row = conn.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchone()
    assert row == (0,)
