"""Who may see a search from now on; written in the save that decides it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from chassis.aggregates import Aggregate, DomainEvent
from chassis.guards import Grant
from matching.domain.search import Search


def guard(event: DomainEvent, aggregate: Aggregate) -> Iterator[Grant]:
    """The coordinating organisation takes part until the search ends, a supporter while asked or matched."""
    if not isinstance(aggregate, Search):
        return
    at = event.timestamp
    match event:
        case Search.Opened():
            yield _coordinates(aggregate, at)
        case Search.MatchProposed():
            yield _asked(aggregate, event.match_id, event.supporter_id, at)
        case Search.MatchDeclined() | Search.MatchEnded() | Search.NoClickReported():
            yield _asked(aggregate, event.match_id, event.supporter_id, at).ended(at)
        case Search.Ended():
            yield _coordinates(aggregate, at).ended(at)
            if event.dropped:
                yield _asked(aggregate, event.dropped.match_id, event.dropped.supporter_id, at).ended(at)


def _coordinates(search: Search, at: datetime) -> Grant:
    return Grant(
        subject_id=search.case_id,
        part_id=search.part_id,
        grantee=search.need.organisation,
        kind="participation",
        cause=search.id,
        valid_from=at,
    )


def _asked(search: Search, match_id: UUID, supporter_id: UUID, at: datetime) -> Grant:
    return Grant(
        subject_id=search.case_id,
        part_id=search.part_id,
        grantee=str(supporter_id),
        kind="participation",
        cause=match_id,
        valid_from=at,
    )
