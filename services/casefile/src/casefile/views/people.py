"""Whose case is it: the sealed name of each resident, and what they can be found by.

The tokens in it are keyed hashes (``chassis.search``) and stand nowhere else. They go with the person's data
key: `forget` is what an erasure does here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from casefile.domain.case import CaseFile
from casefile.domain.contact_details import ContactDetails, Details
from casefile.domain.erasure import Erasure
from casefile.views.cases import CASES
from chassis.access.access import Look
from chassis.access.scope import Scope
from chassis.aggregates import DomainEvent
from chassis.sealing import Sealed
from chassis.search import Query
from chassis.views import Recorded, Rows
from chassis.views.opening import OpeningView


@dataclass(frozen=True)
class PersonRow:
    """A resident as a list shows them: the name is opened for the rows of a page only."""

    case_id: UUID
    person: UUID
    number: str
    state: str
    name: Sealed | None


class People(OpeningView):
    """One row per case; name and phone sealed, the tokens beside them."""

    name: ClassVar[str] = "people"
    subject = "case_id"
    columns: ClassVar[LiteralString] = (
        "case_id uuid primary key, person uuid not null, number text not null,"
        " name jsonb, phone jsonb, tokens bigint[] not null"
    )
    # None on the tokens: row security looks at every row before a search may, so it would not be used.
    indexes: ClassVar[tuple[LiteralString, ...]] = ("person",)
    facts: ClassVar[tuple[type[DomainEvent], ...]] = (
        CaseFile.Opened,
        ContactDetails.Noted,
        ContactDetails.Changed,
        Erasure.Completed,
    )
    forgets: ClassVar[str] = "resident"

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """The last details of each case in the batch count; opened with one round trip to the key ring."""
        opened: dict[UUID, tuple[UUID, str]] = {}
        latest: dict[UUID, Details] = {}
        for one in recorded:
            match one.event:
                case CaseFile.Opened(resident=person, number=number):
                    opened[one.subject_id] = person, number
                case ContactDetails.Noted(details=details) | ContactDetails.Changed(details=details):
                    latest[one.subject_id] = details
        erased = [one.subject_id for one in recorded if isinstance(one.event, Erasure.Completed)]
        rows.run_many(
            "insert into {table} (case_id, person, number, tokens) values (%s, %s, %s, '{{}}')"
            " on conflict do nothing",
            [(case_id, person, number) for case_id, (person, number) in opened.items()],
        )
        self._fill(rows, [*opened, *latest], erased, latest)

    def _fill(
        self, rows: Rows, cases: Sequence[UUID], persons: Sequence[UUID], latest: Mapping[UUID, Details]
    ) -> None:
        known = rows.run(
            "select case_id, number, name, phone from {table} where case_id = any(%s) or person = any(%s)",
            (list(cases), list(persons)),
        )
        sealed = {row["case_id"]: latest.get(row["case_id"]) or _details(row) for row in known}
        texts = iter(
            self.opening.texts([value for one in sealed.values() for value in (one.name, one.phone)])
        )
        rows.run_many(
            "update {table} set name = %s, phone = %s, tokens = %s where case_id = %s",
            [
                (
                    _json(sealed[row["case_id"]].name),
                    _json(sealed[row["case_id"]].phone),
                    self.opening.tokens.of(name=next(texts), phone=next(texts), number=row["number"]),
                    row["case_id"],
                )
                for row in known
            ],
        )

    def forget(self, rows: Rows, persons: Sequence[UUID]) -> None:
        """Nobody finds them by a name or phone any more: their key is gone, so nothing is made of either.

        The rows stay, what is sealed in them stays shut, and the number still leads to the case.
        """
        self._fill(rows, (), persons, {})


PEOPLE = People()


def find_people(look: Look, query: Query, *, limit: int) -> list[tuple[PersonRow, Scope]]:
    """Residents who fit, the closest first, in cases of which the look holds something."""
    condition, parameters = query.condition("p.tokens")
    closeness, more = query.closeness("p.tokens")
    statement = sql.SQL(
        "select p.case_id, p.person, p.number, c.state, p.name from {people} p join {cases} c using (case_id)"
        " where {condition}"
        " order by {closeness} desc, c.changed_at desc, p.case_id limit %(limit)s"
    ).format(people=PEOPLE.relation, cases=CASES.relation, condition=condition, closeness=closeness)
    given = {"limit": limit, **parameters, **more}
    return look.rows(lambda conn: _rows(conn, statement, given), lambda row: row.case_id)


def people_of(conn: psycopg.Connection[Any], case_ids: Sequence[UUID]) -> dict[UUID, PersonRow]:
    """The residents of these cases."""
    statement = sql.SQL(
        "select p.case_id, p.person, p.number, c.state, p.name from {people} p join {cases} c using (case_id)"
        " where p.case_id = any(%(cases)s)"
    ).format(people=PEOPLE.relation, cases=CASES.relation)
    return {row.case_id: row for row in _rows(conn, statement, {"cases": list(case_ids)})}


def _rows(
    conn: psycopg.Connection[Any], statement: sql.Composed, parameters: dict[str, Any]
) -> list[PersonRow]:
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement, parameters).fetchall()
    return [PersonRow(**row | {"name": _sealed(row["name"])}) for row in found]


def _details(row: dict[str, Any]) -> Details:
    return Details(name=_sealed(row["name"]), phone=_sealed(row["phone"]))


def _sealed(value: Any) -> Sealed | None:
    return None if value is None else Sealed.model_validate(value)


def _json(value: Sealed | None) -> str | None:
    return None if value is None else value.model_dump_json()
