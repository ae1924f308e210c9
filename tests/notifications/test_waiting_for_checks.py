"""A check falls due once by inbox, deadline and outbox, never when nothing is to be done (WAA-05, P10)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from tests.notifications.telling import (
    CASE,
    DONE_WITHIN,
    THREE_MONTHS,
    a_check_id,
    a_done_check,
    a_reassignment,
    a_reopening,
    a_scheduling,
    a_stop,
    tell,
    with_a_planned_check,
)
from tests.support.ids import a_supporter_id
from tests.support.running import Running

from contracts.envelope import ContractEvent
from contracts.notifications import WaakvlamCheckDue, WaakvlamMissed

MINUTE = timedelta(minutes=1)


def due(notifications: Running) -> list[UUID]:
    return [told.check_id for told in notifications.told(WaakvlamCheckDue)]


def missed(notifications: Running) -> list[UUID]:
    return [told.check_id for told in notifications.told(WaakvlamMissed)]


def test_check_falls_due_at_its_moment_and_tells_who_looks_after_it(notifications: Running) -> None:
    with_a_planned_check(notifications)

    notifications.later(THREE_MONTHS - MINUTE)
    assert due(notifications) == []
    notifications.later(2 * MINUTE)

    [told] = notifications.told(WaakvlamCheckDue)
    assert (told.check_id, told.responsible) == (a_check_id(), a_supporter_id("Joost"))


def test_check_falls_due_once_however_often_is_looked(notifications: Running) -> None:
    with_a_planned_check(notifications)
    notifications.later(THREE_MONTHS + MINUTE)

    for _ in range(3):
        notifications.sweep()

    assert due(notifications) == [a_check_id()]


def test_check_falls_due_once_after_long_downtime(notifications: Running) -> None:
    with_a_planned_check(notifications)

    notifications.later(THREE_MONTHS * 3)

    assert due(notifications) == [a_check_id()]
    assert missed(notifications) == []


def test_check_that_was_told_too_late_falls_due_at_once(notifications: Running) -> None:
    with_a_planned_check(notifications, after=timedelta(days=-3))

    assert notifications.sweep() == 1
    assert due(notifications) == [a_check_id()]


def test_check_is_missed_after_the_networks_interval(notifications: Running) -> None:
    with_a_planned_check(notifications)
    notifications.later(THREE_MONTHS)

    notifications.later(DONE_WITHIN - MINUTE)
    assert missed(notifications) == []
    notifications.later(2 * MINUTE)
    notifications.later(DONE_WITHIN)

    assert missed(notifications) == [a_check_id()]
    assert due(notifications) == [a_check_id()]


SETTLED: list[Callable[[Running], ContractEvent]] = [a_done_check, lambda _: a_stop(), a_reopening]


@pytest.mark.parametrize("how", SETTLED, ids=["done", "stopped", "reopened"])
def test_settled_check_never_falls_due(
    notifications: Running, how: Callable[[Running], ContractEvent]
) -> None:
    with_a_planned_check(notifications)

    tell(notifications, how(notifications))

    assert notifications.deadlines() == []
    notifications.later(THREE_MONTHS * 3)
    assert due(notifications) == []


@pytest.mark.parametrize("how", SETTLED, ids=["done", "stopped", "reopened"])
def test_due_check_that_is_settled_is_never_missed(
    notifications: Running, how: Callable[[Running], ContractEvent]
) -> None:
    with_a_planned_check(notifications)
    notifications.later(THREE_MONTHS)
    assert due(notifications) == [a_check_id()]

    tell(notifications, how(notifications))
    notifications.later(DONE_WITHIN * 2)

    assert missed(notifications) == []


def test_reopening_settles_every_check_of_the_case(notifications: Running) -> None:
    """WAA-07."""
    with_a_planned_check(notifications)
    tell(notifications, a_scheduling(notifications, "second", after=THREE_MONTHS * 2))

    tell(notifications, a_reopening(notifications))
    notifications.later(THREE_MONTHS * 3)

    assert due(notifications) == []


def test_check_that_is_agreed_after_a_reopening_counts(notifications: Running) -> None:
    with_a_planned_check(notifications)
    tell(notifications, a_reopening(notifications), a_scheduling(notifications, "second"))

    notifications.later(THREE_MONTHS)

    assert due(notifications) == [a_check_id("second")]


def test_reassigned_check_tells_the_new_supporter(notifications: Running) -> None:
    """WAA-09."""
    with_a_planned_check(notifications)
    tell(notifications, a_reassignment(a_supporter_id("Samira")))

    notifications.later(THREE_MONTHS)

    [told] = notifications.told(WaakvlamCheckDue)
    assert told.responsible == a_supporter_id("Samira")


def test_check_falls_due_although_nobody_looks_after_it(notifications: Running) -> None:
    with_a_planned_check(notifications)
    tell(notifications, a_reassignment(None))

    notifications.later(THREE_MONTHS)

    [told] = notifications.told(WaakvlamCheckDue)
    assert told.responsible is None


def test_deadline_that_comes_back_changes_nothing(notifications: Running) -> None:
    """A restored deadline table: the check itself knows that it fell due."""
    with_a_planned_check(notifications)
    notifications.later(THREE_MONTHS)

    notifications.arm_again("waakvlam_due", a_check_id())
    assert notifications.sweep() == 1

    assert due(notifications) == [a_check_id()]


def test_check_that_is_done_at_the_moment_it_falls_due_is_never_due_afterwards(
    notifications: Running,
) -> None:
    """Deadline and message meet: one of them is first, and the check knows."""
    names = [f"check {number}" for number in range(8)]
    with_a_planned_check(notifications, after=MINUTE)
    tell(notifications, *(a_scheduling(notifications, name, after=MINUTE) for name in names))
    done = [notifications.message(a_done_check(notifications, name), CASE) for name in names]
    notifications.move_clock(2 * MINUTE)

    with ThreadPoolExecutor(2) as threads:
        threads.submit(notifications.sweep)
        threads.submit(notifications.deliver, "casefile", *done)
    notifications.deliver("casefile", *done)
    notifications.sweep()

    assert notifications.dead_letters() == []
    for name in names:
        assert notifications.facts_of(a_check_id(name)) in (
            ["Check.Planned", "Check.Settled"],
            ["Check.Planned", "Check.FellDue", "Check.Settled"],
        )
