"""Which requests does this organisation take care of, and where do they stand?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from pydantic import BaseModel

from chassis.access.access import Look
from chassis.aggregates import DomainEvent
from chassis.views import Recorded, Rows, View
from intake.domain.request import Request, State


class RequestRow(BaseModel):
    """A request in codes and times; nothing personal."""

    request_id: UUID
    number: str
    network: str
    municipality: str
    door: str
    organisation: str
    source: str
    requester: str
    languages: list[str]
    state: State
    received_at: datetime
    explained_at: datetime | None
    answered_at: datetime | None
    answer_overdue: bool
    case_opened: bool


def _received(fact: Any) -> dict[str, Any]:
    return {
        **fact.route.model_dump(include={"network", "municipality", "door", "organisation"}),
        "request_id": fact.originator_id,
        "number": fact.number,
        "source": fact.source.code,
        "requester": fact.requester.relation.value,
        "languages": list(fact.languages),
        "received_at": fact.received_at,
    }


def _explained(fact: Any) -> dict[str, Any]:
    return {"request_id": fact.originator_id, "at": fact.explained_at}


def _accepted(fact: Any) -> dict[str, Any]:
    return {"request_id": fact.originator_id, "at": fact.accepted_at, "languages": list(fact.languages)}


def _declined(fact: Any) -> dict[str, Any]:
    return {"request_id": fact.originator_id, "at": fact.declined_at}


def _about(fact: Any) -> dict[str, Any]:
    return {"request_id": fact.originator_id}


_STEPS: tuple[tuple[type[DomainEvent], LiteralString, Callable[[Any], dict[str, Any]]], ...] = (
    (
        Request.Received,
        "insert into {table} (request_id, number, network, municipality, door, organisation, source,"
        " requester, languages, received_at) values (%(request_id)s, %(number)s, %(network)s,"
        " %(municipality)s, %(door)s, %(organisation)s, %(source)s, %(requester)s, %(languages)s,"
        " %(received_at)s)",
        _received,
    ),
    (
        Request.RightExplained,
        "update {table} set state = 'explained', explained_at = %(at)s where request_id = %(request_id)s",
        _explained,
    ),
    (
        Request.SupportAccepted,
        "update {table} set state = 'accepted', answered_at = %(at)s, languages = %(languages)s"
        " where request_id = %(request_id)s",
        _accepted,
    ),
    (
        Request.DeclinedByResident,
        "update {table} set state = 'declined', answered_at = %(at)s where request_id = %(request_id)s",
        _declined,
    ),
    (
        Request.AnswerOverdue,
        "update {table} set answer_overdue = true where request_id = %(request_id)s",
        _about,
    ),
    (
        Request.CaseOpened,
        "update {table} set answer_overdue = false, case_opened = true where request_id = %(request_id)s",
        _about,
    ),
)
"""In the order in which these facts follow each other in any request."""


class Requests(View):
    """One row per request, newest first (INT-02, INT-25; a silent case file shows as ``answer_overdue``)."""

    name: ClassVar[str] = "requests"
    subject = "request_id"
    columns: ClassVar[str] = """
        request_id uuid primary key, number text not null, network text not null,
        municipality text not null, door text not null, organisation text not null,
        source text not null, requester text not null, languages text[] not null,
        state text not null default 'received', received_at timestamptz not null,
        explained_at timestamptz, answered_at timestamptz,
        answer_overdue boolean not null default false, case_opened boolean not null default false
    """
    indexes: ClassVar[tuple[str, ...]] = ("organisation, received_at desc, request_id desc",)
    facts: ClassVar[tuple[type[DomainEvent], ...]] = tuple(fact for fact, _, _ in _STEPS)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """A statement per kind of fact: within a batch each request gets them in their order all the same."""
        for fact, statement, parameters in _STEPS:
            rows.run_many(
                statement, [parameters(one.event) for one in recorded if isinstance(one.event, fact)]
            )

    def some(self, conn: psycopg.Connection[Any], request_ids: Sequence[UUID]) -> list[RequestRow]:
        """These requests, in this order."""
        query = sql.SQL("select * from {table} where request_id = any(%s)").format(table=self.relation)
        with conn.cursor(row_factory=class_row(RequestRow)) as cursor:
            found = {row.request_id: row for row in cursor.execute(query, (list(request_ids),))}
        return [found[each] for each in request_ids if each in found]

    def page(
        self,
        look: Look,
        organisation: str,
        *,
        state: State | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[RequestRow]:
        """The organisation's requests after that place, newest first."""
        reach = look.reach
        query = sql.SQL(
            "select * from {table} where {within} and organisation = %(organisation)s"
            " and (%(state)s::text is null or state = %(state)s)"
            " and (%(at)s::timestamptz is null or (received_at, request_id) < (%(at)s, %(id)s::uuid))"
            " order by received_at desc, request_id desc limit %(limit)s"
        ).format(table=self.relation, within=reach.within("request_id"))
        at, request_id = after or (None, None)
        parameters = {
            "organisation": organisation,
            "state": state and state.value,
            "at": at,
            "id": request_id,
            "limit": limit,
            **reach.parameters,
        }

        def fetch(conn: psycopg.Connection[Any]) -> list[RequestRow]:
            with conn.cursor(row_factory=class_row(RequestRow)) as cursor:
                return cursor.execute(query, parameters).fetchall()

        return [row for row, _ in look.rows(fetch, lambda row: row.request_id)]
