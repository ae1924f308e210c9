"""Whatever comes, however often and in whatever order: due once, missed once, then silence (P10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.clock import START
from tests.support.examples.notifications import a_planned_check
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import a_supporter_id

from chassis.aggregates import Refused
from notifications.domain.check import Check, Settlement, State

Step = Callable[[Check, datetime], object]

STEPS: dict[str, Step] = {
    "falls due": lambda check, now: check.fall_due(now=now),
    "is missed": lambda check, now: check.miss(now=now),
    "to Samira": lambda check, now: check.reassign(a_supporter_id("Samira"), now=now),
    "to nobody": lambda check, now: check.reassign(None, now=now),
    **{
        f"is {how.value}": lambda check, now, how=how: check.settle(how, now=now)  # type: ignore[misc]
        for how in Settlement
    },
}

histories = st.lists(
    st.tuples(
        st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=200)), st.sampled_from(sorted(STEPS))
    ),
    max_size=25,
)
"""Steps with the time that passes before each: early, late, repeated, after downtime."""

moments = st.timedeltas(min_value=timedelta(days=-30), max_value=timedelta(days=400)).map(
    lambda after: START + after
)


def lived(check: Check, history: Sequence[tuple[timedelta, str]], steps: Mapping[str, Step] = STEPS) -> Check:
    """The check after a history; refused steps leave no trace."""
    now = START
    for passes, step in history:
        now += passes
        try:
            steps[step](check, now)
        except Refused:
            continue
    return check


def faults(check: Check) -> list[str]:
    """What is wrong with the facts of a check."""
    facts = [type(each).__qualname__ for each in check.pending()]
    found = [f"{name} {facts.count(name)} times" for name in ONCE if facts.count(name) > 1]
    if "Check.Settled" in facts and facts[-1] != "Check.Settled":
        found.append(f"{facts[-1]} after it was settled")
    if "Check.Missed" in facts and "Check.FellDue" not in facts[: facts.index("Check.Missed")]:
        found.append("missed before it fell due")
    for each in check.pending():
        if isinstance(each, Check.FellDue) and each.timestamp < check.due_at:
            found.append("due before its moment")
    return found


ONCE = ("Check.FellDue", "Check.Missed", "Check.Settled")


@given(due_at=moments, history=histories)
@settings(deadline=None)
def test_check_falls_due_at_most_once_and_never_after_it_was_settled(
    due_at: datetime, history: list[tuple[timedelta, str]]
) -> None:
    assert faults(lived(a_planned_check(due_at=due_at), history)) == []


@given(due_at=moments, history=histories)
@settings(deadline=None)
def test_check_that_nobody_settled_falls_due_exactly_once(
    due_at: datetime, history: list[tuple[timedelta, str]]
) -> None:
    open_history = [step for step in history if step[1] not in {f"is {how.value}" for how in Settlement}]
    check = lived(a_planned_check(due_at=due_at), open_history)

    for _ in range(3):
        check.fall_due(now=due_at + timedelta(days=9999))

    assert sum(isinstance(each, Check.FellDue) for each in check.pending()) == 1
    assert faults(check) == []


@given(due_at=moments, history=histories)
@settings(deadline=None)
def test_replay_gives_the_same_check_and_fires_nothing_again(
    due_at: datetime, history: list[tuple[timedelta, str]]
) -> None:
    lived_once = lived(a_planned_check(due_at=due_at), history)
    again = replayed(lived_once)

    assert state_of(again) == state_of(lived_once)
    if lived_once.state is not State.PLANNED:
        again.fall_due(now=due_at + timedelta(days=9999))
        assert again.pending() == ()


def falls_due_forgetfully(check: Check, now: datetime) -> None:
    """The negative control: forgets first that it fell due before."""
    check.state = State.PLANNED
    check.fall_due(now=now)


@pytest.mark.parametrize("step_before", ["falls due", "is done"])
def test_forgetful_check_is_found_out(step_before: str) -> None:
    forgetful = STEPS | {"falls due again": falls_due_forgetfully}
    history = [(timedelta(days=100), step_before), (timedelta(days=1), "falls due again")]

    assert faults(lived(a_planned_check(), history, forgetful)) != []
