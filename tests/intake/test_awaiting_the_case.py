"""After the yes the case file opens the case; its silence becomes visible (design §3.8, P10)."""

from __future__ import annotations

from datetime import timedelta

from tests.support.examples.intake import (
    ANSWER_BY,
    a_declined_request,
    an_accepted_request,
    an_explained_request,
)
from tests.support.given_when_then import fact, given

from intake.domain import errors
from intake.domain.request import Request


def test_case_file_answers_that_the_case_is_open() -> None:
    given(an_accepted_request()).when(
        lambda request: request.hear_case_opened(opened_at=ANSWER_BY, now=ANSWER_BY)
    ).then(fact(Request.CaseOpened, opened_at=ANSWER_BY))


def test_silence_is_told_once() -> None:
    request = (
        given(an_accepted_request())
        .when(lambda accepted: accepted.answer_is_missed(now=ANSWER_BY))
        .then(fact(Request.AnswerOverdue, answer_by=ANSWER_BY))
    )

    assert request.answer_overdue
    given(request).when(
        lambda silent: silent.answer_is_missed(now=ANSWER_BY + timedelta(days=1))
    ).then_nothing()


def test_nothing_is_overdue_while_there_is_time() -> None:
    given(an_accepted_request()).when(
        lambda request: request.answer_is_missed(now=ANSWER_BY - timedelta(seconds=1))
    ).then_refused(errors.AnswerNotOverdueYet)


def test_nothing_is_awaited_after_a_no() -> None:
    given(a_declined_request()).when(lambda request: request.answer_is_missed(now=ANSWER_BY)).then_refused(
        errors.AnswerNotOverdueYet
    )


def test_answer_in_time_is_never_overdue() -> None:
    request = an_accepted_request()
    request.hear_case_opened(opened_at=ANSWER_BY, now=ANSWER_BY)

    given(request).when(
        lambda opened: opened.answer_is_missed(now=ANSWER_BY + timedelta(days=1))
    ).then_nothing()


def test_late_answer_ends_the_silence() -> None:
    request = an_accepted_request()
    request.answer_is_missed(now=ANSWER_BY)
    late = ANSWER_BY + timedelta(hours=1)

    opened = (
        given(request)
        .when(lambda silent: silent.hear_case_opened(opened_at=late, now=late))
        .then(Request.CaseOpened)
    )

    assert not opened.answer_overdue


def test_answer_is_heard_once() -> None:
    request = an_accepted_request()
    request.hear_case_opened(opened_at=ANSWER_BY, now=ANSWER_BY)

    given(request).when(
        lambda opened: opened.hear_case_opened(opened_at=ANSWER_BY, now=ANSWER_BY)
    ).then_nothing()


def test_case_without_a_yes_is_not_believed() -> None:
    """INT-08."""
    given(an_explained_request()).when(
        lambda request: request.hear_case_opened(opened_at=ANSWER_BY, now=ANSWER_BY)
    ).then_refused(errors.RequestNotAccepted)
