"""What one service's database says at a moment: facts, outbox, inbox, answers. Read with all rights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from chassis.views import View


@dataclass(frozen=True, slots=True)
class Fact:
    """A stored event."""

    id: int
    originator: UUID
    version: int
    topic: str
    subject: UUID
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the outbox; ``type`` is the last part of its bus subject but the version: ``case-opened``."""

    subject: UUID
    position: int
    type: str
    sent: bool
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """How far a source was heard about a subject."""

    source: str
    subject: UUID
    position: int


@dataclass(frozen=True)
class Books:
    """All that matters for promises P1 to P8; ``facts`` and ``told`` only since a mark, in their order."""

    service: str
    facts: Sequence[Fact]
    told: Sequence[Told]
    last_position: Mapping[UUID, int]
    answers: Mapping[str, Mapping[str, Any]]
    heard: Sequence[Heard]
    parked: Sequence[Heard]
    attempts: Sequence[str]
    letters: Sequence[str]
    broken_versions: Sequence[UUID]
    broken_positions: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the books of a service stood."""

    fact: int = 0
    told: int = 0


def mark(url: str) -> Mark:
    """Where they stand now."""
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "select coalesce((select max(notification_id) from store.event), 0),"
            " coalesce((select max(id) from store.outbox), 0)"
        ).fetchone()
    return Mark(*row) if row else Mark()


def read_books(service: str, url: str, since: Mark | None = None) -> Books:
    """The books of a service, all of one moment."""
    since = since or Mark()
    with psycopg.connect(url) as conn:
        conn.execute("set transaction isolation level repeatable read")

        def rows(query: LiteralString, *parameters: object) -> list[Any]:
            return conn.execute(query, parameters).fetchall()

        return Books(
            service,
            facts=[
                Fact(row[0], row[1], row[2], row[3], row[4], json.loads(bytes(row[5])))
                for row in rows(
                    "select notification_id, originator_id, originator_version, topic, subject_id, state"
                    " from store.event where notification_id > %s order by notification_id",
                    since.fact,
                )
            ],
            told=[
                Told(row[0], row[1], row[2].split(".")[-2], row[3], _read(bytes(row[4])))
                for row in rows(
                    "select subject_id, position, bus_subject, sent_at is not null, payload"
                    " from store.outbox where id > %s order by id",
                    since.told,
                )
            ],
            last_position=dict(rows("select subject_id, position from store.outbox_position")),
            answers=dict(rows("select key, answer from store.command")),
            heard=[
                Heard(*row) for row in rows("select source, subject_id, position from store.inbox_position")
            ],
            parked=[
                Heard(*row) for row in rows("select source, subject_id, position from store.inbox_parked")
            ],
            attempts=[row[0] for row in rows("select cause from store.inbox_attempt")],
            letters=[row[0] for row in rows("select cause from store.dead_letter where state = 'waiting'")],
            broken_versions=[
                row[0]
                for row in rows(
                    "select originator_id from store.event group by 1"
                    " having min(originator_version) <> 1 or max(originator_version) <> count(*)"
                )
            ],
            broken_positions=[
                row[0]
                for row in rows(
                    "select subject_id from store.outbox full join"
                    " (select subject_id, position as last from store.outbox_position) p using (subject_id)"
                    " group by subject_id, last having min(position) is distinct from 1"
                    " or max(position) is distinct from count(*) or last is distinct from count(*)"
                )
            ],
        )


def _read(payload: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(payload)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def rows_of(conn: psycopg.Connection[Any], view: View) -> list[str]:
    """The rows that readers of a view see now, in an order of their own."""
    rows = conn.execute(sql.SQL("select to_jsonb(t)::text from {} t").format(view.relation)).fetchall()
    return sorted(row[0] for row in rows)


def number(url: str, query: LiteralString, *parameters: object) -> int:
    """The one number that a query gives."""
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute(query, parameters).fetchone()
    return int(row[0]) if row else 0


def change(url: str, query: LiteralString, *parameters: object) -> int:
    """Change something behind everybody's back; how many rows."""
    with psycopg.connect(url, autocommit=True) as conn:
        return conn.execute(query, parameters).rowcount
