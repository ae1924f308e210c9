"""Until when the case file may be silent after a yes, and what happens then (design §3.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chassis.aggregates import Aggregate, DomainEvent
from chassis.deadlines import Arm, Disarm, Due
from chassis.inbox.heard import Effects
from chassis.store.store import Store
from chassis.sweeper import OnDue
from intake.domain.request import Request

CASE_OPENING = "case_opening"


def deadlines(event: DomainEvent, aggregate: Aggregate) -> Iterator[Arm | Disarm]:
    """A yes awaits the opened case; the opened case ends that."""
    match event:
        case Request.SupportAccepted():
            yield Arm(CASE_OPENING, aggregate.id, aggregate.subject_id, event.answer_by)
        case Request.CaseOpened():
            yield Disarm(CASE_OPENING, aggregate.id)


class Watching:
    """What intake does when a deadline passes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_due(self) -> Mapping[str, OnDue]:
        """The handler of each kind of deadline."""
        return {CASE_OPENING: self.tell_that_no_case_was_opened}

    def tell_that_no_case_was_opened(self, due: Due) -> Effects:
        """The case file is silent: the request shows it, until the case opens after all."""
        request = self._store.get(Request, due.key)
        request.answer_is_missed(now=due.now)
        return Effects([request])
