"""What is stored of a request can be read again: names never change, snapshots change no result (P8, P21)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.clock import START
from tests.support.examples.intake import (
    ANSWER_BY,
    NUMBER,
    a_declined_request,
    a_received_request,
    an_accepted_request,
    an_explained_request,
)
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import a_case_id

from chassis.aggregates import Aggregate
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored
from intake.domain.number_taken import NumberTaken
from intake.domain.request import Request


def an_overdue_request() -> Request:
    request = an_accepted_request()
    request.answer_is_missed(now=ANSWER_BY)
    return request


def an_opened_request() -> Request:
    request = an_overdue_request()
    request.hear_case_opened(opened_at=ANSWER_BY, now=ANSWER_BY)
    return request


def a_taken_number() -> NumberTaken:
    return NumberTaken.take(NUMBER, a_case_id(), START)


STATES: list[Callable[[], Aggregate]] = [
    a_received_request,
    an_explained_request,
    an_accepted_request,
    a_declined_request,
    an_overdue_request,
    an_opened_request,
    a_taken_number,
]


def test_names_under_which_events_are_stored_never_change() -> None:
    stored = {to_stored(event).topic for state in STATES for event in state().pending()}

    assert stored == {
        "intake:Request.Received",
        "intake:Request.RightExplained",
        "intake:Request.SupportAccepted",
        "intake:Request.DeclinedByResident",
        "intake:Request.AnswerOverdue",
        "intake:Request.CaseOpened",
        "intake:NumberTaken.Taken",
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
