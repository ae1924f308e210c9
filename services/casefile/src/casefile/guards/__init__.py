"""Who may see what from now on: whoever serves a part sees that part, the coordination sees the case.

Written in the same transaction as the decision. A grant is given by a match, a handover, a consent or the
opening of the case, and ended by the same cause (CON-09: only the parts that they serve).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from casefile.domain.case import CaseFile
from casefile.domain.chronicle import Chronicle, event_name
from casefile.guards.consents import grantee, guard_consents, home, no_longer, person, serves, serving
from casefile.guards.erasures import guard_erasures
from casefile.guards.safeguards import guard_safeguards, lookups
from chassis.aggregates import DomainEvent
from chassis.guards import AccessChange, Grant, GrantsEnd

__all__ = ["guard", "lookups"]


def guard(fact: DomainEvent, case: Any) -> Iterable[AccessChange]:
    """The grants that a fact gives or ends."""
    at = fact.timestamp
    match fact:
        case CaseFile.Opened():
            return (
                *home(case.id, fact.organisation, case.id, at),
                Grant(case.id, None, person(fact.resident), "own", case.id, at),
            )
        case CaseFile.SupporterAssigned() | CaseFile.SupporterAdded():
            return serving(case, (fact.part_id,), fact.supporter, serves(case, fact.supporter), at)
        case CaseFile.HandoverOffered():
            return serving(case, fact.part_ids, fact.receiver, fact.handover_id, at)
        case CaseFile.HandoverDeclined() | CaseFile.HandoverCancelled() | CaseFile.HandoverTimedOut():
            return no_longer(serving(case, fact.part_ids, fact.receiver, fact.handover_id, at), at)
        case CaseFile.HandoverCompleted():
            return _moved(case, fact)
        case CaseFile.SupporterLeft():
            who = grantee(fact.supporter_id)
            return (GrantsEnd(case.id, at, who), GrantsEnd(case.resident, at, who))
        case Chronicle.Heard():
            return _asked_for(case, fact)
        case CaseFile.MatchEnded():
            return no_longer(
                serving(case, fact.part_ids, fact.supporter, serves(case, fact.supporter), at), at
            )
    return (*guard_consents(fact, case), *guard_safeguards(fact, case), *guard_erasures(fact, case))


def _asked_for(chronicle: Chronicle, fact: Chronicle.Heard) -> Iterator[Grant]:
    """A request stands on the list of whoever receives it, until the resident says no (REG-01, INT-08)."""
    case_id, at, kind = chronicle.case_id, fact.timestamp, event_name(fact.kind)
    organisation = fact.facts.get("organisation")
    if kind == "RequestReceived" and isinstance(organisation, str):
        yield _receives(case_id, organisation, at)
    if kind == "RequestDeclinedByResident" and isinstance(organisation, str):
        yield _receives(case_id, organisation, at).ended(at)


def _receives(case_id: UUID, organisation: str, at: datetime) -> Grant:
    # Its cause is not the case's: an opened case does not end with its request.
    cause = uuid5(case_id, "request")
    return Grant(case_id, None, f"role_coordinator@{organisation}", "participation", cause, at)


def _moved(case: CaseFile, fact: CaseFile.HandoverCompleted) -> Iterator[Grant]:
    """The receiver serves the parts; what they saw by being asked is over, and so is the giver's sight unless
    they stay (ESC-17).
    """
    at, parts = fact.timestamp, fact.part_ids
    yield from no_longer(serving(case, parts, fact.receiver, fact.handover_id, at), at)
    yield from serving(case, parts, fact.receiver, serves(case, fact.receiver), at)
    if fact.giver and not fact.giver_stays:
        yield from no_longer(serving(case, parts, fact.giver, serves(case, fact.giver), at), at)
