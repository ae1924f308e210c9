"""What was looked at, cleared, sent and stopped: the feed's tables, by the worker's role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg

LEASE_SECONDS = 10
# How long a stream keeps a message, and a day.
KEPT_DAYS = 15
_AT_ORGANISATION = re.compile(r"[a-z0-9_]+@(?P<organisation>[a-z0-9][a-z0-9_.-]{0,63})")
_CLEARED: LiteralString = (
    "select s.id, s.organisation, s.subject_id, s.event_id, s.parts, o.payload, s.told_as"
    " from store.shared s join store.outbox o using (event_id)"
)
Conn = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the service's own outbox."""

    event_id: UUID
    position: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Cleared:
    """A message that an organisation may be told, unless its ground goes before it is sent."""

    id: int
    organisation: str
    subject_id: UUID
    event_id: UUID
    parts: frozenset[UUID]
    payload: bytes
    told_as: int | None


def lease(conn: Conn, holder: UUID) -> int | None:
    """Take or keep the lease; up to which event all was looked at. None while another holds it."""
    row = conn.execute(
        "update store.sharing set holder = %s, until = now() + make_interval(secs => %s)"
        " where holder is not distinct from %s or until < now() returning looked_at",
        (holder, LEASE_SECONDS, holder),
    ).fetchone()
    return int(row[0]) if row else None


def release(conn: Conn, holder: UUID) -> None:
    """Let go at a graceful stop."""
    conn.execute("update store.sharing set holder = null, until = '-infinity' where holder = %s", (holder,))


def changed_after(conn: Conn, looked_at: int, limit: int) -> tuple[int, list[UUID]]:
    """The next events' last number, and the subjects that they are about, in order.

    Numbers become visible in their order (promise P5), so that none below is missed.
    """
    rows = conn.execute(
        "select notification_id, subject_id from store.event where notification_id > %s"
        " order by notification_id limit %s",
        (looked_at, limit),
        prepare=True,
    ).fetchall()
    return (rows[-1][0] if rows else looked_at), list(dict.fromkeys(row[1] for row in rows))


def looked(conn: Conn, holder: UUID, upto: int) -> None:
    """Everything up to this event was looked at."""
    conn.execute(
        "update store.sharing set looked_at = greatest(looked_at, %s) where holder = %s", (upto, holder)
    )


def fresh_messages(conn: Conn, subject_id: UUID) -> list[Message]:
    """The messages about a subject that nobody looked at; from here on they count as looked at.

    Two feeds at once wait for each other here, subject by subject.
    """
    row = conn.execute(
        "insert into store.shared_position as last (subject_id, position) values (%s, 0)"
        " on conflict (subject_id) do update set position = last.position returning position",
        (subject_id,),
    ).fetchone()
    rows = conn.execute(
        "select event_id, position, payload from store.outbox where subject_id = %s and position > %s"
        " order by position",
        (subject_id, row[0] if row else 0),
        prepare=True,
    ).fetchall()
    if rows:
        conn.execute(
            "update store.shared_position set position = %s where subject_id = %s", (rows[-1][1], subject_id)
        )
    return [Message(event_id, position, bytes(payload)) for event_id, position, payload in rows]


def organisations_of(conn: Conn, subject_id: UUID) -> dict[str, list[str]]:
    """The organisations that hold any grant on a subject, each with the strings under which they do.

    Only a grant to a role at an organisation is that organisation's: what one of its people holds in person
    is not, whatever that person's name with their provider looks like.
    """
    rows = conn.execute(
        "select distinct grantee from store.access_grant where subject_id = %s and not over order by grantee",
        (subject_id,),
        prepare=True,
    ).fetchall()
    found: dict[str, list[str]] = {}
    for (grantee,) in rows:
        if named := _AT_ORGANISATION.fullmatch(grantee):
            found.setdefault(named["organisation"], []).append(grantee)
    return found


def clear(conn: Conn, organisation: str, subject_id: UUID, message: Message, parts: Sequence[UUID]) -> bool:
    """The organisation may be told this; False when that was found before."""
    return bool(
        conn.execute(
            "insert into store.shared (organisation, event_id, subject_id, position, parts)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            (organisation, message.event_id, subject_id, message.position, list(parts)),
            prepare=True,
        ).rowcount
    )


def waiting(conn: Conn) -> list[str]:
    """Organisations for which something waits, who waits longest first."""
    rows = conn.execute(
        "select organisation from store.shared where state = 'waiting' group by organisation order by min(id)"
    ).fetchall()
    return [row[0] for row in rows]


def first_waiting(conn: Conn, organisation: str) -> Cleared | None:
    """The oldest message that waits for an organisation, held until the transaction ends."""
    row = conn.execute(
        _CLEARED + " where s.organisation = %s and s.state = 'waiting' order by s.id limit 1 for update of s",
        (organisation,),
        prepare=True,
    ).fetchone()
    return _cleared(row) if row else None


def _cleared(row: Sequence[Any]) -> Cleared:
    id_, organisation, subject_id, event_id, parts, payload, told_as = row
    return Cleared(id_, organisation, subject_id, event_id, frozenset(parts), bytes(payload), told_as)


def next_place(conn: Conn, organisation: str, subject_id: UUID) -> int:
    """The next place among what the organisation is sent of this subject, taken when this commits."""
    row = conn.execute(
        "insert into store.told as last (organisation, subject_id, position) values (%s, %s, 1)"
        " on conflict (organisation, subject_id) do update set position = last.position + 1"
        " returning position",
        (organisation, subject_id),
        prepare=True,
    ).fetchone()
    return int(row[0]) if row else 1


def sent(conn: Conn, cleared: Cleared, place: int, kept: tuple[str, int] | None) -> None:
    """The bus has it: in which stream, at which number."""
    stream, number = kept or (None, None)
    conn.execute(
        "update store.shared set state = 'sent', told_as = %s, kept_in = %s, kept_at = %s where id = %s",
        (place, stream, number, cleared.id),
        prepare=True,
    )


def stopped(conn: Conn, cleared: Cleared) -> None:
    """Its ground went before it was sent; it never will be."""
    conn.execute("update store.shared set state = 'stopped' where id = %s", (cleared.id,))


def access_changed(conn: Conn, subject_id: UUID) -> bool:
    """Whether who may see the subject changed since this was asked last."""
    return bool(
        conn.execute(
            "update store.shared_position p set revision = a.revision from store.subject_access a"
            " where p.subject_id = %s and a.subject_id = p.subject_id and p.revision <> a.revision",
            (subject_id,),
            prepare=True,
        ).rowcount
    )


def kept_on_the_bus(conn: Conn, subject_id: UUID) -> list[Cleared]:
    """What organisations were sent of a subject and may still stand in their streams."""
    rows = conn.execute(
        _CLEARED + " where s.subject_id = %s and s.state = 'sent'"
        " and s.kept_at is not null and s.cleared_at > now() - make_interval(days => %s)",
        (subject_id, KEPT_DAYS),
    ).fetchall()
    return [_cleared(row) for row in rows]


def recall(conn: Conn, cleared: Cleared) -> None:
    """Its ground went after it was sent: it is to be taken from the stream."""
    conn.execute("update store.shared set state = 'recalling' where id = %s", (cleared.id,))


def to_recall(conn: Conn, limit: int) -> list[tuple[int, str, int]]:
    """What is to be taken back: its row, the stream, the number there."""
    return conn.execute(
        "select id, kept_in, kept_at from store.shared where state = 'recalling' order by id limit %s",
        (limit,),
    ).fetchall()


def recalled(conn: Conn, row: int) -> None:
    """The stream has it no more."""
    conn.execute("update store.shared set state = 'recalled' where id = %s", (row,))


def send_all_again(conn: Conn) -> int:
    """``rebuild-bus``: the streams are empty. What was sent is sent anew at its place, if it still may be."""
    return conn.execute(
        "update store.shared set state = 'waiting', kept_in = null, kept_at = null where state = 'sent'"
    ).rowcount
