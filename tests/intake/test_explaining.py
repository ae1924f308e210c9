"""The right to support is explained before anybody can say yes (INT-07, INT-23)."""

from __future__ import annotations

import pytest
from tests.support.clock import later
from tests.support.examples.intake import (
    EXPLAINED_AT,
    a_declined_request,
    a_received_request,
    an_accepted_request,
    an_explained_request,
    explain,
)
from tests.support.given_when_then import fact, given

from intake.domain import errors
from intake.domain.request import Request


def test_it_is_recorded_when_by_whom_and_how_the_right_was_explained() -> None:
    given(a_received_request()).when(explain).then(
        fact(
            Request.RightExplained,
            explained_at=EXPLAINED_AT,
            explained_by_role="role_coordinator",
            explained_by_organisation="coordination-point",
            way="ck_phone",
            told_free_of_charge=True,
        )
    )


@pytest.mark.parametrize(("free", "voluntary"), [(False, True), (True, False), (False, False)])
def test_explanation_names_free_of_charge_and_voluntary(free: bool, voluntary: bool) -> None:
    given(a_received_request()).when(
        lambda request: request.explain_right(
            explained_at=EXPLAINED_AT,
            by_role="role_coordinator",
            by_organisation="coordination-point",
            way="ck_phone",
            told_free_of_charge=free,
            told_voluntary=voluntary,
            now=EXPLAINED_AT,
        )
    ).then_refused(errors.RightNotFullyExplained)


def test_explanation_may_be_entered_later_than_it_was_given() -> None:
    given(a_received_request()).when(lambda request: explain(request, now=later(days=1))).then(
        fact(Request.RightExplained, explained_at=EXPLAINED_AT, timestamp=later(days=1))
    )


@pytest.mark.parametrize("explained_at", [later(minutes=-1), later(hours=1, minutes=1)])
def test_right_is_explained_between_the_request_and_now(explained_at: object) -> None:
    given(a_received_request()).when(
        lambda request: explain(request, explained_at=explained_at, now=later(hours=1))  # type: ignore[arg-type]
    ).then_refused(errors.ExplainedAtAnotherTime)


def test_right_is_explained_once() -> None:
    given(an_explained_request()).when(explain).then_refused(errors.RightExplainedAlready)


def test_nothing_is_explained_after_a_yes() -> None:
    given(an_accepted_request()).when(explain).then_refused(errors.RequestAccepted)


def test_nothing_is_explained_after_a_no() -> None:
    given(a_declined_request()).when(explain).then_refused(errors.RequestDeclined)
