"""Who may see that a check is planned or due; written in the save that decides it."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.aggregates import Aggregate, DomainEvent
from chassis.guards import Grant
from notifications.domain.check import Check


def guard(event: DomainEvent, aggregate: Aggregate) -> Iterator[Grant]:
    """The organisation that keeps the check takes part in it."""
    if isinstance(event, Check.Planned):
        yield Grant(
            subject_id=aggregate.subject_id,
            part_id=None,
            grantee=event.organisation,
            kind="participation",
            cause=aggregate.id,
            valid_from=event.timestamp,
        )
