"""Tests of rules as sentences: what was, what is done, what follows.

::

    given(an_escalated_part()).when(lambda case: case.escalate_part(...)).then_refused(PartAlreadyEscalated)
    given(a_case()).when(lambda case: case.close(...)).then(fact(CaseFile.PartClosed), CaseFile.Closed)
    given_nothing().when(lambda: CaseFile.open(...)).then(CaseFile.Opened)

``then`` also rebuilds the aggregate from its events when all of them are at hand, and finds it equal: so
every test of a rule is a test of replay too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from chassis.aggregates import Aggregate, DomainEvent, Refused

A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True)
class Fact:
    """An expected event: its class, and the fields that the test cares about."""

    event: type[DomainEvent]
    expected: Mapping[str, Any]

    def differences(self, happened: DomainEvent) -> list[str]:
        """What is otherwise than expected; nothing when it fits."""
        if not isinstance(happened, self.event):
            return [f"expected {self.event.__qualname__}, happened {happened!r}"]
        return [
            f"{self.event.__qualname__}.{name}: expected {value!r}, is {getattr(happened, name)!r}"
            for name, value in self.expected.items()
            if getattr(happened, name) != value
        ]


def fact(event: type[DomainEvent], **expected: Any) -> Fact:
    """An event with these values; other fields may hold anything. A misspelt field is an error at once."""
    unknown = set(expected) - {field.name for field in fields(event)}
    if unknown:
        raise TypeError(f"{event.__qualname__} has no field {', '.join(sorted(unknown))}")
    return Fact(event, expected)


def given(aggregate: A) -> Given[A]:
    """Begin with this aggregate, made by an example."""
    return Given(aggregate)


def given_nothing() -> GivenNothing:
    """Begin with nothing: the command makes the aggregate."""
    return GivenNothing()


class Given(Generic[A]):
    def __init__(self, aggregate: A) -> None:
        self._aggregate = aggregate

    def when(self, command: Callable[[A], object]) -> Outcome[A]:
        """Do it. A refusal is kept for ``then_refused``; any other exception is a failing test."""
        before = len(self._aggregate.pending())
        try:
            command(self._aggregate)
        except Refused as refusal:
            return Outcome(self._aggregate, self._aggregate.pending()[before:], refusal)
        return Outcome(self._aggregate, self._aggregate.pending()[before:], None)


class GivenNothing:
    def when(self, command: Callable[[], A]) -> Outcome[A]:
        try:
            aggregate = command()
        except Refused as refusal:
            return Outcome(None, (), refusal)
        return Outcome(aggregate, aggregate.pending(), None)


class Outcome(Generic[A]):
    """What followed."""

    def __init__(self, aggregate: A | None, happened: Sequence[DomainEvent], refusal: Refused | None) -> None:
        self._aggregate, self._happened, self._refusal = aggregate, happened, refusal

    def then(self, *expected: Fact | type[DomainEvent]) -> A:
        """Exactly these events happened, in this order. Returns the aggregate, to go on with."""
        assert self._refusal is None, f"refused: {self._refusal!r}"
        assert self._aggregate is not None
        wanted = [each if isinstance(each, Fact) else Fact(each, {}) for each in expected]
        names = [type(each).__qualname__ for each in self._happened]
        assert names == [each.event.__qualname__ for each in wanted], f"happened: {list(self._happened)}"
        faults = [
            fault for want, did in zip(wanted, self._happened, strict=True) for fault in want.differences(did)
        ]
        assert not faults, "\n".join(faults)
        assert_replays(self._aggregate)
        return self._aggregate

    def then_nothing(self) -> A:
        """It was not refused, and nothing happened: it was so already."""
        return self.then()

    def then_refused(self, refusal: type[Refused]) -> Refused:
        """It was refused with this sentence, and no event happened (P2)."""
        assert self._refusal is not None, f"not refused; happened: {list(self._happened)}"
        assert type(self._refusal) is refusal, f"refused otherwise: {self._refusal!r}"
        assert not self._happened, f"refused, yet happened: {list(self._happened)}"
        assert self._refusal.detail.strip(), "a refusal tells a person what is the case"
        return self._refusal


def replayed(aggregate: A, events: Sequence[DomainEvent] | None = None) -> A:
    """The aggregate rebuilt from its events (its pending ones unless given)."""
    rebuilt: Any = None
    for each in aggregate.pending() if events is None else events:
        rebuilt = each.mutate(rebuilt)
    assert isinstance(rebuilt, type(aggregate))
    return rebuilt


def state_of(aggregate: Aggregate) -> dict[str, Any]:
    """All that an aggregate remembers, without what waits to be saved."""
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}


def assert_replays(aggregate: Aggregate) -> None:
    """Live state equals the state rebuilt from the events, when all events are at hand."""
    events = aggregate.pending()
    if events and events[0].originator_version == 1:
        assert state_of(replayed(aggregate)) == state_of(aggregate)
