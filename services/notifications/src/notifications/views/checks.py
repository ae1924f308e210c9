"""Which pilot-light checks does this organisation have ahead, and which are due?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from pydantic import BaseModel

from chassis.access.access import Look
from chassis.access.scope import Scope
from chassis.aggregates import DomainEvent
from chassis.views import Recorded, Rows, View
from notifications.domain.check import Check, State


class Asked(StrEnum):
    """What can be asked for: what lies ahead, or what is to be done now (missed ones too)."""

    PLANNED = "planned"
    DUE = "due"


_STATES = {Asked.PLANNED: [State.PLANNED.value], Asked.DUE: [State.DUE.value, State.MISSED.value]}


class CheckRow(BaseModel):
    """A check in codes and times; nothing personal."""

    check_id: UUID
    case_id: UUID
    organisation: str
    responsible: UUID | None
    due_at: datetime
    missed_at: datetime | None
    state: State


def _planned(fact: Any) -> dict[str, Any]:
    return {
        "check_id": fact.originator_id,
        "case_id": fact.case_id,
        "organisation": fact.organisation,
        "responsible": fact.responsible,
        "due_at": fact.due_at,
    }


def _reassigned(fact: Any) -> dict[str, Any]:
    return {"check_id": fact.originator_id, "responsible": fact.responsible}


def _fell_due(fact: Any) -> dict[str, Any]:
    return {"check_id": fact.originator_id, "missed_at": fact.missed_at}


def _about(fact: Any) -> dict[str, Any]:
    return {"check_id": fact.originator_id}


_STEPS: tuple[tuple[type[DomainEvent], LiteralString, Callable[[Any], dict[str, Any]]], ...] = (
    (
        Check.Planned,
        "insert into {table} (check_id, case_id, organisation, responsible, due_at) values"
        " (%(check_id)s, %(case_id)s, %(organisation)s, %(responsible)s, %(due_at)s)",
        _planned,
    ),
    (
        Check.Reassigned,
        "update {table} set responsible = %(responsible)s where check_id = %(check_id)s",
        _reassigned,
    ),
    (
        Check.FellDue,
        "update {table} set state = 'due', missed_at = %(missed_at)s where check_id = %(check_id)s",
        _fell_due,
    ),
    (Check.Missed, "update {table} set state = 'missed' where check_id = %(check_id)s", _about),
    (Check.Settled, "delete from {table} where check_id = %(check_id)s", _about),
)
"""In the order in which these facts follow each other; who looks after a check is apart from that."""


class Checks(View):
    """One row per check that is not settled, the most urgent first (WAA-05, REG-01)."""

    name: ClassVar[str] = "checks"
    subject = "case_id"
    columns: ClassVar[str] = """
        check_id uuid primary key, case_id uuid not null, organisation text not null, responsible uuid,
        due_at timestamptz not null, missed_at timestamptz, state text not null default 'planned'
    """
    indexes: ClassVar[tuple[str, ...]] = ("organisation, due_at, check_id",)
    facts: ClassVar[tuple[type[DomainEvent], ...]] = tuple(fact for fact, _, _ in _STEPS)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """A statement per kind of fact: within a batch each check gets them in their order all the same."""
        for fact, statement, parameters in _STEPS:
            rows.run_many(
                statement, [parameters(one.event) for one in recorded if isinstance(one.event, fact)]
            )

    def page(
        self,
        look: Look,
        organisation: str,
        *,
        responsible: UUID | None,
        asked: Asked | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[tuple[CheckRow, Scope]]:
        """Checks of the organisation after that place, in the order in which they are or were due, each with
        what may be seen of its case; ``responsible`` keeps those that one person looks after.
        """
        reach = look.reach
        query = sql.SQL(
            "select * from {table} where {within} and organisation = %(organisation)s"
            " and state = any(%(states)s)"
            " and (%(responsible)s::uuid is null or responsible = %(responsible)s)"
            " and (%(at)s::timestamptz is null or (due_at, check_id) > (%(at)s, %(id)s::uuid))"
            " order by due_at, check_id limit %(limit)s"
        ).format(table=self.relation, within=reach.within("case_id"))
        at, check_id = after or (None, None)
        states = _STATES[asked] if asked else sorted({state for some in _STATES.values() for state in some})
        parameters = {
            "organisation": organisation,
            "responsible": responsible,
            "states": states,
            "at": at,
            "id": check_id,
            "limit": limit,
            **reach.parameters,
        }

        def fetch(conn: psycopg.Connection[Any]) -> list[CheckRow]:
            with conn.cursor(row_factory=class_row(CheckRow)) as cursor:
                return cursor.execute(query, parameters).fetchall()

        return look.rows(fetch, lambda row: row.case_id)
