"""Sweeping deadlines: what is due is decided, and the event saved in the transaction that removes the row.

Rows are taken with SKIP LOCKED, so that several sweepers share the work; after downtime everything that
fell due meanwhile is swept at once, each exactly once (promise P10). A deadline is never given up: one
whose handler fails is tried again later, and shown as stuck.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg

from chassis.clock import Clock
from chassis.deadlines import Due
from chassis.inbox.heard import Effects
from chassis.store.errors import Unavailable
from chassis.store.pools import Pool, connection
from chassis.store.store import Store
from chassis.telemetry import metrics

log = logging.getLogger(__name__)
BATCH = 100
SWEEP_SECONDS = 5.0

_DUE = (
    "select kind, key, subject_id, due_at, data from store.deadline"
    " where due_at <= clock.now() and not_before <= now() and kind = any(%s)"
    " order by due_at limit %s for update skip locked"
)


OnDue = Callable[[Due], Effects]


class Sweeper:
    """Calls the handler of each due deadline; the handler decides whether anything still has to happen."""

    def __init__(self, pool: Pool, store: Store, handlers: Mapping[str, OnDue], clock: Clock) -> None:
        self._pool = pool
        self._store = store
        self._handlers = handlers
        self._clock = clock

    def sweep(self) -> int:
        """Handle everything that is due; how many. Raises Unavailable."""
        swept = 0
        while True:
            with connection(self._pool) as conn:
                try:
                    many = self._batch(conn, BATCH)
                except Unavailable:
                    raise
                except Exception as fault:
                    log.info("a sweep is run one by one (%s)", type(fault).__name__)
                    many = self._one_by_one(conn)
            swept += many
            if many == 0:
                return swept

    def _batch(self, conn: psycopg.Connection[Any], limit: int) -> int:
        with conn.transaction():
            due = self._due(conn, limit)
            if not due:
                return 0
            first_of_subject = list({deadline.subject_id: deadline for deadline in reversed(due)}.values())
            self._settle(conn, first_of_subject)
        for deadline in first_of_subject:
            kind = {"waakvlam.deadline": deadline.kind}
            metrics.deadlines_fired.add(1, kind)
            metrics.deadline_lag.record((deadline.now - deadline.due_at).total_seconds(), kind)
        return len(first_of_subject)

    def _due(self, conn: psycopg.Connection[Any], limit: int) -> list[Due]:
        rows = conn.execute(_DUE, (list(self._handlers), limit)).fetchall()
        now = self._clock.now() if rows else None
        return [Due(row[0], row[1], row[2], row[3], row[4], now) for row in rows if now is not None]

    def _settle(self, conn: psycopg.Connection[Any], due: Sequence[Due]) -> None:
        changed = [
            aggregate for deadline in due for aggregate in self._handlers[deadline.kind](deadline).aggregates
        ]
        if changed:
            self._store.save(changed, conn=conn)
        # Not those that the save armed anew: these have another moment.
        conn.cursor().executemany(
            "delete from store.deadline where kind = %s and key = %s and due_at = %s",
            [(deadline.kind, deadline.key, deadline.due_at) for deadline in due],
        )

    def _one_by_one(self, conn: psycopg.Connection[Any]) -> int:
        settled = 0
        while True:
            failed: tuple[Due, Exception] | None = None
            with conn.transaction():
                due = self._due(conn, 1)
                if not due:
                    return settled
                try:
                    with conn.transaction():
                        self._settle(conn, due)
                except Unavailable:
                    raise
                except Exception as fault:
                    failed = due[0], fault
                    self._postpone(conn, *failed)
            settled += 1

    def _postpone(self, conn: psycopg.Connection[Any], due: Due, fault: Exception) -> None:
        log.warning("a deadline of kind %s failed (%s)", due.kind, type(fault).__name__)
        metrics.retries.add(1, {"waakvlam.deadline": due.kind})
        conn.execute(
            "update store.deadline set attempts = attempts + 1, cause = %s,"
            " not_before = now() + make_interval(secs => least(600, power(2, least(attempts, 10))))"
            " where kind = %s and key = %s",
            (type(fault).__name__, due.kind, due.key),
        )
