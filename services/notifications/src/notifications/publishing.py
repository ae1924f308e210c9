"""What notifications tells the others, and in which words: the only door outwards."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.aggregates import Aggregate, DomainEvent
from contracts import notifications as contract
from contracts.envelope import ContractEvent
from notifications.domain.check import Check


def publish(event: DomainEvent, aggregate: Aggregate) -> Iterator[ContractEvent]:
    """The contract events of a private one; nothing for what is notifications' own business."""
    if not isinstance(aggregate, Check):
        return
    match event:
        case Check.FellDue():
            yield contract.WaakvlamCheckDue(
                check_id=aggregate.id, due_at=aggregate.due_at, responsible=aggregate.responsible
            )
        case Check.Missed():
            yield contract.WaakvlamMissed(check_id=aggregate.id, due_at=aggregate.due_at)
