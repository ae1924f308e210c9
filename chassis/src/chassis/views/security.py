"""Who reads which rows of a view: row security by the grants that the transaction's grantees hold (P17).

The API's role sees the rows of subjects in its reach, and reading outside a transaction that said for whom is
an error, also of an empty table. The worker's role, which feeds the views, and the owner's, which rebuilds
them, see everything and say so. This binds every query of the API, also a wrong one; it does not bind a
captured API process, which could name other grantees.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from chassis.views.view import View


def secure(
    conn: psycopg.Connection[Any], view: View, table: sql.Identifier, *, api: str, worker: str
) -> None:
    """Give the rights on a view's new table and, unless its rows are open, switch row security on."""
    roles = {"table": table, "api": sql.Identifier(api), "worker": sql.Identifier(worker)}
    conn.execute(sql.SQL("grant select, insert, update, delete on {table} to {worker}").format(**roles))
    conn.execute(sql.SQL("grant select on {table} to {api}").format(**roles))
    if view.subject is None:
        return
    for statement in (_ON, _FORCED, _IN_REACH, _WORKER, _OWNER):
        conn.execute(statement.format(**roles, subject=sql.Identifier(view.subject)))
    if not view.columns.startswith(f"{view.subject} uuid primary key"):
        # A list of somebody who may see few subjects goes by these.
        conn.execute(sql.SQL("create index on {} ({})").format(table, sql.Identifier(view.subject)))


def saying_for_whom(view: View) -> sql.Composable:
    """The end of the statement that makes the view: asked once per query, before any row."""
    return sql.SQL("" if view.subject is None else " where (select store.says_for_whom())")


_ON = sql.SQL("alter table {table} enable row level security")
_FORCED = sql.SQL("alter table {table} force row level security")
# A probe of an index for each row that is looked at: nothing makes a list of all that a coordinator may see.
# It asks for whom is read, which raises when nobody said so.
_IN_REACH = sql.SQL(
    "create policy in_reach on {table} for select to {api} using"
    " ((select true from store.reach r where r.subject_id = {table}.{subject} limit 1))"
)
_WORKER = sql.SQL("create policy worker on {table} to {worker} using (true) with check (true)")
_OWNER = sql.SQL("create policy owner on {table} to current_user using (true) with check (true)")
