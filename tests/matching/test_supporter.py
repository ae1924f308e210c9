"""What a supporter can be, and when they can be asked (MAT-16, MAT-18, MAT-19, MAT-22, MAT-24, QUA-08)."""

from __future__ import annotations

from dataclasses import replace
from inspect import signature

import pytest
from tests.support.clock import START
from tests.support.examples.matching import (
    EXPERT,
    NETWORK,
    PROFESSIONAL,
    VOLUNTEER,
    a_paused_supporter,
    a_supporter,
    a_supporter_who_left,
)
from tests.support.given_when_then import fact, given, given_nothing
from tests.support.ids import a_case_id, a_match_id, a_supporter_id, an_id

from matching.domain import errors
from matching.domain.profile import ExperienceLevel, Formality, Kind, Profile
from matching.domain.supporter import Claim, Standing, Supporter

CLAIM = Claim(search_id=an_id("search"), case_id=a_case_id())


def registered(profile: Profile, languages: tuple[str, ...] = ("nl",)) -> Supporter:
    return Supporter.register(
        a_supporter_id("Joost"), network=NETWORK, profile=profile, languages=languages, places=1, now=START
    )


@pytest.mark.parametrize("profile", [VOLUNTEER, EXPERT, replace(EXPERT, paid=False), PROFESSIONAL])
def test_kind_pay_and_organisation_are_kept_apart(profile: Profile) -> None:
    supporter = (
        given_nothing().when(lambda: registered(profile)).then(fact(Supporter.Registered, profile=profile))
    )
    assert supporter.standing is Standing.ACTIVE


@pytest.mark.parametrize("profile", [VOLUNTEER, EXPERT])
def test_informal_supporter_always_belongs_to_an_organisation(profile: Profile) -> None:
    (
        given_nothing()
        .when(lambda: registered(replace(profile, organisation="")))
        .then_refused(errors.InformalSupporterNeedsOrganisation)
    )


@pytest.mark.parametrize(
    "level", [None, ExperienceLevel.HAS_EXPERIENCE, ExperienceLevel.HAS_EXPERIENTIAL_KNOWLEDGE]
)
def test_only_who_was_trained_counts_as_experience_expert(level: ExperienceLevel | None) -> None:
    (
        given_nothing()
        .when(lambda: registered(replace(EXPERT, experience_level=level)))
        .then_refused(errors.NotTrainedAsExperienceExpert)
    )


def test_volunteer_may_have_experience_of_any_level() -> None:
    for level in ExperienceLevel:
        registered(replace(VOLUNTEER, experience_level=level))


def test_volunteers_and_experience_experts_are_informal() -> None:
    assert [kind for kind in Kind if kind.formality is Formality.FORMAL] == [Kind.FORMAL]


def test_supporter_speaks_some_language() -> None:
    given_nothing().when(lambda: registered(VOLUNTEER, ())).then_refused(errors.SpeaksNoLanguage)


def test_asking_takes_no_place() -> None:
    supporter = (
        given(a_supporter(places=1))
        .when(lambda s: s.ask(a_match_id(), CLAIM, now=START))
        .then(fact(Supporter.Asked, match_id=a_match_id(), claim=CLAIM))
    )
    assert supporter.places_free == 1


def asked(supporter: Supporter, name: str = "first", case: str = "a case") -> Supporter:
    claim = Claim(search_id=an_id("search", name), case_id=a_case_id(case))
    supporter.ask(a_match_id(name), claim, now=START)
    return supporter


def busy(supporter: Supporter, name: str = "first", case: str = "a case") -> Supporter:
    asked(supporter, name, case).take_place(a_match_id(name), now=START)
    return supporter


def test_match_takes_the_place_that_was_asked_for() -> None:
    supporter = (
        given(asked(a_supporter(places=1)))
        .when(lambda s: s.take_place(a_match_id(), now=START))
        .then(fact(Supporter.PlaceTaken, match_id=a_match_id()))
    )
    assert (supporter.places_free, supporter.asked, list(supporter.held)) == (0, {}, [a_match_id()])


def test_place_is_taken_once() -> None:
    given(busy(a_supporter())).when(lambda s: s.take_place(a_match_id(), now=START)).then_nothing()


def test_last_place_is_taken_once() -> None:
    supporter = asked(asked(a_supporter(places=1), "first", "Anna"), "second", "Bart")
    supporter.take_place(a_match_id("first"), now=START)
    (
        given(supporter)
        .when(lambda s: s.take_place(a_match_id("second"), now=START))
        .then_refused(errors.NoPlaceLeft)
    )


def test_full_supporter_is_not_asked_for_another_resident() -> None:
    other = Claim(an_id("search", "second"), a_case_id("Bart"))
    (
        given(busy(a_supporter(places=1), case="Anna"))
        .when(lambda s: s.ask(a_match_id("second"), other, now=START))
        .then_refused(errors.NoPlaceLeft)
    )


def test_second_question_of_the_same_resident_takes_no_second_place() -> None:
    supporter = busy(busy(a_supporter(places=1), "first"), "second")
    assert (len(supporter.held), supporter.places_free) == (2, 0)
    supporter.free_place(a_match_id("first"), now=START)
    assert supporter.places_free == 0, "the other question still runs"


def test_place_is_free_when_the_match_ends() -> None:
    supporter = (
        given(busy(a_supporter(places=1)))
        .when(lambda s: s.free_place(a_match_id(), now=START))
        .then(fact(Supporter.PlaceFreed, match_id=a_match_id()))
    )
    assert supporter.places_free == 1
    given(supporter).when(lambda s: s.free_place(a_match_id(), now=START)).then_nothing()


def test_place_cannot_be_taken_unasked() -> None:
    (
        given(a_supporter())
        .when(lambda s: s.take_place(a_match_id(), now=START))
        .then_refused(errors.ProposalIsOver)
    )


def test_question_can_be_dropped() -> None:
    supporter = (
        given(asked(a_supporter()))
        .when(lambda s: s.drop_question(a_match_id(), now=START))
        .then(fact(Supporter.NoLongerAsked, match_id=a_match_id()))
    )
    given(supporter).when(lambda s: s.drop_question(a_match_id(), now=START)).then_nothing()


def test_fewer_places_leave_running_matches_alone() -> None:
    supporter = (
        given(busy(a_supporter(places=2)))
        .when(lambda s: s.change_places(0, now=START))
        .then(fact(Supporter.PlacesChanged, places=0))
    )
    assert (len(supporter.held), supporter.places_free) == (1, 0)
    given(supporter).when(lambda s: s.change_places(0, now=START)).then_nothing()


def test_pausing_asks_for_no_reason() -> None:
    given(a_supporter()).when(lambda s: s.pause(now=START)).then(Supporter.Paused)
    assert set(signature(Supporter.pause).parameters) == {"self", "now"}


def test_pausing_twice_is_pausing_once() -> None:
    given(a_paused_supporter()).when(lambda s: s.pause(now=START)).then_nothing()


def test_returning_is_as_easy_as_pausing() -> None:
    supporter = given(a_paused_supporter()).when(lambda s: s.resume(now=START)).then(Supporter.Resumed)
    given(supporter).when(lambda s: s.resume(now=START)).then_nothing()
    given(supporter).when(lambda s: s.ask(a_match_id(), CLAIM, now=START)).then(Supporter.Asked)


def test_paused_supporter_is_not_asked() -> None:
    (
        given(a_paused_supporter())
        .when(lambda s: s.ask(a_match_id(), CLAIM, now=START))
        .then_refused(errors.SupporterIsPaused)
    )


def test_paused_supporter_keeps_the_matches_that_run() -> None:
    supporter = given(busy(a_supporter())).when(lambda s: s.pause(now=START)).then(Supporter.Paused)
    assert list(supporter.held) == [a_match_id()]


@pytest.mark.parametrize("erased", [False, True])
def test_supporter_can_leave_and_be_forgotten(erased: bool) -> None:
    supporter = (
        given(a_supporter())
        .when(lambda s: s.leave(erased=erased, now=START))
        .then(fact(Supporter.Left, erased=erased))
    )
    assert (supporter.standing, supporter.erased) == (Standing.LEFT, erased)
    given(supporter).when(lambda s: s.leave(erased=erased, now=START)).then_nothing()


def test_who_left_can_still_ask_to_be_forgotten() -> None:
    (
        given(a_supporter_who_left())
        .when(lambda s: s.leave(erased=True, now=START))
        .then(fact(Supporter.Left, erased=True))
    )


def test_who_was_forgotten_stays_forgotten() -> None:
    supporter = a_supporter_who_left(erased=True)
    given(supporter).when(lambda s: s.leave(erased=False, now=START)).then_nothing()


def test_nothing_is_asked_of_who_left() -> None:
    for step in (
        lambda s: s.ask(a_match_id(), CLAIM, now=START),
        lambda s: s.pause(now=START),
        lambda s: s.resume(now=START),
        lambda s: s.change_places(3, now=START),
    ):
        given(a_supporter_who_left()).when(step).then_refused(errors.SupporterHasLeft)
