"""Who could be asked now for a resident of this network?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, LiteralString
from uuid import UUID

from psycopg import sql

from chassis.aggregates import DomainEvent
from chassis.sealing import Sealed
from chassis.store.pools import Pool, connection
from chassis.views import Recorded, Rows, View
from matching.domain.options import Candidate
from matching.domain.profile import Kind
from matching.domain.supporter import Standing, Supporter

Opened = Callable[[Sequence[Sealed | None]], Sequence[str | None]]


def _registered(fact: Any) -> dict[str, Any]:
    return {
        "supporter_id": fact.originator_id,
        "network": fact.network,
        "organisation": fact.profile.organisation,
        "kind": fact.profile.kind.value,
        "languages": list(fact.languages),
        "life_domains": list(fact.life_domains),
        "places": fact.places,
    }


def _place(fact: Any) -> dict[str, Any]:
    return {"supporter_id": fact.originator_id, "case_id": fact.claim.case_id}


def _places(fact: Any) -> dict[str, Any]:
    return {"supporter_id": fact.originator_id, "places": fact.places}


_STANDINGS = {
    Supporter.Paused: Standing.PAUSED,
    Supporter.Resumed: Standing.ACTIVE,
    Supporter.Left: Standing.LEFT,
}


def _standing(fact: Any) -> dict[str, Any]:
    return {"supporter_id": fact.originator_id, "active": _STANDINGS[type(fact)] is Standing.ACTIVE}


def _experience(fact: Any) -> dict[str, Any]:
    """Sealed, as it is shared; nothing when it was withdrawn or they stopped (CON-13)."""
    known = fact.experience if isinstance(fact, Supporter.ExperienceShared) else None
    return {
        "supporter_id": fact.originator_id,
        "experience": known.domains.model_dump_json() if known else None,
        "shown": bool(known and known.shown),
    }


_STEPS: tuple[tuple[tuple[type[DomainEvent], ...], LiteralString, Callable[[Any], dict[str, Any]]], ...] = (
    (
        (Supporter.Registered,),
        "insert into {table} (supporter_id, network, organisation, kind, languages, life_domains, places)"
        " values (%(supporter_id)s, %(network)s, %(organisation)s, %(kind)s, %(languages)s,"
        " %(life_domains)s, %(places)s)",
        _registered,
    ),
    (
        (Supporter.PlaceTaken,),
        "update {table} set cases = cases || %(case_id)s::uuid where supporter_id = %(supporter_id)s",
        _place,
    ),
    (
        (Supporter.PlaceFreed,),
        "update {table} set cases ="
        " cases[:array_position(cases, %(case_id)s::uuid) - 1]"
        " || cases[array_position(cases, %(case_id)s::uuid) + 1:]"
        " where supporter_id = %(supporter_id)s",
        _place,
    ),
    (
        (Supporter.PlacesChanged,),
        "update {table} set places = %(places)s where supporter_id = %(supporter_id)s",
        _places,
    ),
    (
        (Supporter.ExperienceShared, Supporter.ExperienceWithdrawn, Supporter.Left),
        "update {table} set experience = %(experience)s, experience_shown = %(shown)s"
        " where supporter_id = %(supporter_id)s",
        _experience,
    ),
    (
        (Supporter.Paused, Supporter.Resumed, Supporter.Left),
        "update {table} set active = %(active)s where supporter_id = %(supporter_id)s",
        _standing,
    ),
)
"""A place is freed only after it was taken, so that all of one kind can go before all of the other."""


class AvailableSupporters(View):
    """One row per supporter, with what ranking looks at and nothing else; own experience sealed (CON-13).

    ``cases`` has an element per match, so that a case can stand in it twice. What is found here is a
    proposal at most: the supporter decides whether there is a place.
    """

    name: ClassVar[str] = "available_supporters"
    subject = None
    """Open: ranking weighs everybody who might fit, in codes and ids; no answer shows these rows."""
    columns: ClassVar[str] = """
        supporter_id uuid primary key, network text not null, organisation text not null, kind text not null,
        languages text[] not null, life_domains text[] not null, places integer not null,
        active boolean not null default true, cases uuid[] not null default '{}',
        experience jsonb, experience_shown boolean not null default false
    """
    indexes: ClassVar[tuple[str, ...]] = ("network, organisation",)
    facts: ClassVar[tuple[type[DomainEvent], ...]] = tuple(
        dict.fromkeys(fact for facts, _, _ in _STEPS for fact in facts)
    )

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """A statement per step; see ``_STEPS`` for why their order is right."""
        for facts, statement, parameters in _STEPS:
            rows.run_many(
                statement, [parameters(one.event) for one in recorded if isinstance(one.event, facts)]
            )

    def candidates(
        self, pool: Pool, opened: Opened, network: str, organisations: Sequence[str], case_id: UUID
    ) -> list[Candidate]:
        """Everybody of these organisations who is active and has room, or helps in this case; one query.

        ``opened`` opens what they share of their own experience: one question to the key ring, or none.
        """
        query = sql.SQL(
            "select supporter_id, kind, organisation, languages, life_domains, places, free,"
            " %(case_id)s = any(cases), experience, experience_shown from {table},"
            " lateral (select greatest(0, places - count(distinct c))::integer as free"
            " from unnest(cases) as c) as room"
            " where network = %(network)s and organisation = any(%(organisations)s) and active"
            " and (free > 0 or %(case_id)s = any(cases))"
        ).format(table=self.relation)
        parameters = {"network": network, "organisations": list(organisations), "case_id": case_id}
        with connection(pool) as conn:
            rows = conn.execute(query, parameters).fetchall()
        texts = opened([row[8] and Sealed.model_validate(row[8]) for row in rows])
        return [
            Candidate(
                supporter_id=row[0],
                kind=Kind(row[1]),
                organisation=row[2],
                languages=tuple(row[3]),
                life_domains=tuple(row[4]),
                places=row[5],
                places_free=row[6],
                knows_the_resident=row[7],
                experience=tuple((text or "").split(",")),
                experience_shown=row[9],
            )
            for row, text in zip(rows, texts, strict=True)
        ]
