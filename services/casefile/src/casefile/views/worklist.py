"""What does a coordinator have to do, why, since when, and who is working on it? (REG-01, REG-02)"""

from __future__ import annotations

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
from casefile.domain.place import Reason
from casefile.views.cases import CASES
from chassis.access.access import Look
from chassis.views import Recorded, Rows, View

NEW_REQUEST = "new_request"
STEP_UNANSWERED = "step_unanswered"
_SETTLED_BY = ("SupportAccepted", "RequestDeclinedByResident")


@dataclass(frozen=True)
class WorkItem:
    """One thing to do. ``about``: the part or check that it is about, or the case itself."""

    item: int
    case_id: UUID
    about: UUID
    reason: str
    organisation: str | None
    since: datetime
    number: str | None
    network: str | None
    municipality: str | None
    claimed_by: str | None
    claimed_until: datetime | None


class Worklist(View):
    """A row per reason for which something stands on the list."""

    name = "worklist"
    subject = "case_id"
    columns: ClassVar[LiteralString] = (
        "item bigint not null unique, case_id uuid not null, about uuid not null, reason text not null,"
        " organisation text, since timestamptz not null, number text, network text, municipality text,"
        " claimed_by text, claimed_until timestamptz, primary key (case_id, about, reason)"
    )
    indexes = ("since, item", "organisation, since, item")
    facts = (
        CaseFile.PutOnList,
        CaseFile.TakenOffList,
        CaseFile.Claimed,
        CaseFile.ClaimEnded,
        CaseFile.PartClosed,
        CaseFile.Closed,
        Chronicle.Heard,
    )

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        for one in recorded:
            self._one(one, rows)

    def _one(self, one: Recorded, rows: Rows) -> None:
        case_id = one.subject_id
        match one.event:
            case CaseFile.PutOnList() as event:
                rows.run_many(
                    "insert into {table} as known"
                    " (item, case_id, about, reason, organisation, since, claimed_by, claimed_until)"
                    " values (%s, %s, %s, %s, %s, %s,"
                    " (select claimed_by from {table} where case_id = %s and about = %s limit 1),"
                    " (select claimed_until from {table} where case_id = %s and about = %s limit 1))"
                    " on conflict (case_id, about, reason) do nothing",
                    [
                        (
                            one.notification_id * 1000 + place,
                            case_id,
                            about,
                            event.reason.value,
                            event.organisation,
                            event.timestamp,
                            case_id,
                            about,
                            case_id,
                            about,
                        )
                        for place, about in enumerate(event.abouts)
                    ],
                )
            case CaseFile.TakenOffList() as event:
                rows.run(
                    "delete from {table} where case_id = %s and about = any(%s) and reason = any(%s)",
                    (case_id, list(event.abouts), [reason.value for reason in event.reasons]),
                )
            case CaseFile.Claimed() as event:
                rows.run(
                    "update {table} set claimed_by = %s, claimed_until = %s"
                    " where case_id = %s and about = %s",
                    (event.coordinator, event.until, case_id, event.about),
                )
            case CaseFile.ClaimEnded() as event:
                rows.run(
                    "update {table} set claimed_by = null, claimed_until = null"
                    " where case_id = %s and about = any(%s)",
                    (case_id, list(event.abouts)),
                )
            case CaseFile.PartClosed() as event:
                rows.run("delete from {table} where case_id = %s and about = %s", (case_id, event.part_id))
            case CaseFile.Closed():
                rows.run(
                    "delete from {table} where case_id = %s and reason = any(%s)",
                    (case_id, [STEP_UNANSWERED, Reason.CONSENT_EXPIRES.value]),
                )
            case Chronicle.Heard() as event:
                self._heard(event, one, rows)

    def _heard(self, event: Chronicle.Heard, one: Recorded, rows: Rows) -> None:
        kind = event_name(event.kind)
        if kind == "RequestReceived":
            reason = NEW_REQUEST
        elif kind == "AnswerOverdue":
            reason = STEP_UNANSWERED
        else:
            if kind in _SETTLED_BY:
                rows.run(
                    "delete from {table} where case_id = %s and reason = %s", (one.subject_id, NEW_REQUEST)
                )
            return
        facts = event.facts
        rows.run(
            "insert into {table} (item, case_id, about, reason, organisation, since, number, network,"
            " municipality) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            (
                one.notification_id * 1000,
                one.subject_id,
                facts.get("about") or one.subject_id,
                reason,
                facts.get("organisation"),
                event.occurred_at,
                facts.get("number"),
                facts.get("network"),
                facts.get("municipality"),
            ),
        )


WORKLIST = Worklist()


def list_work(look: Look, *, organisation: str, after: int | None, limit: int) -> list[WorkItem]:
    """What waits for an organisation, the oldest first; ``after`` ended the page before."""
    reach = look.reach
    query = sql.SQL(
        "select w.item, w.case_id, w.about, w.reason, w.since,"
        " coalesce(w.organisation, c.organisation) as organisation,"
        " coalesce(w.number, c.number) as number, coalesce(w.network, c.network) as network,"
        " coalesce(w.municipality, c.municipality) as municipality, w.claimed_by, w.claimed_until"
        " from {worklist} w left join {cases} c using (case_id)"
        " where {within} and coalesce(w.organisation, c.organisation) = %(organisation)s"
        "   and (%(after)s::bigint is null or w.item > %(after)s)"
        " order by w.item limit %(limit)s"
    ).format(worklist=WORKLIST.relation, cases=CASES.relation, within=reach.within("w", "case_id"))
    parameters = {"organisation": organisation, "after": after, "limit": limit, **reach.parameters}

    def fetch(conn: psycopg.Connection[Any]) -> list[WorkItem]:
        with conn.cursor(row_factory=class_row(WorkItem)) as cursor:
            return cursor.execute(query, parameters).fetchall()

    return [item for item, _ in look.rows(fetch, lambda item: item.case_id)]
