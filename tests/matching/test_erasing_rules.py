"""A supporter who stops may be forgotten at once, later, or when a term is over; one decision, one effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from tests.support.clock import START, later
from tests.support.examples.matching import a_supporter
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from matching.domain.forgetting import Rule, WhenAsked
from matching.domain.supporter import Supporter

RULE = Rule("erase", "Afspraak", None, later(days=365), without_asking=False)


def one_who_left(rule: Rule | None = RULE) -> Supporter:
    supporter = a_supporter()
    supporter.leave(erased=False, now=START)
    supporter.begin_term(rule, now=START)
    return supporter


def decided() -> Supporter:
    supporter = a_supporter()
    supporter.leave(erased=True, now=START)
    supporter.decide_erasure(role="role_coordinator", organisation="humanitas", now=START)
    return supporter


def test_who_leaves_is_kept_for_the_agreed_term() -> None:
    given(a_supporter()).when(lambda s: s.begin_term(RULE, now=START)).then(
        fact(Supporter.TermBegan, until=RULE.until, source="Afspraak")
    )
    given(one_who_left()).when(lambda s: s.begin_term(RULE, now=later(days=1))).then_nothing()


def test_without_a_rule_no_term_begins() -> None:
    assert one_who_left(None).keeps_until is None


@pytest.mark.parametrize(("when_asked", "answer"), [("delay", "delayed"), ("refuse", "declined")])
def test_table_that_stands_in_the_way_is_told_with_its_reason(when_asked: WhenAsked, answer: str) -> None:
    rule = replace(RULE, when_asked=when_asked, reason="Wij moeten dit nog bewaren.")
    assert rule.holds(START)
    assert not rule.holds(RULE.until)
    given(one_who_left()).when(lambda s: s.answer_erasure(rule, now=START)).then(
        fact(Supporter.ErasureAnswered, answer=answer, until=rule.until, reason=rule.reason)
    )


def test_decided_once_is_decided() -> None:
    given(one_who_left()).when(
        lambda s: s.decide_erasure(role="role_coordinator", organisation="humanitas", now=START)
    ).then(fact(Supporter.ErasureDecided, role="role_coordinator", organisation="humanitas"))
    given(decided()).when(lambda s: s.decide_erasure(role="", organisation="x", now=START)).then_nothing()
    given(decided()).when(lambda s: s.answer_erasure(RULE, now=START)).then_nothing()


def erased(supporter: Supporter, at: datetime = START) -> None:
    supporter.data_erased(at, an_id("key"), "{}", now=at)


def test_done_is_told_once_however_often_it_is_tried() -> None:
    supporter = given(decided()).when(erased).then(Supporter.DataErased)
    given(supporter).when(lambda s: erased(s, later(days=1))).then_nothing()
    assert (supporter.erasing, supporter.certificate) == ("erased", "{}")


def test_nothing_is_erased_that_was_not_decided() -> None:
    given(one_who_left()).when(erased).then_nothing()


def test_end_of_the_term_asks_once_and_only_for_the_term_that_holds() -> None:
    given(one_who_left()).when(lambda s: s.end_term(RULE.until, now=RULE.until)).then(Supporter.TermEnded)
    given(one_who_left()).when(lambda s: s.end_term(RULE.until, now=later(days=1))).then_nothing()
    given(one_who_left()).when(lambda s: s.end_term(later(days=1), now=RULE.until)).then_nothing()
    given(decided()).when(lambda s: s.end_term(RULE.until, now=RULE.until)).then_nothing()
