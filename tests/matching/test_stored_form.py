"""What is stored loads again: events, snapshots, and the names under which both are kept (P8, P21)."""

from __future__ import annotations

import pytest
from tests.support.clock import START
from tests.support.examples.matching import EVERY_STAGE, EXPERT, Story, a_case, a_supporter
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import a_supporter_id

from chassis.aggregates import Aggregate, DomainEvent
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored
from matching.domain.case import CaseSearches
from matching.domain.search import Search
from matching.domain.supporter import Supporter

KEPT_NAMES = {
    Supporter: {
        "Registered PlacesChanged Asked NoLongerAsked PlaceTaken PlaceFreed Paused Resumed Left"
        " ExperienceShared ExperienceWithdrawn TermBegan TermEnded ErasureAnswered ErasureDecided DataErased",
        "matching:Supporter",
    },
    Search: {
        "Opened OptionsOffered NobodyFound OptionChosen MatchProposed MatchAccepted MatchDeclined Matched"
        " MatchConfirmed HandoverCompleted AnswerOverdue NoClickReported MatchEnded Ended",
        "matching:Search",
    },
    CaseSearches: {"Begun SearchAdded NoClickKept PartyLeftOut PartyLetIn", "matching:CaseSearches"},
}
"""Written once: a name that was ever stored is never changed."""


def everything() -> list[Aggregate]:
    busy = Story(a_supporter(profile=EXPERT, languages=("nl", "ar"))).running()
    away = Story().proposed()
    away.joost.change_places(0, now=START)
    away.joost.pause(now=START)
    case = a_case()
    case.keep_no_click(a_supporter_id("Joost"), now=START)
    return [*(make() for make in EVERY_STAGE.values()), busy.joost, away.joost, busy.case, case]


@pytest.mark.parametrize("aggregate", everything(), ids=lambda each: type(each).__name__)
def test_events_load_as_they_were(aggregate: Aggregate) -> None:
    events = [to_event(to_stored(event)) for event in aggregate.pending()]
    assert events == list(aggregate.pending())
    assert state_of(replayed(aggregate, events)) == state_of(aggregate)


@pytest.mark.parametrize("aggregate", everything(), ids=lambda each: type(each).__name__)
def test_snapshot_changes_nothing(aggregate: Aggregate) -> None:
    loaded = from_snapshot(to_snapshot(aggregate))
    assert loaded is not None
    assert state_of(loaded) == state_of(aggregate)


@pytest.mark.parametrize("kind", KEPT_NAMES)
def test_names_under_which_facts_are_kept_never_change(kind: type[Aggregate]) -> None:
    topic, facts = sorted(KEPT_NAMES[kind], key=len)
    kept = {
        value.TOPIC
        for value in vars(kind).values()
        if isinstance(value, type) and issubclass(value, DomainEvent) and value.__name__ != "Event"
    }
    assert kept == {f"{topic}.{name}" for name in facts.split()}
