"""For which questions is a supporter looked for, and where does each search stand?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from chassis.access.access import Look
from chassis.access.scope import Scope
from chassis.aggregates import DomainEvent
from chassis.views import Recorded, Rows, View
from matching.domain.choosing import Side, Stage
from matching.domain.need import Criterion
from matching.domain.profile import Kind
from matching.domain.search import Search


class OptionRow(BaseModel):
    """Who is offered, and why."""

    supporter_id: UUID
    kind: Kind
    organisation: str
    because: list[Criterion]


class SearchRow(BaseModel):
    """A search in codes and ids. ``supporter_organisation``: of who is proposed or matched now."""

    search_id: UUID
    case_id: UUID
    part_id: UUID | None
    answers: UUID | None
    organisation: str
    network: str
    stage: Stage = Stage.OPEN
    round: int = 0
    options: list[OptionRow] = []
    match_id: UUID | None = None
    supporter_id: UUID | None = None
    supporter_organisation: str | None = None
    accepted_by: list[Side] = []
    overdue: bool = False
    opened_at: datetime
    changed_at: datetime


def _opened(search_id: UUID, fact: Any) -> SearchRow:
    return SearchRow(
        search_id=search_id,
        case_id=fact.case_id,
        part_id=fact.part_id,
        answers=fact.answers,
        organisation=fact.need.organisation,
        network=fact.need.network,
        opened_at=fact.timestamp,
        changed_at=fact.timestamp,
    )


_NOBODY: dict[str, Any] = {
    "match_id": None,
    "supporter_id": None,
    "supporter_organisation": None,
    "accepted_by": [],
    "overdue": False,
}


def _without(row: SearchRow, supporter_id: UUID) -> dict[str, Any]:
    options = [option for option in row.options if option.supporter_id != supporter_id]
    return {**_NOBODY, "options": options, "stage": Stage.OFFERED if options else Stage.OPEN}


def _changes(row: SearchRow, fact: DomainEvent) -> dict[str, Any]:
    """What a fact changes in its row."""
    match fact:
        case Search.OptionsOffered():
            options = [
                OptionRow(
                    supporter_id=option.supporter_id,
                    kind=option.kind,
                    organisation=option.organisation,
                    because=list(option.because),
                )
                for option in fact.options
            ]
            return {"stage": Stage.OFFERED, "round": fact.round, "options": options}
        case Search.NobodyFound():
            return {"stage": Stage.NOBODY_FOUND, "round": fact.round, "options": []}
        case Search.MatchProposed():
            organisation = {each.supporter_id: each.organisation for each in row.options}
            return {
                **_NOBODY,
                "stage": Stage.PROPOSED,
                "match_id": fact.match_id,
                "supporter_id": fact.supporter_id,
                "supporter_organisation": organisation.get(fact.supporter_id),
            }
        case Search.MatchAccepted():
            return {"accepted_by": [*row.accepted_by, fact.by]}
        case Search.Matched():
            return {"stage": Stage.AWAITING_ANSWER, "options": [], "overdue": False}
        case Search.MatchConfirmed():
            stage = Stage.AWAITING_HANDOVER if fact.after_handover else Stage.RUNNING
            return {"stage": stage, "overdue": False}
        case Search.HandoverCompleted():
            return {"stage": Stage.RUNNING, "overdue": False}
        case Search.AnswerOverdue():
            return {"overdue": True}
        case Search.MatchDeclined() | Search.MatchEnded():
            return _without(row, fact.supporter_id)
        case Search.NoClickReported():
            # A match that was made ends by a fact of its own.
            return _without(row, fact.supporter_id) if row.stage is Stage.PROPOSED else {}
        case Search.Ended():
            return {**_NOBODY, "stage": Stage.ENDED, "options": []}
        case _:
            return {}


@dataclass(frozen=True, slots=True)
class Mine:
    """Whose searches are asked for; with neither, those that row security lets see (a resident's own)."""

    organisation: str | None = None
    supporter: UUID | None = None


class Searches(View):
    """One row per search, newest first (MAT-06, MAT-07; ``overdue``: an answer did not come, P10)."""

    name: ClassVar[str] = "searches"
    subject = "case_id"
    columns: ClassVar[str] = """
        search_id uuid primary key, case_id uuid not null, part_id uuid, answers uuid,
        organisation text not null, network text not null, stage text not null, round integer not null,
        options jsonb not null, match_id uuid, supporter_id uuid, supporter_organisation text,
        accepted_by text[] not null, overdue boolean not null,
        opened_at timestamptz not null, changed_at timestamptz not null
    """
    indexes: ClassVar[tuple[str, ...]] = (
        "case_id",
        "part_id",
        "organisation, opened_at desc, search_id desc",
        "supporter_organisation, opened_at desc, search_id desc",
    )
    facts: ClassVar[tuple[type[DomainEvent], ...]] = (
        Search.Opened,
        Search.OptionsOffered,
        Search.NobodyFound,
        Search.MatchProposed,
        Search.MatchAccepted,
        Search.MatchDeclined,
        Search.Matched,
        Search.MatchConfirmed,
        Search.HandoverCompleted,
        Search.AnswerOverdue,
        Search.NoClickReported,
        Search.MatchEnded,
        Search.Ended,
    )

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """The searches of the batch are read once, changed fact by fact, and written once."""
        ids = list({one.event.originator_id for one in recorded})
        there = rows.run("select * from {table} where search_id = any(%s)", (ids,))
        found = {row["search_id"]: SearchRow.model_validate(row) for row in there}
        for one in recorded:
            fact, search_id = one.event, one.event.originator_id
            if isinstance(fact, Search.Opened):
                found[search_id] = _opened(search_id, fact)
            else:
                row = found[search_id]
                found[search_id] = row.model_copy(
                    update={**_changes(row, fact), "changed_at": fact.timestamp}
                )
        rows.run_many(
            "insert into {table} (search_id, case_id, part_id, answers, organisation, network, stage, round,"
            " options, match_id, supporter_id, supporter_organisation, accepted_by, overdue, opened_at,"
            " changed_at) values (%(search_id)s, %(case_id)s, %(part_id)s, %(answers)s, %(organisation)s,"
            " %(network)s, %(stage)s, %(round)s, %(options)s, %(match_id)s, %(supporter_id)s,"
            " %(supporter_organisation)s, %(accepted_by)s, %(overdue)s, %(opened_at)s, %(changed_at)s)"
            " on conflict (search_id) do update set stage = excluded.stage, round = excluded.round,"
            " options = excluded.options, match_id = excluded.match_id,"
            " supporter_id = excluded.supporter_id,"
            " supporter_organisation = excluded.supporter_organisation,"
            " accepted_by = excluded.accepted_by, overdue = excluded.overdue,"
            " changed_at = excluded.changed_at",
            [_parameters(row) for row in found.values()],
        )

    def page(
        self,
        look: Look,
        mine: Mine,
        *,
        case_id: UUID | None,
        part_id: UUID | None,
        stage: Stage | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[tuple[SearchRow, Scope]]:
        """Searches that are somebody's, the newest first, each with what may be seen of its case."""
        reach = look.reach
        query = sql.SQL(
            "select * from {table} where {within}"
            " and (%(organisation)s::text is null or organisation = %(organisation)s"
            "      or supporter_organisation = %(organisation)s)"
            " and (%(supporter)s::uuid is null or supporter_id = %(supporter)s)"
            " and (%(case_id)s::uuid is null or case_id = %(case_id)s)"
            " and (%(part_id)s::uuid is null or part_id = %(part_id)s)"
            " and (%(stage)s::text is null or stage = %(stage)s)"
            " and (%(at)s::timestamptz is null or (opened_at, search_id) < (%(at)s, %(id)s::uuid))"
            " order by opened_at desc, search_id desc limit %(limit)s"
        ).format(table=self.relation, within=reach.within("case_id"))
        at, search_id = after or (None, None)
        parameters = {
            "organisation": mine.organisation,
            "supporter": mine.supporter,
            "case_id": case_id,
            "part_id": part_id,
            "stage": stage and stage.value,
            "at": at,
            "id": search_id,
            "limit": limit,
            **reach.parameters,
        }

        def fetch(conn: psycopg.Connection[Any]) -> list[SearchRow]:
            with conn.cursor(row_factory=class_row(SearchRow)) as cursor:
                return cursor.execute(query, parameters).fetchall()

        return look.rows(fetch, lambda row: row.case_id)


def _parameters(row: SearchRow) -> dict[str, Any]:
    return {
        **row.model_dump(),
        "stage": row.stage.value,
        "accepted_by": [side.value for side in row.accepted_by],
        "options": Jsonb([option.model_dump(mode="json") for option in row.options]),
    }
