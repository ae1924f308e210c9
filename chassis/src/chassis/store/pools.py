"""Connection pools with limits: pre-ping, statement and lock time-outs, no waiting for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests

from chassis.store.errors import Conflict, Unavailable


class Connection(psycopg.Connection[TupleRow]):
    """A connection that knows when it last answered, so that it is pinged only after a rest."""

    answered_at: float = 0.0


Pool = ConnectionPool[Connection]
_REST = 1.0


def _rested(conn: Connection) -> None:
    if monotonic() - conn.answered_at > _REST:
        ConnectionPool.check_connection(conn)


CONTENTION = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
INFRASTRUCTURE_FAULTS = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, TooManyRequests)


def conninfo(*, host: str, port: int, database: str, user: str, password: str, name: str) -> str:
    """Connection parameters with sane time-outs; ``name`` is shown in the server's activity list."""
    return make_conninfo(
        host=host,
        port=port,
        dbname=database,
        user=user,
        password=password,
        application_name=name,
        connect_timeout=3,
        tcp_user_timeout=10_000,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        options="-c statement_timeout=30s -c idle_in_transaction_session_timeout=30s -c lock_timeout=5s",
    )


def open_pool(dsn: str, *, size: int) -> Pool:
    """A pool that opens in the background: a service starts while its database is away."""
    pool: Pool = ConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        open=False,
        timeout=3.0,
        max_waiting=64,
        max_lifetime=1800,
        # The pool's pauses between tries double up to this; then it tries again whenever somebody asks. A
        # longer one keeps a service away for many seconds after its database has come back (promise P9).
        reconnect_timeout=4,
        connection_class=Connection,
        check=_rested,
        kwargs={"autocommit": True},
    )
    pool.open(wait=False)
    return pool


@contextmanager
def connection(pool: Pool) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the pool. Raises Unavailable when the infrastructure is at fault."""
    try:
        with pool.connection() as conn:
            yield conn
            # Not by the pool's `reset`: that hands every connection to another thread when it comes back.
            conn.answered_at = monotonic()
    except CONTENTION as contention:
        raise Conflict(type(contention).__name__) from contention
    except INFRASTRUCTURE_FAULTS as fault:
        raise Unavailable(type(fault).__name__) from fault
