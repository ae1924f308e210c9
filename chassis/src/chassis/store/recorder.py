"""The library's recorder over our two functions: append by ``store.save()``, read by ``store.load()``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

import psycopg

from chassis.store.errors import Conflict, KeyTaken, NobodyAsks, NotAllowed, PositionMoved, VersionTaken
from chassis.store.mapper import StoredEvent
from chassis.store.pools import Pool, connection
from chassis.store.saving import Save

_RAISED: dict[str | None, type[Exception]] = {
    "WV001": PositionMoved,
    "WV002": NotAllowed,
    "WV003": NobodyAsks,
}


class Recorder:
    """One round trip each way. Nothing is retried here: who retries must know whether it may.

    (The library's own ``PostgresApplicationRecorder`` retries an operational error ten times, each for as
    long as the lock time-out, and needs more than EXECUTE; so its aggregates, topics and projection are
    used, and not its recorder.)
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def save(self, save: Save, conn: psycopg.Connection[Any] | None = None) -> list[int]:
        """Append everything or nothing; the notification ids of the events, in their order.

        ``conn``: save within that connection's transaction (a sweep of deadlines), else in one of its own.
        Raises VersionTaken, KeyTaken, PositionMoved (all Conflict), NotAllowed and Unavailable.
        """
        if conn is not None:
            return self._save(save, conn)
        with connection(self._pool) as own:
            return self._save(save, own)

    def _save(self, save: Save, conn: psycopg.Connection[Any]) -> list[int]:
        try:
            row = conn.execute(save.statement, save.parameters(), prepare=True).fetchone()
        except psycopg.errors.UniqueViolation as conflict:
            _explain(conflict)
        except psycopg.Error as error:
            _explain_ours(error)
        return list(row[0]) if row else []

    def load(
        self,
        aggregate_id: UUID,
        after: int = 0,
        until: int | None = None,
        grantees: Sequence[str] | None = None,
        conn: psycopg.Connection[Any] | None = None,
    ) -> Sequence[tuple[StoredEvent, bool]]:
        """The newest snapshot (marked True), if any, and the events after it, oldest first; nothing when
        these grantees hold no grant on it. ``conn``: load within that connection's transaction (a look).
        """
        asked = (aggregate_id, after, until, None if grantees is None else list(grantees))
        if conn is not None:
            return self._load(asked, conn)
        with connection(self._pool) as own:
            return self._load(asked, own)

    def _load(
        self, asked: tuple[UUID, int, int | None, list[str] | None], conn: psycopg.Connection[Any]
    ) -> Sequence[tuple[StoredEvent, bool]]:
        try:
            rows = conn.execute(
                "select * from store.load(%s, %s, %s, %s::text[])", asked, prepare=True, binary=True
            ).fetchall()
        except psycopg.Error as error:
            _explain_ours(error)
        return [
            (StoredEvent(asked[0], version, topic, class_version, bytes(state)), is_snapshot)
            for version, topic, class_version, state, is_snapshot in rows
        ]

    def answered(self, organisation: str, principal: str, key: str) -> tuple[bytes, dict[str, Any]] | None:
        """The HMAC and the answer of the command that used this key, or None."""
        with connection(self._pool) as conn:
            row = conn.execute(
                "select body_hmac, answer from store.answered(%s, %s, %s)",
                (organisation, principal, key),
                prepare=True,
            ).fetchone()
        return (bytes(row[0]), row[1]) if row else None

    def look_up(self, kind: str, digest: bytes) -> tuple[UUID, UUID] | None:
        """The subject and the aggregate that a secret code leads to, or None."""
        with connection(self._pool) as conn:
            row = conn.execute(
                "select subject_id, originator_id from store.look_up(%s, %s)", (kind, digest), prepare=True
            ).fetchone()
        return (row[0], row[1]) if row else None


def _explain_ours(error: psycopg.Error) -> NoReturn:
    if error.sqlstate in _RAISED:
        raise _RAISED[error.sqlstate] from error
    raise error


def _explain(conflict: psycopg.errors.UniqueViolation) -> NoReturn:
    match conflict.diag.constraint_name:
        case "command_pkey":
            raise KeyTaken from conflict
        case "event_pkey" | "outbox_event_id_key":
            raise VersionTaken from conflict
        case _:
            raise Conflict(conflict.diag.constraint_name) from conflict
