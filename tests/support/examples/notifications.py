"""Pilot-light checks in the states that a story can begin with."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tests.support.clock import START, later
from tests.support.ids import a_case_id, a_supporter_id, an_id

from notifications.domain.check import Check, Settlement
from notifications.domain.matter import Matter

DUE_AT = later(days=90)
DONE_WITHIN = timedelta(days=14)
ORGANISATION = "ixta-noa"
NETWORK = "almere"


def a_check_id(name: str = "first") -> UUID:
    return an_id("check", name)


def a_matter() -> Matter:
    """A case that was opened in a network."""
    return Matter.note(a_case_id(), network=NETWORK, now=START)


def a_planned_check(
    name: str = "first", *, due_at: datetime = DUE_AT, responsible: UUID | None = None
) -> Check:
    """A check in three months, by Joost unless somebody else is named."""
    return Check.plan(
        a_check_id(name),
        case_id=a_case_id(),
        organisation=ORGANISATION,
        network=NETWORK,
        network_version=1,
        responsible=responsible or a_supporter_id("Joost"),
        due_at=due_at,
        done_within=DONE_WITHIN,
        now=START,
    )


def a_due_check() -> Check:
    """The moment came, and nobody told yet how it went."""
    check = a_planned_check()
    check.fall_due(now=DUE_AT)
    return check


def a_missed_check() -> Check:
    """Two weeks later still nobody told how it went."""
    check = a_due_check()
    check.miss(now=DUE_AT + DONE_WITHIN)
    return check


def a_settled_check(settlement: Settlement = Settlement.DONE) -> Check:
    """It was done before it was due, unless said otherwise."""
    check = a_planned_check()
    check.settle(settlement, now=later(days=30))
    return check
