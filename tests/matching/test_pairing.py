"""What search and supporter decide together (MAT-07, MAT-08, MAT-09, MAT-24, QUA-08, QUA-09)."""

from __future__ import annotations

import pytest
from tests.support.clock import START
from tests.support.examples.matching import (
    TERM,
    Story,
    a_case,
    a_supporter,
    an_open_search,
    an_option,
)
from tests.support.given_when_then import assert_replays
from tests.support.ids import a_case_id

from matching.domain import errors, pairing
from matching.domain.choosing import Side, Stage
from matching.domain.search import Ending


def a_second_story(story: Story, *, case: str = "another case", part: str = "second") -> Story:
    """The same supporters for another question; in the same case when it is named so."""
    again = Story(*story.supporters, search=an_open_search(part, case_id=a_case_id(case)))
    if again.case.id == story.case.id:
        story.case.add_search(again.search.id, again.search.part_id, now=START)
        again.case = story.case
    return again


def test_match_takes_the_place_with_the_second_yes() -> None:
    story = Story(a_supporter(places=1)).proposed().accepted(Side.RESIDENT)
    assert story.joost.places_free == 1
    story.accepted(Side.SUPPORTER)
    assert (story.joost.places_free, story.search.stage) == (0, Stage.AWAITING_ANSWER)


def test_of_two_residents_one_gets_the_last_place() -> None:
    anna = Story(a_supporter(places=1)).proposed()
    bart = a_second_story(anna).proposed()
    for story in (anna, bart):
        story.accepted(Side.RESIDENT)
    anna.accepted(Side.SUPPORTER)
    with pytest.raises(errors.NoPlaceLeft) as refusal:
        bart.accepted(Side.SUPPORTER)
    assert "no free place" in refusal.value.detail
    assert bart.search.proposed(bart.match_id).accepted_by == (Side.RESIDENT,)
    assert_replays(bart.search)
    pairing.decline(bart.search, bart.joost, bart.match_id, Side.SUPPORTER, now=START)
    assert bart.search.stage is Stage.OPEN, "back to choice: somebody else can be offered"


def test_paused_supporter_is_not_proposed() -> None:
    story = Story().offered()
    story.joost.pause(now=START)
    with pytest.raises(errors.SupporterIsPaused):
        pairing.choose(story.search, story.joost, story.case, term=TERM, now=START)
    assert story.search.stage is Stage.OFFERED


def test_no_click_frees_the_place_and_is_never_proposed_again_in_that_case() -> None:
    story = Story(a_supporter(places=1)).running()
    pairing.report_no_click(
        story.case, {story.search.id: story.search}, story.joost, story.match_id, now=START
    )
    assert (story.joost.places_free, story.search.stage) == (1, Stage.OPEN)
    again = a_second_story(story, case="a case").offered()
    with pytest.raises(errors.NoClickBefore):
        pairing.choose(again.search, again.joost, story.case, term=TERM, now=START)


def test_no_click_counts_in_one_case_only() -> None:
    story = Story().running()
    pairing.report_no_click(
        story.case, {story.search.id: story.search}, story.joost, story.match_id, now=START
    )
    assert a_second_story(story).matched().search.stage is Stage.AWAITING_ANSWER
    assert "click" not in repr(vars(story.joost)), "nothing is held against the supporter (MAT-08)"


def test_other_proposals_to_that_person_in_the_case_go_back_to_choice() -> None:
    story = Story().running()
    other = a_second_story(story, case="a case").proposed()
    elsewhere = a_second_story(story, part="third").proposed()
    searches = {each.search.id: each.search for each in (story, other)}
    pairing.report_no_click(story.case, searches, story.joost, story.match_id, now=START)
    assert other.search.stage is Stage.OFFERED
    assert elsewhere.search.stage is Stage.PROPOSED, "another resident's choice stands"
    assert list(story.joost.asked) == [elsewhere.match_id]


def test_running_match_on_another_part_stays() -> None:
    story = Story().running()
    other = a_second_story(story, case="a case", part="second").running()
    pairing.report_no_click(
        story.case, {story.search.id: story.search}, story.joost, story.match_id, now=START
    )
    assert other.search.stage is Stage.RUNNING
    assert list(story.joost.held) == [other.match_id]


def test_no_click_is_reported_of_a_current_match_only() -> None:
    story = Story().matched()
    match_id = story.match_id
    pairing.end_match(story.search, story.joost, match_id, Ending.HANDOVER_DECLINED, now=START)
    with pytest.raises(errors.MatchIsOver):
        pairing.report_no_click(a_case(), {story.search.id: story.search}, story.joost, match_id, now=START)


def test_pause_puts_proposals_back_to_choice_and_leaves_what_runs() -> None:
    running = Story().running()
    proposed = a_second_story(running).proposed()
    pairing.pause(running.joost, {proposed.search.id: proposed.search}, now=START)
    assert proposed.search.stage is Stage.OFFERED
    assert running.search.stage is Stage.RUNNING
    assert (list(running.joost.held), running.joost.asked) == ([running.match_id], {})


def test_who_leaves_is_let_go_everywhere() -> None:
    running = Story().running()
    proposed = a_second_story(running).proposed()
    searches = {each.search.id: each.search for each in (running, proposed)}
    pairing.leave(running.joost, searches, erased=True, now=START)
    assert (running.search.stage, proposed.search.stage) == (Stage.OPEN, Stage.OFFERED)
    assert (running.joost.held, running.joost.asked) == ({}, {})


@pytest.mark.parametrize("reason", [Ending.ASSIGNMENT_REFUSED, Ending.HANDOVER_TIMED_OUT])
def test_failed_match_gives_the_place_back(reason: Ending) -> None:
    story = Story(a_supporter(places=1)).awaiting_handover()
    pairing.end_match(story.search, story.joost, story.match_id, reason, now=START)
    assert (story.joost.places_free, story.search.stage) == (1, Stage.OPEN)


def test_closing_the_question_frees_whoever_was_proposed_or_matched() -> None:
    for story in (Story().proposed(), Story().running()):
        pairing.close(story.search, story.joost, Ending.PART_CLOSED, now=START)
        assert (story.joost.asked, story.joost.held) == ({}, {})
        assert story.search.stage is Stage.ENDED
    nobody = an_open_search()
    pairing.close(nobody, None, Ending.CASE_CLOSED, now=START)
    assert nobody.stage is Stage.ENDED


def test_unknown_answers_change_neither_side() -> None:
    story = Story().matched()
    with pytest.raises(errors.ProposalIsOver):
        pairing.accept(story.search, story.joost, story.match_id, Side.SUPPORTER, term=TERM, now=START)
    assert list(story.joost.held) == [story.match_id]
    assert an_option(story.joost).supporter_id == story.joost.id
