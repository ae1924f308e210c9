"""A pilot-light check falls due once, is missed at most once, and never after it was settled (WAA-05)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.clock import later
from tests.support.examples.notifications import (
    DONE_WITHIN,
    DUE_AT,
    a_due_check,
    a_missed_check,
    a_planned_check,
    a_settled_check,
)
from tests.support.given_when_then import fact, given, given_nothing
from tests.support.ids import a_supporter_id

from notifications.domain import errors
from notifications.domain.check import Check, Settlement


def test_check_is_planned_with_a_moment_and_somebody_responsible() -> None:
    given_nothing().when(a_planned_check).then(
        fact(Check.Planned, due_at=DUE_AT, responsible=a_supporter_id("Joost"))
    )


def test_check_may_be_planned_when_its_moment_has_passed() -> None:
    check = given_nothing().when(lambda: a_planned_check(due_at=later(days=-1))).then(Check.Planned)

    given(check).when(lambda late: late.fall_due(now=later())).then(Check.FellDue)


def test_check_falls_due_at_its_moment() -> None:
    given(a_planned_check()).when(lambda check: check.fall_due(now=DUE_AT)).then(Check.FellDue)


def test_check_does_not_fall_due_before_its_moment() -> None:
    given(a_planned_check()).when(
        lambda check: check.fall_due(now=DUE_AT - timedelta(seconds=1))
    ).then_refused(errors.NotDueYet)


def test_check_falls_due_only_once() -> None:
    given(a_due_check()).when(lambda check: check.fall_due(now=later(days=91))).then_nothing()


def test_people_have_their_time_also_when_we_were_down() -> None:
    back_up_at = DUE_AT + timedelta(days=60)

    given(a_planned_check()).when(lambda check: check.fall_due(now=back_up_at)).then(
        fact(Check.FellDue, missed_at=back_up_at + DONE_WITHIN)
    )


def test_check_is_missed_when_nobody_told_in_time_how_it_went() -> None:
    given(a_due_check()).when(lambda check: check.miss(now=DUE_AT + DONE_WITHIN)).then(Check.Missed)


def test_check_is_not_missed_while_it_can_be_done_in_time() -> None:
    moment = DUE_AT + DONE_WITHIN - timedelta(seconds=1)

    given(a_due_check()).when(lambda check: check.miss(now=moment)).then_refused(errors.NotMissedYet)


def test_check_is_not_missed_before_it_fell_due() -> None:
    given(a_planned_check()).when(lambda check: check.miss(now=later(days=400))).then_refused(
        errors.NotMissedYet
    )


def test_check_is_missed_only_once() -> None:
    given(a_missed_check()).when(lambda check: check.miss(now=later(days=400))).then_nothing()


@pytest.mark.parametrize("settlement", Settlement)
def test_settled_check_never_falls_due(settlement: Settlement) -> None:
    given(a_settled_check(settlement)).when(lambda check: check.fall_due(now=later(days=400))).then_nothing()


@pytest.mark.parametrize("settlement", Settlement)
def test_settled_check_is_never_missed(settlement: Settlement) -> None:
    check = given(a_due_check()).when(lambda due: due.settle(settlement, now=DUE_AT)).then(Check.Settled)

    given(check).when(lambda settled: settled.miss(now=later(days=400))).then_nothing()


def test_missed_check_can_still_be_done() -> None:
    given(a_missed_check()).when(lambda check: check.settle(Settlement.DONE, now=later(days=120))).then(
        fact(Check.Settled, settlement=Settlement.DONE)
    )


def test_first_settlement_counts() -> None:
    given(a_settled_check(Settlement.DONE)).when(
        lambda check: check.settle(Settlement.REOPENED, now=later(days=31))
    ).then_nothing()


def test_check_is_reassigned_when_its_supporter_stops() -> None:
    """WAA-09."""
    given(a_planned_check()).when(
        lambda check: check.reassign(a_supporter_id("Samira"), now=later(days=10))
    ).then(fact(Check.Reassigned, responsible=a_supporter_id("Samira")))


def test_check_can_be_left_to_the_coordinators_list() -> None:
    given(a_due_check()).when(lambda check: check.reassign(None, now=later(days=91))).then(
        fact(Check.Reassigned, responsible=None)
    )


def test_reassigning_to_the_same_supporter_is_no_fact() -> None:
    given(a_planned_check()).when(
        lambda check: check.reassign(a_supporter_id("Joost"), now=later(days=10))
    ).then_nothing()


def test_settled_check_is_not_reassigned() -> None:
    given(a_settled_check()).when(
        lambda check: check.reassign(a_supporter_id("Samira"), now=later(days=31))
    ).then_nothing()
