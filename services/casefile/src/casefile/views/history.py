"""What happened in a case, when, told by which service? (CON-16, F6.5)"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from casefile.domain.case import CaseFile
from casefile.domain.chronicle import Chronicle, event_name
from casefile.domain.support_log import SupportLog
from casefile.views.cases import CaseRow
from casefile.views.told import ABOUT_CASES, own_fact
from chassis.access.scope import Scope
from chassis.aggregates import DomainEvent
from chassis.views import Recorded, Rows, View


@dataclass(frozen=True)
class HistoryRow:
    """One thing that happened, in codes and ids; a sentence is made of it when it is read."""

    entry: int
    case_id: UUID
    happened_at: datetime
    recorded_at: datetime
    source: str
    kind: str
    facts: dict[str, Any]


def _own_facts(*aggregates: type[Any]) -> tuple[type[DomainEvent], ...]:
    found = [
        value
        for aggregate in aggregates
        for value in vars(aggregate).values()
        if isinstance(value, type) and issubclass(value, DomainEvent) and "TOPIC" in dir(value)
    ]
    return tuple(fact for fact in found if fact.__name__ != "Event")


class History(View):
    """A row per event of the case, this service's own and those that it heard."""

    name = "history"
    subject = "case_id"
    columns: ClassVar[LiteralString] = (
        "entry bigint primary key, case_id uuid not null, happened_at timestamptz not null,"
        " recorded_at timestamptz not null, source text not null, kind text not null, facts jsonb not null"
    )
    indexes = ("case_id, happened_at, entry",)
    facts = (*_own_facts(CaseFile, SupportLog, Chronicle), *ABOUT_CASES)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        rows.run_many(
            "insert into {table} values (%s, %s, %s, %s, %s, %s, %s)",
            [self._row(one) for one in recorded],
        )

    def _row(self, one: Recorded) -> tuple[Any, ...]:
        event = one.event
        happened_at, source = event.timestamp, "casefile"
        case_id, kind, facts = own_fact(event, one.subject_id)
        if isinstance(event, Chronicle.Heard):
            happened_at, source = event.occurred_at, event.source
            kind, facts = event_name(event.kind), dict(event.facts)
        elif isinstance(event, SupportLog.Logged | SupportLog.RepresentedInPresence):
            happened_at = event.happened_at
        elif isinstance(event, CaseFile.ThreeWayTalkHeld):
            happened_at = event.held_at
        return (
            one.notification_id,
            case_id,
            happened_at,
            event.timestamp,
            source,
            kind,
            json.dumps(facts, default=str),
        )


HISTORY = History()
TIDYING = ("TakenOffList", "Claimed", "ClaimEnded")


OF_EVERYBODY = ("Opened", "Closed", "Reopened")
"""Who holds a part knows that there is a case."""


def last_of(conn: psycopg.Connection[Any], cases: Sequence[tuple[CaseRow, Scope]]) -> dict[UUID, HistoryRow]:
    """The last thing that happened in each of these cases, of what may be seen; what only tidies the list is
    no news.
    """
    query = sql.SQL(
        "select last.* from jsonb_to_recordset(%(wanted)s) as wanted (case_id uuid, parts text[])"
        " cross join lateral (select * from {view} where case_id = wanted.case_id"
        " and kind <> all(%(tidying)s) and {seen}"
        " order by happened_at desc, entry desc limit 1) as last"
    ).format(view=HISTORY.relation, seen=_seen("wanted.parts"))
    wanted = [{"case_id": str(row.case_id), "parts": _parts(scope)} for row, scope in cases]
    parameters = {"wanted": json.dumps(wanted), "tidying": list(TIDYING), "everybody": list(OF_EVERYBODY)}
    with conn.cursor(row_factory=class_row(HistoryRow)) as cursor:
        return {row.case_id: row for row in cursor.execute(query, parameters)}


def history_of(
    conn: psycopg.Connection[Any],
    case_id: UUID,
    scope: Scope,
    *,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[HistoryRow]:
    """What happened, as far as it may be seen, oldest first; ``after`` is where the page before ended."""
    query = sql.SQL(
        "select * from {view} where case_id = %(case)s and {seen}"
        " and (%(at)s::timestamptz is null or (happened_at, entry) > (%(at)s, %(entry)s))"
        " order by happened_at, entry limit %(limit)s"
    ).format(view=HISTORY.relation, seen=_seen("%(parts)s::text[]"))
    at, entry = after or (None, None)
    parameters = {
        "case": case_id,
        "at": at,
        "entry": entry,
        "limit": limit,
        "parts": _parts(scope),
        "everybody": list(OF_EVERYBODY),
    }
    with conn.cursor(row_factory=class_row(HistoryRow)) as cursor:
        return cursor.execute(query, parameters).fetchall()


def _parts(scope: Scope) -> list[str] | None:
    """None: the whole."""
    return None if scope.whole else sorted(map(str, scope.parts))


def _seen(parts: LiteralString) -> sql.Composed:
    """Whether a row is about a part that is held; what names no part is about the whole (CON-09)."""
    return sql.SQL(
        "({parts} is null or kind = any(%(everybody)s) or facts ->> 'part_id' = any({parts})"
        " or facts ->> 'about' = any({parts}) or facts -> 'part_ids' ?| {parts}"
        " or facts -> 'abouts' ?| {parts} or facts -> 'part' ->> 'part_id' = any({parts}))"
    ).format(parts=sql.SQL(parts))
