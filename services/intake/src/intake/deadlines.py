"""Until when the case file may be silent after a yes, and what happens then (design §3.8)."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.aggregates import Aggregate, DomainEvent
from chassis.deadlines.arming import Arm, Disarm
from intake.domain.request import Request

CASE_OPENING = "case_opening"


def deadlines(event: DomainEvent, aggregate: Aggregate) -> Iterator[Arm | Disarm]:
    """A yes awaits the opened case; the opened case ends that."""
    match event:
        case Request.SupportAccepted():
            yield Arm(CASE_OPENING, aggregate.id, aggregate.subject_id, event.answer_by)
        case Request.CaseOpened():
            yield Disarm(CASE_OPENING, aggregate.id)
