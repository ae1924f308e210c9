"""When a check falls due, and when it is missed (WAA-05)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chassis.aggregates import Aggregate, DomainEvent
from chassis.deadlines import Arm, Disarm
from chassis.inbox.heard import Effects
from chassis.sweeper import OnDue
from notifications.application import Notifications
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


class Watching:
    """What notifications does when a deadline passes."""

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications

    def on_due(self) -> Mapping[str, OnDue]:
        """The handler of each kind of deadline."""
        return {
            WAAKVLAM_DUE: lambda due: Effects(self._notifications.let_check_fall_due(due.key, due.now)),
            WAAKVLAM_MISSED: lambda due: Effects(self._notifications.let_check_be_missed(due.key, due.now)),
        }
