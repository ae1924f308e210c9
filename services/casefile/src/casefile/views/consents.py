"""To what did this person agree: for whom, about what, until when, given how? (CON-03, AVG article 7 (1))"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from casefile.domain.consent import Consent
from casefile.domain.consent_terms import Because, Proof, Terms, Who
from casefile.domain.consent_terms import Recorded as RecordedBy
from chassis.aggregates import DomainEvent
from chassis.views import Recorded, Rows, View

IN_FORCE, REFUSED = "in_force", "refused"
State = Literal["in_force", "refused"] | Because


@dataclass(frozen=True)
class ConsentRow:
    """One consent, or one that was refused. ``state``: in_force, refused, or why it is over."""

    consent_id: UUID
    person_id: UUID
    capacity: str
    case_id: UUID | None
    purpose: str
    party_kind: str
    party_id: str
    part_ids: list[UUID]
    categories: list[str]
    valid_until: datetime | None
    state: State
    given_at: datetime | None
    way: str | None
    who: Who | None
    text_id: str | None
    text_sha256: str | None
    text_language: str | None
    text_version: int | None
    recorded_by_role: str
    recorded_by_organisation: str
    recorded_at: datetime
    changed_at: datetime


class Consents(View):
    """A row per consent and per refusal; what happened to it later changes the row."""

    name: ClassVar[str] = "consents"
    subject: ClassVar[LiteralString | None] = "person_id"
    columns: ClassVar[LiteralString] = (
        "consent_id uuid primary key, person_id uuid not null, capacity text not null, case_id uuid,"
        " purpose text not null, party_kind text not null, party_id text not null, part_ids uuid[] not null,"
        " categories text[] not null, valid_until timestamptz, state text not null, given_at timestamptz,"
        " way text, who text, text_id text, text_sha256 text, text_language text, text_version integer,"
        " recorded_by_role text not null, recorded_by_organisation text not null,"
        " recorded_at timestamptz not null, changed_at timestamptz not null"
    )
    indexes: ClassVar[tuple[LiteralString, ...]] = ("person_id, recorded_at, consent_id",)
    facts: ClassVar[tuple[type[DomainEvent], ...]] = (
        Consent.Begun,
        Consent.Given,
        Consent.Refused,
        Consent.Narrowed,
        Consent.Withdrawn,
        Consent.Expired,
        Consent.RecordedInError,
    )

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        for one in recorded:
            event = one.event
            match event:
                case Consent.Begun():
                    pass
                case Consent.Given(consent_id=consent_id, terms=terms, proof=proof):
                    self._add(rows, one, consent_id, terms, proof.recorded, proof)
                case Consent.Refused(refusal_id=refusal_id, terms=terms, recorded=by):
                    self._add(rows, one, refusal_id, terms, by, None)
                case Consent.Narrowed(consent_id=consent_id, terms=terms):
                    scope = terms.scope
                    rows.run(
                        "update {table} set part_ids = %s, categories = %s, valid_until = %s, changed_at = %s"
                        " where consent_id = %s",
                        (
                            list(scope.part_ids),
                            list(scope.categories),
                            scope.valid_until,
                            event.timestamp,
                            consent_id,
                        ),
                    )
                case Consent.Withdrawn(consent_id=consent_id):
                    self._over(rows, consent_id, "withdrawn", event)
                case Consent.Expired(consent_id=consent_id, because=because):
                    self._over(rows, consent_id, because, event)
                case Consent.RecordedInError(consent_id=consent_id):
                    self._over(rows, consent_id, "recorded_in_error", event)

    def _add(
        self,
        rows: Rows,
        one: Recorded,
        consent_id: UUID,
        terms: Terms,
        by: RecordedBy,
        proof: Proof | None,
    ) -> None:
        text = proof.text if proof else None
        rows.run(
            "insert into {table} values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
            " %s, %s, %s, %s, %s) on conflict do nothing",
            (
                consent_id,
                one.subject_id,
                terms.capacity,
                terms.case_id,
                terms.purpose,
                terms.party.kind,
                terms.party.id,
                list(terms.scope.part_ids),
                list(terms.scope.categories),
                terms.scope.valid_until,
                IN_FORCE if proof else REFUSED,
                proof.given_at if proof else None,
                proof.way if proof else None,
                proof.who if proof else None,
                text.text_id if text else None,
                text.sha256 if text else None,
                text.language if text else None,
                text.version if text else None,
                by.role,
                by.organisation,
                one.event.timestamp,
                one.event.timestamp,
            ),
        )

    def _over(self, rows: Rows, consent_id: UUID, state: str, event: DomainEvent) -> None:
        rows.run(
            "update {table} set state = %s, changed_at = %s where consent_id = %s",
            (state, event.timestamp, consent_id),
        )


CONSENTS = Consents()


def consents_of(
    conn: psycopg.Connection[Any], person_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[ConsentRow]:
    """All that was asked of this person, oldest first; ``after`` is where the page before ended."""
    query = sql.SQL(
        "select * from {view} where person_id = %(person)s"
        " and (%(at)s::timestamptz is null or (recorded_at, consent_id) > (%(at)s, %(id)s))"
        " order by recorded_at, consent_id limit %(limit)s"
    ).format(view=CONSENTS.relation)
    at, consent_id = after or (None, None)
    with conn.cursor(row_factory=class_row(ConsentRow)) as cursor:
        return cursor.execute(
            query, {"person": person_id, "at": at, "id": consent_id, "limit": limit}
        ).fetchall()
