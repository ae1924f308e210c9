"""Every subscriber of notifications: done, refused, redelivered, concurrent (style rule 5)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from tests.notifications.telling import (
    CASE,
    a_case_opened,
    a_done_check,
    a_reassignment,
    a_reopening,
    a_scheduling,
    a_stop,
    tell,
)
from tests.support.ids import a_case_id, a_supporter_id
from tests.support.running import Running

from contracts.envelope import ContractEvent


@dataclass(frozen=True)
class Subscriber:
    """A message, what was heard before it, and the facts that it makes."""

    event: Callable[[Running], ContractEvent]
    before: tuple[Callable[[Running], ContractEvent], ...]
    facts: tuple[str, ...]


NOTED = (a_case_opened,)
PLANNED = (a_case_opened, a_scheduling)
SUBSCRIBERS = {
    "CaseOpened": Subscriber(a_case_opened, (), ("Matter.Noted",)),
    "WaakvlamScheduled": Subscriber(a_scheduling, NOTED, ("Matter.CheckAdded", "Check.Planned")),
    "WaakvlamReassigned": Subscriber(
        lambda _: a_reassignment(a_supporter_id("Samira")), PLANNED, ("Check.Reassigned",)
    ),
    "WaakvlamCheckDone": Subscriber(a_done_check, PLANNED, ("Check.Settled",)),
    "WaakvlamStopped": Subscriber(lambda _: a_stop(), PLANNED, ("Check.Settled",)),
    "CaseReopened": Subscriber(a_reopening, PLANNED, ("Check.Settled",)),
}


@pytest.fixture(params=SUBSCRIBERS)
def subscriber(request: pytest.FixtureRequest) -> Subscriber:
    return SUBSCRIBERS[request.param]


def ready(notifications: Running, subscriber: Subscriber) -> int:
    """What has to be heard before was heard; how many facts that made."""
    tell(notifications, *(event(notifications) for event in subscriber.before))
    return len(notifications.stored())


def made(notifications: Running, since: int) -> tuple[str, ...]:
    return tuple(topic.removeprefix("notifications:") for topic in notifications.stored()[since:])


def test_done(notifications: Running, subscriber: Subscriber) -> None:
    since = ready(notifications, subscriber)

    tell(notifications, subscriber.event(notifications))

    assert made(notifications, since) == subscriber.facts


def test_refused(notifications: Running, subscriber: Subscriber) -> None:
    """Told again under another message, it was so already: nothing happens, and nothing is asked back."""
    ready(notifications, subscriber)
    event = subscriber.event(notifications)
    tell(notifications, event)
    since = len(notifications.stored())

    tell(notifications, event)

    assert made(notifications, since) == ()


def test_redelivered(notifications: Running, subscriber: Subscriber) -> None:
    since = ready(notifications, subscriber)
    message = notifications.message(subscriber.event(notifications), CASE)

    assert notifications.deliver("casefile", message, message) == [None, None]
    assert notifications.deliver("casefile", message) == [None]

    assert made(notifications, since) == subscriber.facts


def test_concurrent(notifications: Running, subscriber: Subscriber) -> None:
    since = ready(notifications, subscriber)
    message = notifications.message(subscriber.event(notifications), CASE)

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: notifications.deliver("casefile", message), range(4)))

    assert outcomes == [[None]] * 4
    assert made(notifications, since) == subscriber.facts


def test_many_cases_in_one_delivery(notifications: Running) -> None:
    cases = [a_case_id(f"case {number}") for number in range(20)]
    messages = [notifications.message(a_case_opened(notifications), case) for case in cases]

    assert notifications.deliver("casefile", *messages) == [None] * 20
    assert notifications.stored() == ["notifications:Matter.Noted"] * 20


def test_check_of_a_case_that_was_never_told_of_is_no_silent_loss(notifications: Running) -> None:
    """Without its network nobody knows how long the check may wait: a dead letter says so (P6)."""
    message = notifications.message(a_scheduling(notifications), CASE)

    for _ in range(5):
        notifications.deliver("casefile", message)

    assert notifications.dead_letters() == ["NotFound"]


def test_reassignment_of_an_unknown_check_is_no_silent_loss(notifications: Running) -> None:
    tell(notifications, a_case_opened(notifications))
    message = notifications.message(a_reassignment(a_supporter_id("Samira")), CASE)

    for _ in range(5):
        notifications.deliver("casefile", message)

    assert notifications.dead_letters() == ["NotFound"]


def test_nudge_without_a_planned_check_settles_nothing(notifications: Running) -> None:
    """WAA-03: the resident started it; nothing was waited for."""
    tell(notifications, a_case_opened(notifications), a_done_check(notifications))

    assert notifications.stored() == ["notifications:Matter.Noted"]


def test_check_of_another_case_is_not_touched(notifications: Running) -> None:
    tell(notifications, a_case_opened(notifications), a_scheduling(notifications))
    since = len(notifications.stored())
    message = notifications.message(a_stop(), a_case_id("another case"))

    for _ in range(5):
        notifications.deliver("casefile", message)

    assert notifications.dead_letters() == ["NotFound"]
    assert made(notifications, since) == ()
