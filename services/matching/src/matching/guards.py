"""Who may see supporters and searches from now on; written in the save that decides it.

A supporter is seen whole by the organisation that answers for them and by themselves. Whoever looks for
somebody sees the options of that search, in codes; a proposal is seen by who is asked and their coordination.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from chassis.access.grantees import at_organisation, in_person, in_role
from chassis.aggregates import Aggregate, DomainEvent
from chassis.guards import Grant, GrantKind
from matching.domain.case import CaseSearches
from matching.domain.search import Search
from matching.domain.supporter import Supporter

COORDINATOR, VOLUNTEER_MANAGER = "role_coordinator", "role_volunteer_manager"
SERVING = ("role_supporter", "role_backup", "role_case_manager")
CODES_ONLY = ("codes",)
"""What kind of supporter, which languages, which domains: no category of personal data."""


def guard(event: DomainEvent, aggregate: Aggregate) -> Iterator[Grant]:
    """The grants of a fact. A coordination keeps sight of its searches, also of ended ones."""
    at = event.timestamp
    match aggregate, event:
        case Supporter(), Supporter.Registered():
            yield from _of_supporter(aggregate, event, at)
        case CaseSearches(), CaseSearches.Begun():
            if event.resident is not None:
                yield Grant(aggregate.id, None, in_person(event.resident), "own", aggregate.id, at)
        case Search(), Search.Opened():
            yield _coordinates(aggregate, at)
        case Search(), Search.OptionsOffered():
            for option in event.options:
                yield from _offered(aggregate, option.supporter_id, at)
        case Search(), Search.MatchProposed():
            yield from _asked(aggregate, event.match_id, event.supporter_id, at)
        case Search(), Search.MatchDeclined() | Search.MatchEnded() | Search.NoClickReported():
            for grant in _asked(aggregate, event.match_id, event.supporter_id, at):
                yield grant.ended(at)
        case Search(), Search.Ended():
            for supporter_id in aggregate.offered:
                for grant in _offered(aggregate, supporter_id, at):
                    yield grant.ended(at)
            if event.dropped:
                for grant in _asked(aggregate, event.dropped.match_id, event.dropped.supporter_id, at):
                    yield grant.ended(at)


def _of_supporter(supporter: Supporter, event: Supporter.Registered, at: datetime) -> Iterator[Grant]:
    for role in (COORDINATOR, VOLUNTEER_MANAGER):
        yield _whole(supporter.id, at_organisation(role, event.profile.organisation), "participation", at)
    for organisation in event.coordinated_by:
        if organisation != event.profile.organisation:
            grantee = at_organisation(COORDINATOR, organisation)
            yield Grant(supporter.id, None, grantee, "participation", supporter.id, at, categories=CODES_ONLY)
    for role in SERVING:
        yield _whole(supporter.id, in_role(role, supporter.id), "own", at)


def _whole(subject_id: UUID, grantee: str, kind: GrantKind, since: datetime) -> Grant:
    return Grant(subject_id, None, grantee, kind, cause=subject_id, valid_from=since)


def _coordinates(search: Search, since: datetime) -> Grant:
    grantee = at_organisation(COORDINATOR, search.need.organisation)
    return Grant(search.case_id, search.part_id, grantee, "participation", search.id, since)


def _offered(search: Search, supporter_id: UUID, since: datetime) -> Iterator[Grant]:
    # The search stands for a part of the supporter: what is offered there, not who they are.
    grantees = [at_organisation(COORDINATOR, search.need.organisation)]
    if search.resident is not None:
        grantees.append(in_person(search.resident))
    for grantee in grantees:
        yield Grant(
            supporter_id, search.id, grantee, "participation", search.id, since, categories=CODES_ONLY
        )


def _asked(search: Search, match_id: UUID, supporter_id: UUID, since: datetime) -> Iterator[Grant]:
    grantees = [in_role(role, supporter_id) for role in SERVING]
    grantees.append(at_organisation(COORDINATOR, search.asked_of[match_id]))
    for grantee in grantees:
        yield Grant(search.case_id, search.part_id, grantee, "participation", match_id, since)
