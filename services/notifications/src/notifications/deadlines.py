"""When a check falls due, and when it is missed (WAA-05)."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.aggregates import Aggregate, DomainEvent
from chassis.deadlines.arming import Arm, Disarm
from notifications.domain.check import Check

WAAKVLAM_DUE = "waakvlam_due"
WAAKVLAM_MISSED = "waakvlam_missed"


def deadlines(event: DomainEvent, aggregate: Aggregate) -> Iterator[Arm | Disarm]:
    """A planned check awaits its moment, a due one being done, a settled one nothing."""
    check_id, case_id = aggregate.id, aggregate.subject_id
    match event:
        case Check.Planned():
            yield Arm(WAAKVLAM_DUE, check_id, case_id, event.due_at)
        case Check.FellDue():
            yield Arm(WAAKVLAM_MISSED, check_id, case_id, event.missed_at)
        case Check.Settled():
            yield Disarm(WAAKVLAM_DUE, check_id)
            yield Disarm(WAAKVLAM_MISSED, check_id)
