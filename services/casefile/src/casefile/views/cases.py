"""Which cases are there, in what state, and who is there for each part?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from pydantic_core import to_jsonable_python

from casefile.domain.case import CaseFile
from casefile.domain.involvement import Leaving
from casefile.domain.part import Supporter
from casefile.domain.place import Reason
from casefile.domain.support_log import SupportLog
from chassis.access.access import Look
from chassis.access.scope import Scope
from chassis.aggregates import DomainEvent
from chassis.views import Recorded, Rows, View


@dataclass(frozen=True)
class CaseRow:
    """One case in the list.

    ``parts`` by id: ``place`` (the order in which they were added), ``formality``, ``life_domains``,
    ``responsible`` and ``companions`` (supporter_id, match_id, formality, organisation), ``on_list``
    (reasons), ``handover`` (one that runs), ``closed_for``.
    """

    case_id: UUID
    number: str
    network: str
    municipality: str
    organisation: str
    state: str
    opened_at: datetime
    changed_at: datetime
    closed_for: str | None
    parts: dict[str, Any]
    organisations: list[str]


@dataclass
class _Row:
    case_id: UUID
    facts: dict[str, Any]
    opened_at: datetime
    changed_at: datetime
    state: str = "open"
    closed_for: str | None = None
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def happened(self, event: DomainEvent) -> None:
        self.changed_at = max(self.changed_at, event.timestamp)
        match event:
            case CaseFile.PartAdded(part=part):
                self.parts[str(part.part_id)] = {
                    "place": len(self.parts) + 1,
                    "formality": part.formality,
                    "life_domains": list(part.life_domains),
                    "responsible": None,
                    "companions": [],
                    "on_list": [],
                    "handover": None,
                    "receiving": None,
                    "closed_for": None,
                }
            case CaseFile.SupporterAssigned(part_id=part_id, supporter=supporter):
                self._takes_over(part_id, supporter, giver_stays=True)
            case CaseFile.SupporterAdded(part_id=part_id, supporter=supporter):
                self._stays_beside(part_id, supporter)
            case CaseFile.HandoverOffered(part_ids=part_ids, handover_id=handover_id, receiver=receiver):
                self._set(part_ids, handover=str(handover_id), receiving=receiver.organisation)
            case CaseFile.HandoverCompleted(part_ids=part_ids, receiver=receiver, giver_stays=stays):
                for part_id in part_ids:
                    self._takes_over(part_id, receiver, giver_stays=stays)
                self._set(part_ids, handover=None, receiving=None)
            case (
                CaseFile.HandoverDeclined(part_ids=part_ids)
                | CaseFile.HandoverCancelled(part_ids=part_ids)
                | CaseFile.HandoverTimedOut(part_ids=part_ids)
            ):
                self._set(part_ids, handover=None, receiving=None)
            case CaseFile.SupporterLeft(supporter_id=supporter_id):
                self._without("supporter_id", str(supporter_id))
            case CaseFile.MatchEnded(match_id=match_id):
                self._without("match_id", str(match_id))
            case CaseFile.InvolvementEnded(leaving=gone) | CaseFile.InvolvementNarrowed(leaving=gone):
                for each in gone:
                    self._leaves(each)
            case CaseFile.PutOnList(abouts=abouts, reason=reason):
                self._list(abouts, lambda reasons: sorted({*reasons, reason.value}))
            case CaseFile.TakenOffList(abouts=abouts, reasons=gone):
                settled = {Reason(one).value for one in gone}
                self._list(abouts, lambda reasons: [one for one in reasons if one not in settled])
            case CaseFile.PartClosed(part_id=part_id, reason=why):
                self._set([part_id], closed_for=why, on_list=[])
            case CaseFile.Closed(reason=why):
                self.state, self.closed_for = "closed", why
            case CaseFile.Reopened():
                self.state, self.closed_for = "open", None

    def organisations(self) -> list[str]:
        """Those that take part: the coordinating one, whoever serves a part, and who is to receive one."""
        serving = [
            person["organisation"]
            for part in self.parts.values()
            for person in (part["responsible"], *part["companions"])
            if person
        ]
        receiving = [part["receiving"] for part in self.parts.values() if part["receiving"]]
        return sorted({self.facts["organisation"], *serving, *receiving})

    def _set(self, part_ids: Sequence[UUID], **changes: Any) -> None:
        for part_id in part_ids:
            self.parts[str(part_id)].update(changes)

    def _takes_over(self, part_id: UUID, supporter: Supporter, *, giver_stays: bool) -> None:
        part, earlier = self.parts[str(part_id)], self.parts[str(part_id)]["responsible"]
        new = to_jsonable_python(supporter)
        part["companions"] = [one for one in part["companions"] if not _same(one, new)]
        part["responsible"] = new
        if earlier and giver_stays and not _same(earlier, new):
            part["companions"].append(earlier)

    def _stays_beside(self, part_id: UUID, supporter: Supporter) -> None:
        part, new = self.parts[str(part_id)], to_jsonable_python(supporter)
        if not any(_same(one, new) for one in (part["responsible"], *part["companions"]) if one):
            part["companions"].append(new)

    def _without(self, fact: str, value: str) -> None:
        for part in self.parts.values():
            if part["closed_for"] is not None:
                continue
            if part["responsible"] and part["responsible"][fact] == value:
                part["responsible"] = None
            part["companions"] = [one for one in part["companions"] if one[fact] != value]

    def _leaves(self, leaving: Leaving) -> None:
        part, gone = self.parts[str(leaving.part_id)], to_jsonable_python(leaving.supporter)
        if part["closed_for"] is None:
            if part["responsible"] == gone:
                part["responsible"] = None
            part["companions"] = [one for one in part["companions"] if one != gone]

    def _list(self, abouts: Sequence[UUID], change: Any) -> None:
        for about in abouts:
            part = self.parts.get(str(about))
            if part is not None:  # else it is a pilot-light check
                part["on_list"] = change(part["on_list"])


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["supporter_id"] == other["supporter_id"])


class Cases(View):
    """A row per case, changed by each of its events."""

    name = "cases"
    subject = "case_id"
    columns: ClassVar[LiteralString] = (
        "case_id uuid primary key, number text not null unique, network text not null,"
        " municipality text not null, organisation text not null, state text not null,"
        " opened_at timestamptz not null, changed_at timestamptz not null, closed_for text,"
        " parts jsonb not null, organisations text[] not null"
    )
    indexes = ("changed_at desc, case_id",)
    facts = (
        CaseFile.Opened,
        CaseFile.PartAdded,
        CaseFile.SupporterAssigned,
        CaseFile.SupporterAdded,
        CaseFile.SupporterLeft,
        CaseFile.MatchEnded,
        CaseFile.InvolvementEnded,
        CaseFile.InvolvementNarrowed,
        CaseFile.HandoverOffered,
        CaseFile.HandoverCompleted,
        CaseFile.HandoverDeclined,
        CaseFile.HandoverCancelled,
        CaseFile.HandoverTimedOut,
        CaseFile.PutOnList,
        CaseFile.TakenOffList,
        CaseFile.PartClosed,
        CaseFile.Closed,
        CaseFile.Reopened,
        SupportLog.Logged,
    )

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        changed = self._read({one.subject_id for one in recorded}, rows)
        for one in recorded:
            event = one.event
            if isinstance(event, CaseFile.Opened):
                facts = {
                    name: getattr(event, name)
                    for name in ("number", "network", "municipality", "organisation")
                }
                changed[one.subject_id] = _Row(one.subject_id, facts, event.timestamp, event.timestamp)
            elif one.subject_id in changed:
                changed[one.subject_id].happened(event)
        rows.run_many(
            "insert into {table} values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (case_id) do update set state = excluded.state,"
            " changed_at = excluded.changed_at, closed_for = excluded.closed_for, parts = excluded.parts,"
            " organisations = excluded.organisations",
            [
                (
                    row.case_id,
                    row.facts["number"],
                    row.facts["network"],
                    row.facts["municipality"],
                    row.facts["organisation"],
                    row.state,
                    row.opened_at,
                    row.changed_at,
                    row.closed_for,
                    json.dumps(row.parts),
                    row.organisations(),
                )
                for row in changed.values()
            ],
        )

    def _read(self, case_ids: set[UUID], rows: Rows) -> dict[UUID, _Row]:
        found = rows.run("select * from {table} where case_id = any(%s)", (list(case_ids),))
        return {
            row["case_id"]: _Row(
                row["case_id"],
                row,
                row["opened_at"],
                row["changed_at"],
                row["state"],
                row["closed_for"],
                row["parts"],
            )
            for row in found
        }


CASES = Cases()


def list_cases(
    look: Look, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[CaseRow, Scope]]:
    """The cases in somebody's reach, each with what they may see of it, the last changed first; ``before`` is
    where the page before ended.
    """
    reach = look.reach
    query = sql.SQL(
        "select * from {view} where {within}"
        " and (%(at)s::timestamptz is null or (changed_at, case_id) < (%(at)s, %(id)s))"
        " order by changed_at desc, case_id desc limit %(limit)s"
    ).format(view=CASES.relation, within=reach.within("case_id"))
    at, case_id = before or (None, None)
    parameters = {"at": at, "id": case_id, "limit": limit, **reach.parameters}

    def fetch(conn: psycopg.Connection[Any]) -> list[CaseRow]:
        with conn.cursor(row_factory=class_row(CaseRow)) as cursor:
            return cursor.execute(query, parameters).fetchall()

    return look.rows(fetch, lambda row: row.case_id)


def find_case(conn: psycopg.Connection[Any], id_or_number: UUID | str) -> CaseRow | None:
    """The case with this id or number."""
    column = "case_id" if isinstance(id_or_number, UUID) else "number"
    query = sql.SQL("select * from {view} where {column} = %s").format(
        view=CASES.relation, column=sql.Identifier(column)
    )
    with conn.cursor(row_factory=class_row(CaseRow)) as cursor:
        return cursor.execute(query, (id_or_number,)).fetchone()
