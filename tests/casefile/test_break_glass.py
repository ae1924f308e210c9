"""Emergency access: a reason, an hour at most, never prolonged in silence, always looked back on (P20)."""

from __future__ import annotations

from datetime import timedelta

from tests.support.clock import START, later
from tests.support.examples.casefile import CASE
from tests.support.examples.safeguards import (
    BREAKER,
    HOUR,
    OPENING,
    REVIEWER,
    a_broken_glass,
    open_glass,
    review_glass,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.break_glass import BreakGlass, EmergencyReason
from casefile.domain.safeguard_errors import (
    AccessRunsAlready,
    OpeningUnknown,
    ReviewedAlready,
    SomebodyElseReviews,
    TooLong,
)

AGAIN = an_id("opening", "again")


def a_new_glass() -> BreakGlass:
    return BreakGlass.begin_for(CASE, BREAKER, "elsewhere", START)


def test_it_opens_for_a_reason_and_an_hour() -> None:
    glass = (
        given(a_new_glass())
        .when(open_glass)
        .then(fact(BreakGlass.Opened, case_id=CASE, reason="bg_danger_to_resident", until=START + HOUR))
    )
    assert glass.subject_id == glass.id != CASE, "who reviews it sees nothing of the case"


def test_no_network_can_give_more_than_an_hour() -> None:
    given(a_new_glass()).when(
        lambda glass: open_glass(glass, lasts=HOUR + timedelta(seconds=1))
    ).then_refused(TooLong)


def test_it_is_not_prolonged_for_the_same_reason() -> None:
    given(a_broken_glass()).when(
        lambda glass: open_glass(glass, opening_id=AGAIN, now=later(minutes=50))
    ).then_refused(AccessRunsAlready)


def test_a_new_reason_is_a_new_opening_with_a_review_of_its_own() -> None:
    other = EmergencyReason.CANNOT_CONSENT
    glass = (
        given(a_broken_glass())
        .when(lambda glass: open_glass(glass, opening_id=AGAIN, reason=other, now=later(minutes=50)))
        .then(fact(BreakGlass.Opened, opening_id=AGAIN, until=later(minutes=110)))
    )
    assert {each.verdict for each in glass.openings.values()} == {None}
    assert len(glass.openings) == 2


def test_after_it_expired_it_can_be_opened_anew() -> None:
    given(a_broken_glass()).when(
        lambda glass: open_glass(glass, opening_id=AGAIN, now=later(minutes=61))
    ).then(BreakGlass.Opened)


def test_whoever_used_it_does_not_review_it() -> None:
    given(a_broken_glass()).when(lambda glass: review_glass(glass, by=BREAKER)).then_refused(
        SomebodyElseReviews
    )


def test_somebody_else_finds_it_justified() -> None:
    given(a_broken_glass()).when(review_glass).then(
        fact(BreakGlass.Reviewed, verdict="justified", reviewed_by=REVIEWER)
    )


def test_not_justified_opens_a_breach_review() -> None:
    given(a_broken_glass()).when(lambda glass: review_glass(glass, "not_justified")).then(
        fact(BreakGlass.Reviewed, verdict="not_justified"),
        fact(BreakGlass.BreachReviewOpened, opening_id=OPENING, organisation="elsewhere"),
    )


def test_a_review_is_given_once_and_only_of_what_was_opened() -> None:
    glass = a_broken_glass()
    review_glass(glass)
    given(glass).when(review_glass).then_refused(ReviewedAlready)
    given(glass).when(lambda one: review_glass(one, opening_id=AGAIN)).then_refused(OpeningUnknown)


def test_a_review_that_stays_away_is_told_once_and_can_still_be_given() -> None:
    glass = (
        given(a_broken_glass())
        .when(lambda glass: glass.review_fell_overdue(OPENING, later(days=7)))
        .then(fact(BreakGlass.ReviewOverdue, opening_id=OPENING))
    )
    given(glass).when(lambda one: one.review_fell_overdue(OPENING, later(days=8))).then_nothing()
    given(glass).when(review_glass).then(BreakGlass.Reviewed)


def test_nothing_is_overdue_before_its_term_nor_after_the_review() -> None:
    glass = a_broken_glass()
    given(glass).when(lambda one: one.review_fell_overdue(OPENING, later(days=6))).then_nothing()
    review_glass(glass)
    given(glass).when(lambda one: one.review_fell_overdue(OPENING, later(days=7))).then_nothing()
