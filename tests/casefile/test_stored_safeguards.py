"""Safeguards are stored under names that never change, load as they were, and are told in sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import ANOUK, CASE, FIRST, NOUR
from tests.support.examples.safeguards import (
    BREAKER,
    OPENING,
    RISK,
    TIE,
    a_broken_glass,
    a_flagged_case,
    a_restricted_case,
    a_tied_case,
    review_glass,
)
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import an_id

from casefile.domain.break_glass import BreakGlass
from casefile.domain.case import CaseFile
from casefile.domain.consent_check import ConsentCheck
from casefile.views.sentences import SENTENCES, Words, sentence
from casefile.views.told import own_fact
from chassis.aggregates import Aggregate, DomainEvent
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored

KEPT_NAMES: dict[type[Aggregate], str] = {
    BreakGlass: "Begun Opened ReviewOverdue Reviewed BreachReviewOpened",
    ConsentCheck: "CodeGiven",
}
WORDS = Words("maatje", {"coordination-point": "Het Wijkhuis", "elsewhere": "De Overkant"})


def a_reviewed_glass() -> BreakGlass:
    glass = a_broken_glass()
    glass.review_fell_overdue(OPENING, later(days=8))
    review_glass(glass, "not_justified")
    return glass


def an_answered_risk() -> CaseFile:
    case = a_flagged_case()
    case.safety_reaction_overdue(RISK, later(hours=5))
    case.react_to_safety_risk(RISK, "coordinator-one", later(hours=6))
    return case


def a_case_with_an_ended_tie() -> CaseFile:
    case = a_tied_case()
    case.end_personal_tie(TIE, "coordinator-three", START)
    return case


def a_case_with_an_ended_restriction() -> CaseFile:
    case = a_restricted_case()
    case.change_handlers(["handler-two", "handler-three"], "handler-two", START)
    case.end_restriction("handler-two", START)
    return case


def a_code() -> ConsentCheck:
    return ConsentCheck.give_code(
        an_id("check", "uwv"),
        CASE,
        NOUR,
        supporter_id=ANOUK.supporter_id,
        part_ids=(FIRST,),
        authority="uwv",
        consent_id=an_id("consent"),
        valid_until=later(days=31),
        digest=b"\x01" * 32,
        now=START,
    )


STATES: tuple[Callable[[], Aggregate], ...] = (
    a_broken_glass,
    a_reviewed_glass,
    an_answered_risk,
    a_case_with_an_ended_tie,
    a_restricted_case,
    a_case_with_an_ended_restriction,
    a_code,
)


@pytest.mark.parametrize("make", STATES)
def test_events_and_snapshots_load_as_they_were(make: Callable[[], Aggregate]) -> None:
    aggregate = make()
    events = [to_event(to_stored(event)) for event in aggregate.pending()]
    assert events == list(aggregate.pending())
    assert state_of(replayed(aggregate, events)) == state_of(aggregate)
    loaded = from_snapshot(to_snapshot(aggregate))
    assert loaded is not None
    assert state_of(loaded) == state_of(aggregate)


@pytest.mark.parametrize("kind", KEPT_NAMES)
def test_names_under_which_facts_are_kept_never_change(kind: type[Aggregate]) -> None:
    kept = {
        value.TOPIC
        for value in vars(kind).values()
        if isinstance(value, type) and issubclass(value, DomainEvent) and value.__name__ != "Event"
    }
    assert kept == {f"casefile:{kind.__name__}.{name}" for name in KEPT_NAMES[kind].split()}


@pytest.mark.parametrize("make", STATES)
def test_every_fact_is_told_without_naming_anybody(make: Callable[[], Aggregate]) -> None:
    people = (BREAKER, "coordinator-", "handler-", "sibling", "auditor-", str(ANOUK.supporter_id))
    for event in make().pending():
        if isinstance(event, BreakGlass.Begun):
            continue
        subject, kind, facts = own_fact(event, CASE)
        told = sentence(kind, facts, WORDS)
        assert subject == CASE
        assert kind in SENTENCES
        assert told[0].isupper()
        assert told.endswith(".")
        assert not [name for name in people if name in told]
        if kind.startswith(("BreakGlass", "Personal", "Case", "Handlers", "Restriction", "Safety")):
            assert not [name for name in people if name in str(facts)]
