"""Who may see a request from now on; written in the save that decides it."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.aggregates import Aggregate, DomainEvent
from chassis.guards import Grant
from intake.domain.request import Request


def guard(event: DomainEvent, aggregate: Aggregate) -> Iterator[Grant]:
    """The organisation that takes care of a request takes part in it."""
    if isinstance(event, Request.Received):
        yield Grant(
            subject_id=aggregate.subject_id,
            part_id=None,
            grantee=event.route.organisation,
            kind="participation",
            cause=aggregate.id,
            valid_from=event.timestamp,
        )
