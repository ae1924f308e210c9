"""A search step by step: every step has somebody who does the next one (MAT-06, MAT-07, MAT-08, P10)."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import pytest
from tests.support.clock import START, later
from tests.support.examples.matching import (
    EVERY_STAGE,
    TERM,
    VOLUNTEER,
    Story,
    a_matched_search,
    a_need,
    a_proposed_search,
    a_running_search,
    a_search_awaiting_handover,
    a_supporter,
    an_ended_search,
    an_offered_search,
    an_open_search,
    an_option,
)
from tests.support.given_when_then import fact, given, given_nothing
from tests.support.ids import a_case_id, a_part_id, a_supporter_id, an_id

from chassis.aggregates import Refused
from matching.domain import errors
from matching.domain.choosing import Side, Stage
from matching.domain.names import MOST_PROPOSALS, match_id_of, search_of_match
from matching.domain.need import Wanted
from matching.domain.search import Ending, Search

JOOST, MIRJAM = a_supporter_id("Joost"), a_supporter_id("Mirjam")
OPTIONS = (an_option(a_supporter("Joost")), an_option(a_supporter("Mirjam")))
FIRST = match_id_of(an_open_search().id, 1)


def accept(search: Search, by: Side) -> None:
    search.accept(FIRST, by, profile=VOLUNTEER, term=TERM, now=START)


def test_search_tells_what_it_is_for() -> None:
    need = a_need(formality=Wanted.FORMAL)
    escalation = an_id("escalation")
    (
        given_nothing()
        .when(
            lambda: Search.open(
                an_id("s"),
                case_id=a_case_id(),
                part_id=a_part_id(),
                need=need,
                answers=escalation,
                now=START,
            )
        )
        .then(fact(Search.Opened, part_id=a_part_id(), need=need, answers=escalation))
    )


def test_offer_is_recorded_with_its_reasons() -> None:
    search = (
        given(an_open_search())
        .when(lambda s: s.offer(OPTIONS, network_version=1, now=START))
        .then(fact(Search.OptionsOffered, round=1, options=OPTIONS))
    )
    assert search.stage is Stage.OFFERED


def test_nobody_found_is_an_unmet_need_and_can_be_tried_again() -> None:
    search = (
        given(an_open_search())
        .when(lambda s: s.offer((), network_version=1, now=START))
        .then(fact(Search.NobodyFound, round=1))
    )
    given(search).when(lambda s: s.offer(OPTIONS, network_version=1, now=START)).then(
        fact(Search.OptionsOffered, round=2)
    )


def test_resident_can_ask_for_other_options() -> None:
    (
        given(an_offered_search())
        .when(lambda s: s.offer(OPTIONS[1:], network_version=1, now=START))
        .then(fact(Search.OptionsOffered, round=2))
    )


@pytest.mark.parametrize(
    ("search", "refusal"),
    [
        (a_proposed_search, errors.AnswerAwaited),
        (a_matched_search, errors.MatchRuns),
        (a_search_awaiting_handover, errors.MatchRuns),
        (a_running_search, errors.MatchRuns),
        (an_ended_search, errors.SearchHasEnded),
    ],
)
def test_nothing_is_offered_while_somebody_is_proposed_or_matched(
    search: Callable[[], Search], refusal: type[Refused]
) -> None:
    given(search()).when(lambda s: s.offer(OPTIONS, network_version=1, now=START)).then_refused(refusal)
    given(search()).when(lambda s: s.choose(JOOST, term=TERM, now=START)).then_refused(refusal)


def test_resident_chooses_and_both_are_asked() -> None:
    search = (
        given(an_offered_search())
        .when(lambda s: s.choose(JOOST, term=TERM, now=START))
        .then(
            fact(Search.OptionChosen, supporter_id=JOOST),
            fact(Search.MatchProposed, match_id=FIRST, supporter_id=JOOST),
        )
    )
    assert search.stage is Stage.PROPOSED


def test_nobody_is_chosen_before_an_offer() -> None:
    given(an_open_search()).when(lambda s: s.choose(JOOST, term=TERM, now=START)).then_refused(
        errors.NothingOffered
    )


def test_only_an_offered_person_is_chosen() -> None:
    (
        given(an_offered_search())
        .when(lambda s: s.choose(a_supporter_id("Samira"), term=TERM, now=START))
        .then_refused(errors.NotAmongTheOptions)
    )


@pytest.mark.parametrize("by", Side)
def test_one_side_alone_makes_no_match(by: Side) -> None:
    search = (
        given(a_proposed_search())
        .when(lambda s: accept(s, by))
        .then(fact(Search.MatchAccepted, match_id=FIRST, by=by))
    )
    assert search.stage is Stage.PROPOSED
    given(search).when(lambda s: accept(s, by)).then_refused(errors.AcceptedAlready)


@pytest.mark.parametrize("order", [tuple(Side), tuple(reversed(Side))])
def test_both_sides_make_a_match(order: tuple[Side, Side]) -> None:
    search = a_proposed_search()
    accept(search, order[0])
    search = (
        given(search)
        .when(lambda s: accept(s, order[1]))
        .then(
            fact(Search.MatchAccepted, by=order[1]),
            fact(Search.Matched, match_id=FIRST, supporter_id=JOOST, profile=VOLUNTEER, term=TERM),
        )
    )
    assert search.stage is Stage.AWAITING_ANSWER


@pytest.mark.parametrize("by", Side)
def test_after_a_no_the_other_options_stay_open_for_choice(by: Side) -> None:
    search = (
        given(a_proposed_search())
        .when(lambda s: s.decline(FIRST, by, now=START))
        .then(fact(Search.MatchDeclined, match_id=FIRST, supporter_id=JOOST, by=by))
    )
    assert search.stage is Stage.OFFERED
    given(search).when(lambda s: s.choose(MIRJAM, term=TERM, now=START)).then(
        Search.OptionChosen, fact(Search.MatchProposed, match_id=match_id_of(search.id, 2))
    )


def test_after_the_last_no_options_are_offered_anew() -> None:
    search = Story(a_supporter("Joost")).proposed().search
    search.decline(FIRST, Side.SUPPORTER, now=START)
    assert search.stage is Stage.OPEN
    given(search).when(lambda s: s.offer(OPTIONS, network_version=1, now=START)).then(
        fact(Search.OptionsOffered, round=2)
    )


def test_neither_no_nor_no_click_asks_for_a_reason() -> None:
    assert set(signature(Search.decline).parameters) == {"self", "match_id", "by", "now"}
    assert set(signature(Search.report_no_click).parameters) == {"self", "match_id", "now"}


@pytest.mark.parametrize("step", ["accept", "decline"])
@pytest.mark.parametrize("search", [an_open_search, an_offered_search, a_matched_search, an_ended_search])
def test_only_an_open_proposal_is_answered(search: Callable[[], Search], step: str) -> None:
    def answer(s: Search) -> None:
        if step == "accept":
            accept(s, Side.RESIDENT)
        else:
            s.decline(FIRST, Side.RESIDENT, now=START)

    given(search()).when(answer).then_refused(errors.ProposalIsOver)


def test_earlier_proposal_is_not_answered_any_more() -> None:
    search = a_proposed_search()
    search.decline(FIRST, Side.RESIDENT, now=START)
    search.choose(MIRJAM, term=TERM, now=START)
    given(search).when(lambda s: accept(s, Side.RESIDENT)).then_refused(errors.ProposalIsOver)


@pytest.mark.parametrize(
    ("after_handover", "stage"), [(False, Stage.RUNNING), (True, Stage.AWAITING_HANDOVER)]
)
def test_case_file_confirms_at_once_or_after_the_handover(after_handover: bool, stage: Stage) -> None:
    search = (
        given(a_matched_search())
        .when(lambda s: s.confirm(FIRST, after_handover=after_handover, now=START))
        .then(fact(Search.MatchConfirmed, after_handover=after_handover))
    )
    assert search.stage is stage
    assert search.match
    assert search.match.answer_by is None
    given(search).when(lambda s: s.confirm(FIRST, after_handover=after_handover, now=START)).then_nothing()


def test_handover_completes_the_match() -> None:
    search = (
        given(a_search_awaiting_handover())
        .when(lambda s: s.complete_handover(FIRST, now=START))
        .then(Search.HandoverCompleted)
    )
    assert search.stage is Stage.RUNNING
    given(search).when(lambda s: s.complete_handover(FIRST, now=START)).then_nothing()


def test_silence_is_said_once_and_only_while_an_answer_is_awaited() -> None:
    search = (
        given(a_matched_search())
        .when(lambda s: s.note_overdue(FIRST, now=later(hours=2)))
        .then(fact(Search.AnswerOverdue, match_id=FIRST, awaited=Stage.AWAITING_ANSWER))
    )
    given(search).when(lambda s: s.note_overdue(FIRST, now=later(hours=3))).then_nothing()
    given(a_running_search()).when(lambda s: s.note_overdue(FIRST, now=START)).then_nothing()


def test_silence_about_a_proposal_is_said_apart_from_that_about_the_match() -> None:
    search = (
        given(a_proposed_search())
        .when(lambda s: s.note_overdue(FIRST, now=later(days=4)))
        .then(fact(Search.AnswerOverdue, match_id=FIRST, awaited=Stage.PROPOSED))
    )
    for by in Side:
        accept(search, by)
    given(search).when(lambda s: s.note_overdue(FIRST, now=later(days=5))).then(
        fact(Search.AnswerOverdue, awaited=Stage.AWAITING_ANSWER)
    )


def test_end_names_the_proposal_that_it_dropped() -> None:
    proposal = a_proposed_search().match
    (
        given(a_proposed_search())
        .when(lambda s: s.end(Ending.PART_CLOSED, now=START))
        .then(fact(Search.Ended, dropped=proposal))
    )


def test_late_answer_counts() -> None:
    search = a_matched_search()
    search.note_overdue(FIRST, now=later(hours=2))
    given(search).when(lambda s: s.confirm(FIRST, after_handover=False, now=later(hours=3))).then(
        Search.MatchConfirmed
    )


@pytest.mark.parametrize("search", [a_matched_search, a_search_awaiting_handover, a_running_search])
def test_match_that_ends_opens_the_search_again(search: Callable[[], Search]) -> None:
    ended = (
        given(search())
        .when(lambda s: s.end_match(FIRST, Ending.ASSIGNMENT_REFUSED, told="consent_missing", now=START))
        .then(fact(Search.MatchEnded, supporter_id=JOOST, told="consent_missing"))
    )
    assert ended.stage is Stage.OPEN
    given(ended).when(lambda s: s.end_match(FIRST, Ending.ASSIGNMENT_REFUSED, now=START)).then_nothing()


@pytest.mark.parametrize("search", [a_matched_search, a_search_awaiting_handover, a_running_search])
def test_no_click_ends_the_match_and_opens_the_search(search: Callable[[], Search]) -> None:
    again = (
        given(search())
        .when(lambda s: s.report_no_click(FIRST, now=START))
        .then(
            fact(Search.NoClickReported, match_id=FIRST, supporter_id=JOOST),
            fact(Search.MatchEnded, reason=Ending.NO_CLICK),
        )
    )
    assert again.stage is Stage.OPEN
    given(again).when(lambda s: s.report_no_click(FIRST, now=START)).then_refused(errors.MatchIsOver)


def test_no_click_at_a_first_meeting_leaves_the_other_options() -> None:
    search = (
        given(a_proposed_search())
        .when(lambda s: s.report_no_click(FIRST, now=START))
        .then(Search.NoClickReported)
    )
    assert search.stage is Stage.OFFERED
    assert [option.supporter_id for option in search.options] == [MIRJAM]


@pytest.mark.parametrize("stage", [name for name in EVERY_STAGE if name != "ended"])
def test_search_ends_with_its_question(stage: str) -> None:
    search = EVERY_STAGE[stage]()
    search.end(Ending.PART_CLOSED, now=START)
    assert (search.stage, search.match, search.options) == (Stage.ENDED, None, ())
    given(search).when(lambda s: s.end(Ending.CASE_CLOSED, now=START)).then_nothing()


@pytest.mark.parametrize("search", [a_matched_search, a_running_search])
def test_running_match_ends_with_the_question(search: Callable[[], Search]) -> None:
    (
        given(search())
        .when(lambda s: s.end(Ending.CASE_CLOSED, now=START))
        .then(
            fact(Search.MatchEnded, supporter_id=JOOST, reason=Ending.CASE_CLOSED),
            fact(Search.Ended, reason=Ending.CASE_CLOSED),
        )
    )


def test_answers_that_come_after_the_end_change_nothing() -> None:
    for late in (
        lambda s: s.confirm(FIRST, after_handover=False, now=START),
        lambda s: s.complete_handover(FIRST, now=START),
        lambda s: s.end_match(FIRST, Ending.ASSIGNMENT_REFUSED, now=START),
        lambda s: s.note_overdue(FIRST, now=START),
    ):
        given(an_ended_search()).when(late).then_nothing()


def test_match_tells_its_search() -> None:
    search = an_open_search()
    ids = [match_id_of(search.id, number) for number in (1, 2, 255, 256, MOST_PROPOSALS)]
    assert {search_of_match(match_id) for match_id in ids} == {search.id}
    assert len({*ids, search.id}) == 6
    for number in (0, MOST_PROPOSALS + 1):
        with pytest.raises(ValueError, match="proposals"):
            match_id_of(search.id, number)
