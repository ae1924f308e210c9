"""Which emergency access waits for somebody to look back on it? (P20)"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from pydantic import TypeAdapter

from casefile.domain.break_glass import BreakGlass
from chassis.aggregates import DomainEvent
from chassis.sealing import Sealed
from chassis.views import Recorded, Rows, View

_SEALED = TypeAdapter(Sealed)


@dataclass(frozen=True)
class OpenReview:
    """One opening that nobody looked back on; the words are opened for the rows of a page only."""

    break_glass_id: UUID
    opening_id: UUID
    case_id: UUID
    organisation: str
    role: str
    reason: str
    words: Sealed
    opened_at: datetime
    until: datetime
    review_by: datetime
    overdue: bool


class EmergencyOpenings(View):
    """A row per opening that waits for a review. Its subject is its own: nothing of the case is seen."""

    name = "emergency_openings"
    subject = "break_glass_id"
    columns: ClassVar[LiteralString] = (
        "opening_id uuid primary key, break_glass_id uuid not null, case_id uuid not null,"
        " organisation text not null, role text not null, reason text not null, words jsonb not null,"
        " opened_at timestamptz not null, until timestamptz not null, review_by timestamptz not null,"
        " overdue boolean not null default false"
    )
    indexes = ("break_glass_id", "review_by, opening_id")
    facts: ClassVar[tuple[type[DomainEvent], ...]] = (
        BreakGlass.Opened,
        BreakGlass.ReviewOverdue,
        BreakGlass.Reviewed,
    )

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        for one in recorded:
            match one.event:
                case BreakGlass.Opened() as event:
                    rows.run(
                        "insert into {table} (opening_id, break_glass_id, case_id, organisation, role,"
                        " reason, words, opened_at, until, review_by)"
                        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                        (
                            event.opening_id,
                            event.originator_id,
                            event.case_id,
                            event.organisation,
                            event.role,
                            event.reason.value,
                            json.dumps(_SEALED.dump_python(event.words, mode="json")),
                            event.timestamp,
                            event.until,
                            event.review_by,
                        ),
                    )
                case BreakGlass.ReviewOverdue() as event:
                    rows.run("update {table} set overdue = true where opening_id = %s", (event.opening_id,))
                case BreakGlass.Reviewed() as event:
                    rows.run("delete from {table} where opening_id = %s", (event.opening_id,))


EMERGENCY_OPENINGS = EmergencyOpenings()


def open_reviews(
    conn: psycopg.Connection[Any], *, after: tuple[datetime, UUID] | None, limit: int
) -> list[OpenReview]:
    """Those that wait, the most urgent first."""
    query = sql.SQL(
        "select break_glass_id, opening_id, case_id, organisation, role, reason, words, opened_at, until,"
        " review_by, overdue from {view}"
        " where (%(at)s::timestamptz is null or (review_by, opening_id) > (%(at)s, %(opening)s))"
        " order by review_by, opening_id limit %(limit)s"
    ).format(view=EMERGENCY_OPENINGS.relation)
    at, opening = after or (None, None)
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(query, {"at": at, "opening": opening, "limit": limit}).fetchall()
    return [OpenReview(**{**row, "words": _SEALED.validate_python(row["words"])}) for row in found]
