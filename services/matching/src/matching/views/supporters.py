"""Which supporters does this organisation have, and how are they doing?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from chassis.access.access import Look
from chassis.access.scope import Scope
from chassis.aggregates import DomainEvent
from chassis.sealing import Sealed
from chassis.views import Recorded, Rows, View
from matching.domain.forgetting import Erasing
from matching.domain.profile import ExperienceLevel, Kind
from matching.domain.supporter import Standing, Supporter


class SupporterRow(BaseModel):
    """A supporter; name and phone number are still sealed. Why somebody is away is nowhere (CON-12)."""

    supporter_id: UUID
    network: str
    organisation: str
    kind: Kind
    experience_level: ExperienceLevel | None
    paid: bool
    languages: list[str]
    life_domains: list[str]
    places: int
    matches: int
    standing: Standing
    erasing: Erasing
    erasure_due: bool
    name: Sealed | None
    phone: Sealed | None


def _registered(fact: Any) -> dict[str, Any]:
    profile = fact.profile
    return {
        "supporter_id": fact.originator_id,
        "network": fact.network,
        "organisation": profile.organisation,
        "kind": profile.kind.value,
        "experience_level": profile.experience_level and profile.experience_level.value,
        "paid": profile.paid,
        "languages": list(fact.languages),
        "life_domains": list(fact.life_domains),
        "places": fact.places,
        "name": _sealed(fact.name),
        "phone": _sealed(fact.phone),
    }


def _sealed(value: Sealed | None) -> Jsonb | None:
    return None if value is None else Jsonb(value.model_dump(mode="json"))


def _place(fact: Any) -> dict[str, Any]:
    return {"supporter_id": fact.originator_id, "change": 1 if isinstance(fact, Supporter.PlaceTaken) else -1}


def _places(fact: Any) -> dict[str, Any]:
    return {"supporter_id": fact.originator_id, "places": fact.places}


_STANDINGS = {
    Supporter.Paused: Standing.PAUSED,
    Supporter.Resumed: Standing.ACTIVE,
    Supporter.Left: Standing.LEFT,
}


def _standing(fact: Any) -> dict[str, Any]:
    return {"supporter_id": fact.originator_id, "standing": _STANDINGS[type(fact)].value}


def _erasing(fact: Any) -> dict[str, Any]:
    state: Erasing | None
    match fact:
        case Supporter.TermEnded():
            state = None
        case Supporter.ErasureAnswered():
            state = fact.answer
        case Supporter.ErasureDecided():
            state = "decided"
        case _:
            state = "erased"
    return {"supporter_id": fact.originator_id, "erasing": state, "due": state is None}


_STEPS: tuple[tuple[tuple[type[DomainEvent], ...], LiteralString, Callable[[Any], dict[str, Any]]], ...] = (
    (
        (Supporter.Registered,),
        "insert into {table} (supporter_id, network, organisation, kind, experience_level, paid, languages,"
        " life_domains, places, name, phone) values (%(supporter_id)s, %(network)s, %(organisation)s,"
        " %(kind)s, %(experience_level)s, %(paid)s, %(languages)s, %(life_domains)s, %(places)s, %(name)s,"
        " %(phone)s)",
        _registered,
    ),
    (
        (Supporter.PlaceTaken, Supporter.PlaceFreed),
        "update {table} set matches = matches + %(change)s where supporter_id = %(supporter_id)s",
        _place,
    ),
    (
        (Supporter.PlacesChanged,),
        "update {table} set places = %(places)s where supporter_id = %(supporter_id)s",
        _places,
    ),
    (
        (Supporter.Paused, Supporter.Resumed, Supporter.Left),
        "update {table} set standing = %(standing)s where supporter_id = %(supporter_id)s",
        _standing,
    ),
    (
        (Supporter.TermEnded, Supporter.ErasureAnswered, Supporter.ErasureDecided, Supporter.DataErased),
        "update {table} set erasing = coalesce(%(erasing)s, erasing), erasure_due = %(due)s"
        " where supporter_id = %(supporter_id)s",
        _erasing,
    ),
)


class SupporterList(View):
    """One row per supporter, in the order of registration of their ids (QUA-08, MAT-24)."""

    name: ClassVar[str] = "supporters"
    subject = "supporter_id"
    columns: ClassVar[str] = """
        supporter_id uuid primary key, network text not null, organisation text not null, kind text not null,
        experience_level text, paid boolean not null, languages text[] not null, life_domains text[] not null,
        places integer not null, matches integer not null default 0, standing text not null default 'active',
        erasing text not null default 'kept', erasure_due boolean not null default false,
        name jsonb, phone jsonb
    """
    indexes: ClassVar[tuple[str, ...]] = ("organisation, supporter_id", "network, supporter_id")
    facts: ClassVar[tuple[type[DomainEvent], ...]] = tuple(fact for facts, _, _ in _STEPS for fact in facts)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """A statement per step; within a step the facts are in their order."""
        for facts, statement, parameters in _STEPS:
            rows.run_many(
                statement, [parameters(one.event) for one in recorded if isinstance(one.event, facts)]
            )

    def page(
        self,
        look: Look,
        *,
        organisation: str | None,
        network: str | None,
        standing: Standing | None,
        limit: int,
        after: UUID | None,
    ) -> list[tuple[SupporterRow, Scope]]:
        """Supporters after that one; of an organisation, of a network, or both; with what may be seen."""
        reach = look.reach
        query = sql.SQL(
            "select * from {table} where {within}"
            " and (%(organisation)s::text is null or organisation = %(organisation)s)"
            " and (%(network)s::text is null or network = %(network)s)"
            " and (%(standing)s::text is null or standing = %(standing)s)"
            " and (%(after)s::uuid is null or supporter_id > %(after)s)"
            " order by supporter_id limit %(limit)s"
        ).format(table=self.relation, within=reach.within("supporter_id"))
        parameters = {
            "organisation": organisation,
            "network": network,
            "standing": standing and standing.value,
            "after": after,
            "limit": limit,
            **reach.parameters,
        }

        def fetch(conn: psycopg.Connection[Any]) -> list[SupporterRow]:
            with conn.cursor(row_factory=class_row(SupporterRow)) as cursor:
                return cursor.execute(query, parameters).fetchall()

        return look.rows(fetch, lambda row: row.supporter_id)
