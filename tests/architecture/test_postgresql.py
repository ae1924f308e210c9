"""PostgreSQL's behaviour that access rules have to reckon with.

That ours is hardened is in tests/deploy/test_embedded_servers.py (`test_postgres_is_hardened`: checksums,
fsync, synchronous_commit, nobody trusted; `test_nobody_connects_without_the_password`;
`test_what_was_loosened_by_hand_is_closed_at_the_next_start`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.support.stack import PostgresForTests

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def conn(postgres: PostgresForTests) -> Iterator[Connection]:
    """An empty database, by the superuser."""
    with psycopg.connect(postgres.database(), autocommit=True) as found:
        yield found


def actor(conn: Connection) -> str | None:
    """Who acts, as a policy would ask it."""
    row = conn.execute("select current_setting('waakvlam.actor', true)").fetchone()
    assert row is not None
    return None if row[0] is None else str(row[0])


def test_a_setting_of_a_transaction_is_empty_afterwards_and_not_null(conn: Connection) -> None:
    """A policy that asks `is null` would take the next reader for nobody in particular: use `nullif`."""
    assert actor(conn) is None
    with conn.transaction():
        conn.execute("select set_config('waakvlam.actor', 'somebody', true)")
        assert actor(conn) == "somebody"
    assert actor(conn) == ""


@pytest.fixture
def owner(conn: Connection) -> Iterator[str]:
    """A role that owns a table with a policy that shows nothing to anybody."""
    row = conn.execute("select 'pin_' || substr(md5(current_database()), 1, 8)").fetchone()
    assert row is not None
    role = str(row[0])
    conn.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    conn.execute(sql.SQL("create schema mine authorization {}").format(sql.Identifier(role)))
    conn.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
    conn.execute("create table mine.secret as select 1 as value")
    conn.execute("alter table mine.secret enable row level security")
    yield role
    conn.execute("reset role")
    conn.execute("drop schema mine cascade")
    conn.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def test_row_security_does_not_bind_the_owner_unless_forced(conn: Connection, owner: str) -> None:
    count = "select count(*) from mine.secret"
    assert conn.execute(count).fetchone() == (1,), owner
    conn.execute("alter table mine.secret force row level security")
    assert conn.execute(count).fetchone() == (0,), owner


def test_row_security_binds_no_superuser_at_all(conn: Connection, owner: str) -> None:
    """So nothing but `provision` connects as one."""
    conn.execute("alter table mine.secret force row level security")
    conn.execute("reset role")
    assert conn.execute("select count(*) from mine.secret").fetchone() == (1,), owner
