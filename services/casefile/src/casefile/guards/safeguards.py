"""Emergency access, personal ties, named handlers, and codes for professionals at the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from casefile.domain.break_glass import BreakGlass
from casefile.domain.case import CaseFile
from casefile.domain.consent_check import CODE, ConsentCheck, code_holder
from casefile.domain.finding import CASE_IN_NETWORK, NUMBER_IN_NETWORK, in_network
from casefile.guards.consents import NO_CATEGORY, no_longer
from casefile.guards.sign_ins import sign_in_lookups
from chassis.aggregates import DomainEvent
from chassis.guards import AccessChange, Bar, BarEnds, Grant, GrantsEnd, Lookup, LookupEnds

REVIEWING_AT_HOME = ("role_auditor", "role_volunteer_manager")
"""Who looks back on emergency access within the organisation of who used it."""


def guard_safeguards(fact: DomainEvent, aggregate: Any) -> Iterable[AccessChange]:
    """The grants and bars that such a fact gives or ends."""
    match fact:
        case BreakGlass.Opened():
            return _opened(fact, aggregate)
        case CaseFile.PersonalTieRecorded():
            who, cause, at = _staff(fact.subject), str(fact.bar_id), fact.timestamp
            return tuple(Bar(each, who, cause, at) for each in _file(aggregate))
        case CaseFile.PersonalTieEnded():
            who, cause, at = _staff(fact.subject), str(fact.bar_id), fact.timestamp
            return tuple(BarEnds(each, who, cause, at) for each in _file(aggregate))
        case CaseFile.CaseRestricted():
            return _restricted(fact, aggregate)
        case CaseFile.HandlersChanged():
            return (
                *_handling(aggregate, fact, fact.came),
                *no_longer(_handling(aggregate, fact, fact.went), fact.timestamp),
            )
        case CaseFile.RestrictionEnded():
            return (
                *no_longer(_handling(aggregate, fact, fact.handlers), fact.timestamp),
                *_coordination(aggregate, fact),
            )
        case ConsentCheck.CodeGiven():
            return _code_given(fact, aggregate)
    return ()


def _file(case: CaseFile) -> tuple[UUID, UUID]:
    """A case, and what its resident said about consent."""
    return case.id, case.resident


def _coordination(case: CaseFile, fact: CaseFile.RestrictionEnded) -> Iterator[Grant]:
    """As when the case was opened."""
    who = f"role_coordinator@{fact.organisation}"
    for each in _file(case):
        yield Grant(each, None, who, "participation", case.id, fact.timestamp)


def _opened(fact: BreakGlass.Opened, glass: BreakGlass) -> Iterator[Grant]:
    # As many grants for a case that is not there: whoever watches learns nothing from the work it takes.
    opened = fact.case_id if fact.given else glass.id
    at = fact.timestamp
    yield Grant(opened, None, _staff(glass.opened_by), "break_glass", fact.opening_id, at, fact.until)
    yield Grant(glass.id, None, _staff(glass.opened_by), "own", glass.id, at)
    for role in REVIEWING_AT_HOME:
        yield Grant(glass.id, None, f"{role}@{fact.organisation}", "audit", glass.id, at)
    for organisation in fact.reviewing:
        yield Grant(glass.id, None, f"role_coordinator@{organisation}", "audit", glass.id, at)


def _restricted(fact: CaseFile.CaseRestricted, case: CaseFile) -> Iterator[Grant | GrantsEnd]:
    for each in _file(case):
        yield GrantsEnd(each, fact.timestamp, f"role_coordinator@{fact.organisation}")
    yield from _handling(case, fact, fact.handlers)


def _handling(
    case: CaseFile,
    fact: CaseFile.CaseRestricted | CaseFile.HandlersChanged | CaseFile.RestrictionEnded,
    who: Iterable[str],
) -> Iterator[Grant]:
    """These people, in place of the whole coordination."""
    for subject in who:
        for each in _file(case):
            cause, at = fact.restriction_id, fact.timestamp
            yield Grant(each, None, _staff(subject), "participation", cause, at)


def _code_given(fact: ConsentCheck.CodeGiven, check: ConsentCheck) -> Iterator[Grant]:
    """Who holds the code may ask about the check itself; what it confirms ends with its consent (P18)."""
    holder, at, until = code_holder(check.id), fact.timestamp, fact.valid_until
    yield Grant(check.id, None, holder, "own", check.id, at, until)
    for part_id in fact.part_ids:
        yield Grant(
            fact.case_id,
            part_id,
            holder,
            "consent",
            check.id,
            at,
            until,
            consent_id=fact.consent_id,
            categories=(NO_CATEGORY,),
        )


def lookups(fact: DomainEvent, aggregate: Any) -> Iterable[Lookup | LookupEnds]:
    """Where codes lead; a case by its network and id or number, to tell that it is there and no more."""
    match fact:
        case CaseFile.Opened():
            found = (CASE_IN_NETWORK, str(aggregate.id)), (NUMBER_IN_NETWORK, fact.number)
            return tuple(
                Lookup(kind, in_network(fact.network, name), aggregate.id, fact.resident)
                for kind, name in found
            )
        case ConsentCheck.CodeGiven():
            digest = bytes.fromhex(fact.digest)
            return (Lookup(CODE, digest, fact.case_id, aggregate.id, fact.valid_until),)
    return sign_in_lookups(fact, aggregate)


def _staff(subject: str) -> str:
    return f"staff:{subject}"
