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
from casefile.domain.chronicle import Chronicle
from casefile.domain.support_log import SupportLog
from casefile.views.told import ABOUT_CASES, own_fact
from casefile.views.worklist import event_name
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


def last_of(conn: psycopg.Connection[Any], case_ids: Sequence[UUID]) -> dict[UUID, HistoryRow]:
    """The last thing that happened in each of these cases; what only tidies the list is no news."""
    query = sql.SQL(
        "select last.* from unnest(%s::uuid[]) as wanted (case_id) cross join lateral"
        " (select * from {view} where case_id = wanted.case_id and kind <> all(%s)"
        " order by happened_at desc, entry desc limit 1) as last"
    ).format(view=HISTORY.relation)
    with conn.cursor(row_factory=class_row(HistoryRow)) as cursor:
        return {row.case_id: row for row in cursor.execute(query, (list(case_ids), list(TIDYING)))}


def history_of(
    conn: psycopg.Connection[Any], case_id: UUID, *, after: tuple[datetime, int] | None, limit: int
) -> list[HistoryRow]:
    """What happened, oldest first; ``after`` is where the page before ended."""
    query = sql.SQL(
        "select * from {view} where case_id = %(case)s"
        " and (%(at)s::timestamptz is null or (happened_at, entry) > (%(at)s, %(entry)s))"
        " order by happened_at, entry limit %(limit)s"
    ).format(view=HISTORY.relation)
    at, entry = after or (None, None)
    parameters = {"case": case_id, "at": at, "entry": entry, "limit": limit}
    with conn.cursor(row_factory=class_row(HistoryRow)) as cursor:
        return cursor.execute(query, parameters).fetchall()
