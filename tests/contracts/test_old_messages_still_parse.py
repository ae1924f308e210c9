from __future__ import annotations

import json
from typing import Any

import pytest
from tests.contracts.examples import CASE, EXAMPLES, RECORDED_AT, TRACEPARENT, a_message
from tests.contracts.golden_files import GOLDEN
from tests.support.ids import an_id

from contracts import parse, peek


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_message_parses_to_the_event_that_it_was(name: str) -> None:
    envelope = parse(GOLDEN[name])

    event = EXAMPLES[name]
    assert envelope.data == event
    assert type(envelope.data) is type(event)
    assert envelope.id == an_id("event", event.TYPE)
    assert (envelope.subject, envelope.sequence) == (CASE, 7)
    assert (envelope.time, envelope.traceparent) == (RECORDED_AT, TRACEPARENT)
    assert (envelope.service, envelope.extras) == (event.SOURCE, {})


@pytest.mark.parametrize("name", GOLDEN)
def test_what_a_golden_message_says_is_still_written(name: str) -> None:
    assert still_says(json.loads(a_message(EXAMPLES[name])), json.loads(GOLDEN[name]))


def still_says(now: Any, then: Any) -> bool:
    """Whether everything that was said is still said; objects may have got new fields."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(key in now and still_says(now[key], then[key]) for key in then)
    if isinstance(then, list):
        return len(now) == len(then) and all(map(still_says, now, then))
    return bool(now == then)


@pytest.mark.parametrize("name", GOLDEN)
def test_peeking_tells_where_a_golden_message_belongs(name: str) -> None:
    head, envelope = peek(GOLDEN[name]), parse(GOLDEN[name])

    for attribute in ("id", "source", "service", "type", "subject", "sequence", "traceparent"):
        assert getattr(head, attribute) == getattr(envelope, attribute)


def test_every_event_has_a_golden_message() -> None:
    assert set(GOLDEN) == set(EXAMPLES)
