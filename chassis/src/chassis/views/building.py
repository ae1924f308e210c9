"""Making and remaking the tables of views, by the owner's role: ``provision`` and ``rebuild``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import sql

from chassis.store.mapper import StoredEvent, to_event
from chassis.views.security import saying_for_whom, secure
from chassis.views.view import Recorded, Rows, View

BATCH = 1000


def provision(conn: psycopg.Connection[Any], views: Sequence[View], *, api: str, worker: str) -> list[str]:
    """Make what is missing; what was made, in words. ``conn`` acts as the owner of the service's database."""
    made = []
    with conn.transaction():
        for view in views:
            known = conn.execute(
                "select from views.tracking where view = %s and definition = %s", (view.name, view.definition)
            ).fetchone()
            if known is None:
                table = _create(conn, view, 1, api=api, worker=worker)
                _show(conn, view, table, api=api, worker=worker)
                conn.execute(
                    "insert into views.tracking (view, definition, table_name) values (%s, %s, %s)",
                    (view.name, view.definition, table),
                )
                made.append(f"view {view.name}")
    return made


def rebuild(
    conn: psycopg.Connection[Any],
    view: View,
    *,
    api: str,
    worker: str,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Fill a new table beside the running one and switch to it; how many events were read.

    Readers see the old rows until the switch and never an empty view. ``conn`` acts as the owner, in
    autocommit. Safe to interrupt: a half-filled table is replaced at the next try.
    """
    old = _table_of(conn, view)
    number = int(old.rpartition("__")[2]) + 1
    with conn.transaction():
        table = _create(conn, view, number, api=api, worker=worker)
    total = _newest(conn)
    position = done = 0
    while position < total:
        with conn.transaction():
            position, many = _fill(conn, view, table, position)
        done += many
        progress(done, total)
    with conn.transaction():
        # The follower waits here; what came meanwhile is added before the switch.
        conn.execute(
            "select from views.tracking where view = %s and definition = %s for update",
            (view.name, view.definition),
        )
        while position < _newest(conn):
            position, many = _fill(conn, view, table, position)
            done += many
        _show(conn, view, table, api=api, worker=worker)
        conn.execute(
            "update views.tracking set table_name = %s, position = %s where view = %s and definition = %s",
            (table, position, view.name, view.definition),
        )
        conn.execute(sql.SQL("drop table {}").format(sql.Identifier("views", old)))
    return done


def recorded_after(conn: psycopg.Connection[Any], position: int, limit: int) -> list[Recorded]:
    """Saved facts beyond a position, in order. A reader never passes one that appears later (promise P5)."""
    rows = conn.execute(
        "select notification_id, subject_id, originator_id, originator_version, topic, class_version, state"
        " from store.event where notification_id > %s order by notification_id limit %s",
        (position, limit),
        prepare=True,
        binary=True,
    ).fetchall()
    return [
        Recorded(to_event(StoredEvent(row[2], row[3], row[4], row[5], bytes(row[6]))), row[1], row[0])
        for row in rows
    ]


def _fill(conn: psycopg.Connection[Any], view: View, table: str, position: int) -> tuple[int, int]:
    recorded = recorded_after(conn, position, BATCH)
    if not recorded:
        return _newest(conn), 0
    mine = [fact for fact in recorded if isinstance(fact.event, view.facts)]
    if mine:
        view.project(mine, Rows(conn, table))
    return recorded[-1].notification_id, len(recorded)


def _newest(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute("select coalesce(max(notification_id), 0) from store.event").fetchone()
    return int(row[0]) if row else 0


def _table_of(conn: psycopg.Connection[Any], view: View) -> str:
    row = conn.execute(
        "select table_name from views.tracking where view = %s and definition = %s",
        (view.name, view.definition),
    ).fetchone()
    if row is None:
        raise LookupError(f"view {view.name} has no table yet: run provision first")
    return str(row[0])


def _create(conn: psycopg.Connection[Any], view: View, number: int, *, api: str, worker: str) -> str:
    table = f"{view.relation_name}__{number}"
    name = sql.Identifier("views", table)
    # columns and indexes are constants of the program.
    columns = sql.SQL(view.columns)
    conn.execute(sql.SQL("drop table if exists {}").format(name))
    conn.execute(sql.SQL("create table {} ({})").format(name, columns))
    for index in view.indexes:
        conn.execute(sql.SQL("create index on {} ({})").format(name, sql.SQL(index)))
    secure(conn, view, name, api=api, worker=worker)
    return table


def _show(conn: psycopg.Connection[Any], view: View, table: str, *, api: str, worker: str) -> None:
    # With its reader's rights: else row security would look at the view's owner and not at who reads.
    conn.execute(
        sql.SQL("create or replace view {} with (security_invoker = true) as select * from {}{}").format(
            view.relation, sql.Identifier("views", table), saying_for_whom(view)
        )
    )
    conn.execute(
        sql.SQL("grant select on {} to {}, {}").format(
            view.relation, sql.Identifier(api), sql.Identifier(worker)
        )
    )
