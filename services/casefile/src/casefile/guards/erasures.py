"""Who may ask about erasing somebody: the coordination of the organisation that keeps their data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from casefile.domain.erasure import Erasure
from casefile.guards.consents import home
from chassis.aggregates import DomainEvent
from chassis.guards import AccessChange


def guard_erasures(fact: DomainEvent, erasure: Any) -> Iterable[AccessChange]:
    """The grants on the person that come with it."""
    match fact:
        case Erasure.Foreseen() if fact.cases:
            return home(fact.person, fact.organisation, erasure.id, fact.timestamp)
    return ()
