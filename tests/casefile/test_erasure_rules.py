"""Who asks to be erased is answered by the table: done, later or not; and done is done once (CON-17)."""

from __future__ import annotations

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import a_case, a_closed_case, a_planned_check
from tests.support.given_when_then import fact, given
from tests.support.ids import a_case_id, a_person_id, an_id

from casefile.domain.case import CaseFile
from casefile.domain.erasure import Erasure
from casefile.domain.erasure_errors import ErasedAlready, ErasureDecidedAlready, ResidentErased
from casefile.domain.erasure_terms import Decider, Gone, Rule
from casefile.domain.place import Reason

NOUR = a_person_id("Nour")
COORDINATOR = Decider("role_coordinator", "smwo")
LATER = Rule("delay", "Een wet", "De wet zegt dat wij dit nog moeten bewaren.", later(days=365))
NOT_YET_CLOSED = Rule("delay", "Een wet", "De wet zegt dat wij dit nog moeten bewaren.", None)
NEVER = Rule("refuse", "Een wet", "De wet zegt dat dit niet mag.", later(days=365))
AT_ONCE = Rule("erase", "Afspraak", None, later(days=30))
GONE = Gone(1, "ab" * 32, an_id("key"), START)


def kept() -> Erasure:
    return Erasure.foresee(
        NOUR, "resident", organisation="smwo", network="oosterschelde", cases=[a_case_id()], now=START
    )


def ask(erasure: Erasure, rule: Rule | None = AT_ONCE, *, days: float = 0) -> None:
    erasure.ask(
        asked_by="resident",
        ground="consent_withdrawn",
        decider=COORDINATOR,
        rule=rule,
        recipients=("intake",),
        now=later(days=days),
    )


def decided() -> Erasure:
    erasure = kept()
    ask(erasure)
    return erasure


def erased() -> Erasure:
    erasure = decided()
    erasure.complete(GONE, "{}", START)
    return erasure


@pytest.mark.parametrize("rule", [AT_ONCE, None])
def test_asking_is_enough_where_nothing_stands_in_the_way(rule: Rule | None) -> None:
    given(kept()).when(lambda one: ask(one, rule)).then(
        fact(Erasure.Asked, asked_by="resident", ground="consent_withdrawn"),
        fact(Erasure.Decided, decider=COORDINATOR, recipients=("intake",)),
    )


@pytest.mark.parametrize("rule", [LATER, NOT_YET_CLOSED])
def test_the_table_may_say_later_and_why(rule: Rule) -> None:
    given(kept()).when(lambda one: ask(one, rule)).then(Erasure.Asked, fact(Erasure.Delayed, rule=rule))


def test_the_table_may_say_no_and_why() -> None:
    given(kept()).when(lambda one: ask(one, NEVER)).then(Erasure.Asked, fact(Erasure.Declined, rule=NEVER))


@pytest.mark.parametrize("rule", [LATER, NEVER])
def test_a_term_that_is_over_stands_in_nobodys_way(rule: Rule) -> None:
    given(kept()).when(lambda one: ask(one, rule, days=365)).then(Erasure.Asked, Erasure.Decided)


def test_who_was_delayed_may_ask_again() -> None:
    erasure = kept()
    ask(erasure, LATER)
    given(erasure).when(lambda one: ask(one, LATER, days=366)).then(Erasure.Asked, Erasure.Decided)
    assert erasure.rule is None


def test_what_was_decided_is_not_decided_again() -> None:
    given(decided()).when(ask).then_refused(ErasureDecidedAlready)
    given(erased()).when(ask).then_refused(ErasedAlready)


def test_done_is_kept_once_however_often_it_is_tried() -> None:
    given(decided()).when(lambda one: one.complete(GONE, "{}", START)).then(
        fact(Erasure.Completed, gone=GONE, certificate="{}")
    )
    given(erased()).when(lambda one: one.complete(GONE, "{}", START)).then_nothing()
    given(kept()).when(lambda one: one.complete(GONE, "{}", START)).then_nothing()


def test_closing_begins_the_term_and_only_its_end_counts() -> None:
    given(kept()).when(lambda one: one.begin_term(AT_ONCE, START)).then(
        fact(Erasure.TermBegan, until=AT_ONCE.until, without_asking=False)
    )
    erasure = kept()
    erasure.begin_term(AT_ONCE, START)
    given(erasure).when(lambda one: one.begin_term(AT_ONCE, START)).then_nothing()
    assert not erasure.end_term(later(days=31), later(days=31))
    assert not erasure.end_term(later(days=30), later(days=29))
    assert erasure.end_term(later(days=30), later(days=30))
    given(decided()).when(lambda one: one.begin_term(AT_ONCE, START)).then_nothing()


def test_what_another_service_erased_is_told_once() -> None:
    given(kept()).when(lambda one: one.hear_done_elsewhere(START, START)).then(Erasure.DoneElsewhere)
    given(erased()).when(lambda one: one.hear_done_elsewhere(START, START)).then_nothing()


def test_case_of_a_resident_who_is_erased_ends_with_everything_in_it() -> None:
    case = a_case()
    case.answer_erasure("resident", "decided", None, later(days=1))
    assert not case.open
    assert case.closed_for == "close_withdrawn"
    assert case.places == {}


def test_pilot_light_of_who_is_erased_goes_out() -> None:
    case = a_planned_check()
    case.answer_erasure("resident", "decided", None, later(days=200))
    assert [check.running for check in case.checks.values()] == [False]


def test_erasing_a_carer_ends_nothing() -> None:
    given(a_case()).when(lambda case: case.answer_erasure("carer", "decided", None, START)).then(
        fact(CaseFile.ErasureAnswered, capacity="carer", answer="decided")
    )


def test_nothing_more_happens_in_the_case_of_who_was_erased() -> None:
    case = a_closed_case()
    given(case).when(lambda one: one.person_erased("resident", later(days=9))).then(
        fact(CaseFile.PersonErased, capacity="resident")
    )
    given(case).when(lambda one: one.person_erased("resident", later(days=9))).then_nothing()
    given(case).when(lambda one: one.reopen([], later(days=9))).then_refused(ResidentErased)


def test_proposal_stands_on_the_list_until_it_is_decided() -> None:
    case = a_closed_case()
    given(case).when(lambda one: one.propose_erasure(later(days=400))).then(
        fact(CaseFile.PutOnList, abouts=(case.id,), reason=Reason.ERASURE_DUE)
    )
    case.answer_erasure("resident", "decided", None, later(days=401))
    assert case.places == {}
