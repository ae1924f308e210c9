"""Who may see that a check is planned or due; written in the save that decides it.

A check counts as a part of its case: whoever looks after one check sees that one (CON-09).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from chassis.access.grantees import at_organisation, in_role
from chassis.aggregates import Aggregate, DomainEvent
from chassis.guards import Grant
from notifications.domain.check import Check

SERVING = ("role_supporter", "role_backup", "role_case_manager")


def guard(event: DomainEvent, aggregate: Aggregate) -> Iterator[Grant]:
    """The coordination that keeps a check sees it, and who looks after it, until it is settled."""
    if not isinstance(aggregate, Check):
        return
    at = event.timestamp
    match event:
        case Check.Planned():
            yield _of_coordination(aggregate, at)
            yield from _of_responsible(aggregate, event.responsible, at)
        case Check.Reassigned():
            for grant in _of_responsible(aggregate, event.before, at):
                yield grant.ended(at)
            yield from _of_responsible(aggregate, event.responsible, at)
        case Check.Settled():
            yield _of_coordination(aggregate, at).ended(at)
            for grant in _of_responsible(aggregate, aggregate.responsible, at):
                yield grant.ended(at)


def _of_coordination(check: Check, since: datetime) -> Grant:
    return _grant(check, at_organisation("role_coordinator", check.organisation), since)


def _of_responsible(check: Check, responsible: UUID | None, since: datetime) -> Iterator[Grant]:
    if responsible is not None:
        for role in SERVING:
            yield _grant(check, in_role(role, responsible), since)


def _grant(check: Check, grantee: str, since: datetime) -> Grant:
    return Grant(check.case_id, check.id, grantee, "participation", cause=check.id, valid_from=since)
