"""What is stored of a check can be read again: names never change, snapshots change no result (P8, P21)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.clock import later
from tests.support.examples.notifications import (
    a_check_id,
    a_due_check,
    a_matter,
    a_missed_check,
    a_planned_check,
    a_settled_check,
)
from tests.support.given_when_then import replayed, state_of

from chassis.aggregates import Aggregate
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored
from notifications.domain.check import Check
from notifications.domain.matter import Matter


def a_check_that_nobody_looks_after() -> Check:
    check = a_planned_check()
    check.reassign(None, now=later(days=10))
    return check


def a_matter_with_a_check() -> Matter:
    matter = a_matter()
    matter.add_check(a_check_id(), now=later(days=1))
    return matter


STATES: list[Callable[[], Aggregate]] = [
    a_planned_check,
    a_check_that_nobody_looks_after,
    a_due_check,
    a_missed_check,
    a_settled_check,
    a_matter,
    a_matter_with_a_check,
]


def test_names_under_which_events_are_stored_never_change() -> None:
    stored = {to_stored(event).topic for state in STATES for event in state().pending()}

    assert stored == {
        "notifications:Check.Planned",
        "notifications:Check.Reassigned",
        "notifications:Check.FellDue",
        "notifications:Check.Missed",
        "notifications:Check.Settled",
        "notifications:Matter.Noted",
        "notifications:Matter.CheckAdded",
    }


@pytest.mark.parametrize("state", STATES)
def test_stored_events_give_the_same_aggregate(state: Callable[[], Aggregate]) -> None:
    aggregate = state()

    read = [to_event(to_stored(event)) for event in aggregate.pending()]

    assert read == list(aggregate.pending())
    assert state_of(replayed(aggregate, read)) == state_of(aggregate)


@pytest.mark.parametrize("state", STATES)
def test_snapshot_gives_the_same_aggregate(state: Callable[[], Aggregate]) -> None:
    aggregate = state()

    again = from_snapshot(to_snapshot(aggregate))

    assert again is not None
    assert state_of(again) == state_of(aggregate)
