"""Who may see what from now on: whoever serves a part sees that part, the coordination sees the case.

Written in the same transaction as the decision. A grant is given by a match, a handover or the opening of the
case, and ended by the same cause (CON-09: only the parts that they serve).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from casefile.domain.case import CaseFile
from casefile.domain.part import Supporter
from chassis.aggregates import DomainEvent
from chassis.guards import Grant, GrantsEnd


def guard(fact: DomainEvent, case: Any) -> Iterable[Grant | GrantsEnd]:
    """The grants that a fact gives or ends."""
    match fact:
        case CaseFile.Opened():
            return (
                _coordination(case, fact.organisation, fact.timestamp),
                _own(case, fact.resident, fact.timestamp),
            )
        case CaseFile.SupporterAssigned() | CaseFile.SupporterAdded():
            return (_serving(case, fact.part_id, fact.supporter, fact.timestamp),)
        case CaseFile.HandoverCompleted():
            return _moved(case, fact)
        case CaseFile.SupporterLeft():
            return (GrantsEnd(case.id, fact.timestamp, _grantee(fact.supporter_id)),)
        case CaseFile.MatchEnded():
            return tuple(
                _grant(case, part_id, fact.supporter_id, fact.match_id, fact.timestamp).ended(fact.timestamp)
                for part_id in fact.part_ids
            )
        case CaseFile.ConsentWithdrawn():
            return tuple(GrantsEnd(case.id, fact.timestamp, _grantee(one)) for one in fact.supporters)
    return ()


def _coordination(case: CaseFile, organisation: str, since: datetime) -> Grant:
    return Grant(case.id, None, f"coordination:{organisation}", "participation", case.id, since)


def _own(case: CaseFile, resident: UUID, since: datetime) -> Grant:
    return Grant(case.id, None, f"person:{resident}", "own", case.id, since)


def _serving(case: CaseFile, part_id: UUID, supporter: Supporter, since: datetime) -> Grant:
    return _grant(case, part_id, supporter.supporter_id, supporter.match_id, since)


def _grant(case: CaseFile, part_id: UUID, supporter_id: UUID, match_id: UUID, since: datetime) -> Grant:
    return Grant(case.id, part_id, _grantee(supporter_id), "participation", match_id, since)


def _grantee(supporter_id: UUID) -> str:
    return f"supporter:{supporter_id}"


def _moved(case: CaseFile, fact: CaseFile.HandoverCompleted) -> Iterator[Grant]:
    for part_id in fact.part_ids:
        yield _serving(case, part_id, fact.receiver, fact.timestamp)
        if fact.giver and not fact.giver_stays:
            yield _serving(case, part_id, fact.giver, fact.timestamp).ended(fact.timestamp)
