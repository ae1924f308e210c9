"""Holding the lock of writers, so that a save stands still in its middle for as long as a test wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg

WRITERS = 7709246531841
WAITING = (
    "select pid from pg_locks where locktype = 'advisory' and not granted"
    " and database = (select oid from pg_database where datname = current_database())"
)


class Held:
    """The lock is ours; those who want to write wait."""

    def __init__(self, conn: psycopg.Connection[tuple[object, ...]]) -> None:
        self._conn = conn

    def waiting(self) -> list[int]:
        """The database's processes that stand still in the middle of a save."""
        return [int(str(row[0])) for row in self._conn.execute(WAITING).fetchall()]

    def terminate(self, waiting: Iterable[int]) -> set[int]:
        """End the connections of these; which ones."""
        ended = set(waiting)
        for pid in ended:
            self._conn.execute("select pg_terminate_backend(%s)", (pid,))
        return ended

    def let_go(self) -> None:
        """Writers go on."""
        self._conn.execute("select pg_advisory_unlock_all()")


@contextmanager
def writers_held(url: str) -> Iterator[Held]:
    """Nobody can save in this database while the context lasts (a save gives up after five seconds)."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(%s)", (WRITERS,))
        yield Held(conn)
