"""Who waits for an answer: the sealed names in each request, and what they can be found by.

A row is there as long as a request waits for the resident's yes or no; after that intake shows nobody's name
(design §5), and after an erasure nobody is found. The tokens are keyed hashes (``chassis.search``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from chassis.access.access import Look
from chassis.aggregates import DomainEvent
from chassis.sealing import Sealed
from chassis.search import Query
from chassis.views import Recorded, Rows
from chassis.views.opening import OpeningView
from intake.domain.forgotten import Forgotten
from intake.domain.request import Request
from intake.views.requests import RequestRow, Requests


@dataclass(frozen=True)
class Names:
    """The opened names of a request; None: unknown, erased, or not to be shown."""

    resident_name: str | None = None
    requester_name: str | None = None


@dataclass(frozen=True)
class PeopleRow:
    """Who is in a request, sealed."""

    request_id: UUID
    persons: tuple[UUID, ...]
    resident_name: Sealed | None
    requester_name: Sealed | None


class People(OpeningView):
    """One row per request that waits; whoever asks can be found too."""

    name: ClassVar[str] = "people"
    subject = "request_id"
    columns: ClassVar[LiteralString] = (
        "request_id uuid primary key, persons uuid[] not null, resident_name jsonb, requester_name jsonb,"
        " tokens bigint[] not null"
    )
    facts: ClassVar[tuple[type[DomainEvent], ...]] = (
        Request.Received,
        Request.SupportAccepted,
        Request.DeclinedByResident,
        Forgotten.Recorded,
    )

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """Opened with one round trip to the key ring; what was answered in the same batch is not opened."""
        erased = [one.event.person for one in recorded if isinstance(one.event, Forgotten.Recorded)]
        recorded = [one for one in recorded if not isinstance(one.event, Forgotten.Recorded)]
        answered = {one.subject_id for one in recorded if not isinstance(one.event, Request.Received)}
        waiting = [
            one.event
            for one in recorded
            if isinstance(one.event, Request.Received) and one.subject_id not in answered
        ]
        texts = iter(
            self.opening.texts(
                [
                    value
                    for event in waiting
                    for value in (
                        event.resident.name,
                        event.resident.phone,
                        event.requester.name,
                        event.requester.phone,
                    )
                ]
            )
        )
        of = self.opening.tokens.of
        rows.run_many(
            "insert into {table} values (%s, %s, %s, %s, %s) on conflict do nothing",
            [
                (
                    event.originator_id,
                    sorted({event.resident.person, event.requester.person}),
                    _json(event.resident.name),
                    _json(event.requester.name),
                    sorted(
                        {
                            *of(name=next(texts), phone=next(texts), number=event.number),
                            *of(name=next(texts), phone=next(texts)),
                        }
                    ),
                )
                for event in waiting
            ],
        )
        rows.run("delete from {table} where request_id = any(%s)", (list(answered),))
        if erased:
            self.forget(rows, erased)

    @staticmethod
    def forget(rows: Rows, persons: Sequence[UUID]) -> None:
        """Nobody finds them by anything any more; what is sealed in the rows stays shut."""
        rows.run("update {table} set tokens = '{{}}' where persons && %s", (list(persons),))


PEOPLE = People()


def find_requests(
    look: Look, requests: Requests, query: Query, *, organisation: str, limit: int
) -> list[RequestRow]:
    """Waiting requests in which somebody fits, the closest first, of those the organisation takes care of."""
    condition, parameters = query.condition("p.tokens")
    closeness, more = query.closeness("p.tokens")
    statement = sql.SQL(
        "select p.request_id from {people} p join {requests} r using (request_id)"
        " where {condition} and r.organisation = %(organisation)s"
        " order by {closeness} desc, r.received_at desc, p.request_id limit %(limit)s"
    ).format(people=PEOPLE.relation, requests=requests.relation, condition=condition, closeness=closeness)
    given = {"organisation": organisation, "limit": limit, **parameters, **more}

    def fetch(conn: psycopg.Connection[Any]) -> list[RequestRow]:
        return requests.some(conn, [row[0] for row in conn.execute(statement, given).fetchall()])

    return [row for row, _ in look.rows(fetch, lambda row: row.request_id)]


def people_in(conn: psycopg.Connection[Any], request_ids: Sequence[UUID]) -> list[PeopleRow]:
    """The people in those of these requests that wait."""
    statement = sql.SQL(
        "select request_id, persons, resident_name, requester_name from {people} where request_id = any(%s)"
    ).format(people=PEOPLE.relation)
    found = conn.execute(statement, (list(request_ids),)).fetchall()
    return [PeopleRow(row[0], tuple(row[1]), _sealed(row[2]), _sealed(row[3])) for row in found]


def _sealed(value: Any) -> Sealed | None:
    return None if value is None else Sealed.model_validate(value)


def _json(value: Sealed | None) -> str | None:
    return None if value is None else value.model_dump_json()
