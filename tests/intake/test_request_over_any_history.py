"""Whatever is tried, in whatever order: one answer, after an explanation, and no case without a yes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.clock import START
from tests.support.examples.intake import a_consent, a_received_request, accept, explain
from tests.support.given_when_then import replayed, state_of

from chassis.aggregates import Refused
from intake.domain.request import Request, State

Step = Callable[[Request, datetime], object]

STEPS: dict[str, Step] = {
    "explain": lambda request, now: explain(request, explained_at=now, now=now),
    "accept": lambda request, now: accept(request, consent=a_consent(given_at=now), now=now),
    "accept earlier consent": lambda request, now: accept(
        request, consent=a_consent(given_at=START), now=now
    ),
    "decline": lambda request, now: request.decline(now=now),
    "case opened": lambda request, now: request.hear_case_opened(opened_at=now, now=now),
    "silence": lambda request, now: request.answer_is_missed(now=now),
}

histories = st.lists(
    st.tuples(
        st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=3)), st.sampled_from(sorted(STEPS))
    ),
    max_size=20,
)


def lived(request: Request, history: Sequence[tuple[timedelta, str]]) -> Request:
    """The request after a history; refused steps leave no trace."""
    now = START
    for passes, step in history:
        now += passes
        try:
            STEPS[step](request, now)
        except Refused:
            continue
    return request


def faults(request: Request) -> list[str]:
    """What is wrong with the facts of a request."""
    facts = [type(each).__qualname__.removeprefix("Request.") for each in request.pending()]
    found = [f"{name} {facts.count(name)} times" for name in set(facts) if facts.count(name) > 1]
    if "SupportAccepted" in facts and "RightExplained" not in facts[: facts.index("SupportAccepted")]:
        found.append("accepted without explanation")
    if "SupportAccepted" in facts and "DeclinedByResident" in facts:
        found.append("two answers")
    if "AnswerOverdue" in facts and "CaseOpened" in facts[: facts.index("AnswerOverdue")]:
        found.append("overdue after the answer")
    return found


@given(history=histories)
@settings(deadline=None)
def test_request_gets_one_answer_after_an_explanation(history: list[tuple[timedelta, str]]) -> None:
    request = lived(a_received_request(), history)

    assert faults(request) == []
    assert state_of(replayed(request)) == state_of(request)


def test_careless_request_is_found_out() -> None:
    """The negative control: a request that lets itself be accepted unexplained, and declined after that."""
    request = a_received_request()
    request.explained_at = START
    accept(request, consent=a_consent(given_at=START))
    request.state = State.RECEIVED
    request.decline(now=START)

    assert faults(request) == ["accepted without explanation", "two answers"]
