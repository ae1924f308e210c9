"""Removing what views derived from words of people who were erased: the tokens by which they are found.

A view that keeps such a thing has a method ``forget(rows, persons)``, and may say by ``forgets`` in which
capacity its people are in it. The sealed values may stay: nobody opens them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from chassis.erasure.entries import Pair
from chassis.store.pools import Pool, connection
from chassis.views.view import Rows, View

__all__ = ["purge", "purging"]


def purging(pool: Pool, views: Sequence[View]) -> Callable[[Sequence[Pair]], None]:
    """Purges all tables of these views, also of other versions. ``pool``: the worker's."""

    def run(pairs: Sequence[Pair]) -> None:
        with connection(pool) as conn, conn.transaction():
            purge(conn, views, pairs)

    return run


def purge(conn: Connection[Any], views: Sequence[View], pairs: Sequence[Pair]) -> None:
    """Let each view forget these people."""
    for view in views:
        forget: Callable[[Rows, Sequence[UUID]], None] | None = getattr(view, "forget", None)
        if forget is None:
            continue
        capacity = getattr(view, "forgets", None)
        persons = [pair.person for pair in pairs if capacity in (None, pair.capacity)]
        tables = conn.execute(
            "select table_name from views.tracking where view = %s", (view.name,)
        ).fetchall()
        for (table,) in tables if persons else ():
            forget(Rows(conn, str(table)), persons)
