"""Lamps that somebody keeps, and that friends may look at while consent allows: for the tests of access."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

import psycopg
from tests.support.lamps import NOON, SOURCE_URN, Lamp, Tally, publish

from chassis.access.asking import Asking
from chassis.aggregates import Aggregate, Created, DomainEvent, event
from chassis.clock import FixedClock
from chassis.guards import AccessChange, Grant, GrantsEnd
from chassis.signin_principal import Principal
from chassis.store.pools import Pool
from chassis.store.saving import Mappings
from chassis.store.store import Store

KEEPER, FRIEND = "role_keeper@home", "role_friend:fenna"
SPACE = UUID("0f8c7f7e-2f1c-4b0e-9d59-2f8f35d7c001")


def consent_of(lamp_id: UUID) -> UUID:
    """The consent that lets the friend look."""
    return uuid5(SPACE, str(lamp_id))


def guard(fact: DomainEvent, lamp: Lamp | Tally) -> Iterator[AccessChange]:
    """The keeper sees a lamp from the first moment, the friend while it burns: its light only."""
    match fact:
        case Lamp.Hung():
            yield Grant(lamp.id, None, KEEPER, "participation", lamp.id, NOON)
        case Lamp.Lit():
            yield Grant(
                lamp.id,
                None,
                FRIEND,
                "consent",
                consent_of(lamp.id),
                NOON,
                consent_id=consent_of(lamp.id),
                categories=("light",),
            )
        case Lamp.PutOut():
            yield GrantsEnd(lamp.id, fact.timestamp, consent_id=consent_of(lamp.id))


class Note(Aggregate):
    """Something to know about a lamp: an aggregate of its own that belongs to the lamp's story."""

    TOPIC = "lamps:Note"

    class Written(Created):
        TOPIC = "lamps:Note.Written"
        lamp: UUID

    lamp: UUID

    @event(Written)
    def __init__(self, lamp: UUID) -> None:
        self.lamp = lamp

    @property
    def subject_id(self) -> UUID:
        return self.lamp


GUARDED = Mappings(publish, guard, bound=True)


def staff(role: str = "role_keeper", organisation: str = "home", subject: str = "kim") -> Principal:
    """Somebody who acts in a role; without arguments the keeper."""
    return Principal(subject, organisation, frozenset({role}))


FENNA = staff("role_friend", "elsewhere", "fenna")
STRANGER = staff("role_keeper", "elsewhere", "sven")


def asking(principal: Principal | None = None, action: str = "showLamp", kind: str = "R") -> Asking:
    """A request of somebody, the keeper's unless told otherwise."""
    return Asking(
        principal=principal or staff(),
        who="0" * 32,
        clock=FixedClock(NOON),
        action=action,
        activity="lamps.show",
        kind=kind,
    )


def asked_by(pool: Pool, one: Asking | None, mappings: Mappings = GUARDED) -> Store:
    """The store as a request of this asker has it, with a snapshot every ten events."""
    return Store(pool, mappings, source_urn=SOURCE_URN, asking=lambda: one, snapshot_every=10)


def require_grantees(admin_url: str) -> None:
    """Throw the switch in this database: an API that does not say for whom it asks is refused."""
    with psycopg.connect(admin_url, autocommit=True) as conn:
        conn.execute(
            "create or replace function store.grantees_are_required() returns boolean"
            " language sql immutable return true"
        )
