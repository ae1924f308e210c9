"""Dead letters as an operator sees them: what it was, why it died, and the two ways out.

Nothing here reads a payload aloud: a message may hold sealed values, and codes are enough to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg.rows import class_row

_SELECT = (
    "select id, source, subject_id, position, event_type, cause, attempts, died_at, state, decided_at,"
    " decided_why, octet_length(payload) as size"
    " from store.dead_letter where state = 'waiting' or %s order by died_at"
)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be applied. ``subject_id`` None: it could not even be read that far."""

    id: UUID
    source: str
    subject_id: UUID | None
    position: int | None
    event_type: str | None
    cause: str
    attempts: int
    died_at: datetime
    state: Literal["waiting", "retried", "discarded"]
    decided_at: datetime | None
    decided_why: str | None
    size: int


class LetterNotWaiting(Exception):
    """No dead letter with this id waits for a decision."""


class LetterHasNoPlace(Exception):
    """The message could not be read, so it cannot be tried again; its source is asked for it by itself."""


def waiting(conn: psycopg.Connection[Any], *, decided: bool = False) -> list[DeadLetter]:
    """Those that wait, oldest first; with ``decided`` also those that were settled."""
    with conn.cursor(row_factory=class_row(DeadLetter)) as cursor:
        return cursor.execute(_SELECT, (decided,)).fetchall()


def retry(conn: psycopg.Connection[Any], letter_id: UUID) -> None:
    """Put it back at its place; the inbox tries it again within seconds, then what waited behind it.

    Raises LetterNotWaiting and LetterHasNoPlace.
    """
    with conn.transaction():
        source, subject_id, position = _take(conn, letter_id)
        if subject_id is None:
            raise LetterHasNoPlace
        conn.execute(
            "insert into store.inbox_parked (source, subject_id, position, payload)"
            " select source, subject_id, position, payload from store.dead_letter where id = %s"
            " on conflict do nothing",
            (letter_id,),
        )
        conn.execute(
            "delete from store.inbox_attempt where source = %s and subject_id = %s and position = %s",
            (source, subject_id, position),
        )
        _settle(conn, letter_id, "retried", None)


def discard(conn: psycopg.Connection[Any], letter_id: UUID, why: str) -> None:
    """Pass over it for ever, with the reason; what waited behind it goes on. Raises LetterNotWaiting."""
    with conn.transaction():
        source, subject_id, position = _take(conn, letter_id)
        if subject_id is not None and position is not None:
            conn.execute(
                "insert into store.inbox_position as known (source, subject_id, position) values (%s, %s, %s)"
                " on conflict (source, subject_id) do update set position = excluded.position"
                " where known.position = excluded.position - 1",
                (source, subject_id, position),
            )
        _settle(conn, letter_id, "discarded", why)


def _take(conn: psycopg.Connection[Any], letter_id: UUID) -> tuple[str, UUID | None, int | None]:
    row = conn.execute(
        "select source, subject_id, position from store.dead_letter"
        " where id = %s and state = 'waiting' for update",
        (letter_id,),
    ).fetchone()
    if row is None:
        raise LetterNotWaiting
    return row[0], row[1], row[2]


def _settle(conn: psycopg.Connection[Any], letter_id: UUID, state: str, why: str | None) -> None:
    conn.execute(
        "update store.dead_letter set state = %s, decided_at = now(), decided_why = %s where id = %s",
        (state, why, letter_id),
    )
