"""Nobody opens their own or a relative's file, nor serves in it; a case can have named handlers."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.clock import START
from tests.support.examples.casefile import ANOUK, BRAM, FIRST, SECOND, a_case, a_supported_case, assign
from tests.support.examples.safeguards import TIE, a_restricted_case, a_tied_case
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.safeguard_errors import (
    AnotherCoordinatorEndsIt,
    BarredAlready,
    BarUnknown,
    HandlerIsBarred,
    HandlersNeeded,
    NotRestricted,
    RestrictedAlready,
    SupporterIsBarred,
)

BRAMS = str(BRAM.supporter_id)
ANOUKS = str(ANOUK.supporter_id)


def tie(case: CaseFile, subject: str, by: str = "coordinator-one") -> None:
    case.record_personal_tie(an_id("tie", subject), subject, "sibling", by, START)


def test_a_personal_tie_is_recorded_by_a_code_and_no_name() -> None:
    given(a_case()).when(lambda case: tie(case, "coordinator-two")).then(
        fact(CaseFile.PersonalTieRecorded, subject="coordinator-two", relation="sibling")
    )


def test_a_person_can_say_so_themselves() -> None:
    given(a_case()).when(lambda case: tie(case, "me", "me")).then(CaseFile.PersonalTieRecorded)


def test_it_is_recorded_once() -> None:
    given(a_tied_case()).when(lambda case: tie(case, "coordinator-two")).then_refused(BarredAlready)


def test_a_supporter_with_a_tie_is_not_assigned() -> None:
    given(a_tied_case(BRAMS)).when(lambda case: assign(case, BRAM, SECOND)).then_refused(SupporterIsBarred)
    case = a_tied_case(ANOUKS)
    assign(case, BRAM, SECOND)
    assert case.parts[SECOND].responsible == BRAM, "a tie of one is no tie of another"


def test_a_supporter_who_turns_out_to_have_a_tie_leaves_the_case_and_nothing_is_left_alone() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: tie(case, ANOUKS))
        .then(CaseFile.PutOnList, CaseFile.SupporterLeft, CaseFile.PersonalTieRecorded)
    )
    assert case.parts[FIRST].responsible is None
    assert unattended(case) == ()


def end_tie(who: str) -> Callable[[CaseFile], None]:
    return lambda case: case.end_personal_tie(TIE, who, START)


def test_only_another_coordinator_ends_it() -> None:
    given(a_tied_case()).when(end_tie("coordinator-two")).then_refused(AnotherCoordinatorEndsIt)
    given(a_tied_case()).when(end_tie("coordinator-one")).then_refused(AnotherCoordinatorEndsIt)
    case = (
        given(a_tied_case())
        .when(end_tie("coordinator-three"))
        .then(fact(CaseFile.PersonalTieEnded, subject="coordinator-two"))
    )
    given(case).when(end_tie("coordinator-three")).then_refused(BarUnknown)


def test_a_restricted_case_has_named_handlers() -> None:
    case = a_restricted_case()
    assert case.restriction is not None
    assert case.restriction.handlers == ("handler-one", "handler-two")
    given(case).when(lambda one: one.restrict(an_id("again"), ["x"], "y", START)).then_refused(
        RestrictedAlready
    )


def test_it_is_never_without_a_handler_nor_with_one_who_has_a_tie() -> None:
    restrict = an_id("restriction")
    given(a_case()).when(lambda case: case.restrict(restrict, [], "one", START)).then_refused(HandlersNeeded)
    given(a_tied_case()).when(
        lambda case: case.restrict(restrict, ["coordinator-two"], "one", START)
    ).then_refused(HandlerIsBarred)
    case = a_case()
    case.restrict(restrict, ["handler-one"], "one", START)
    given(case).when(lambda one: tie(one, "handler-one")).then_refused(HandlerIsBarred)


def test_a_handler_who_turns_out_to_have_a_tie_handles_it_no_more() -> None:
    case = (
        given(a_restricted_case())
        .when(lambda case: tie(case, "handler-one"))
        .then(CaseFile.PersonalTieRecorded, fact(CaseFile.HandlersChanged, came=(), went=("handler-one",)))
    )
    assert case.restriction is not None
    assert case.restriction.handlers == ("handler-two",)


def test_handlers_change_by_who_comes_and_who_goes() -> None:
    case = (
        given(a_restricted_case())
        .when(lambda case: case.change_handlers(["handler-two", "three"], "handler-two", START))
        .then(fact(CaseFile.HandlersChanged, came=("three",), went=("handler-one",)))
    )
    given(case).when(lambda one: one.change_handlers(["three", "handler-two"], "x", START)).then_nothing()
    given(a_case()).when(lambda one: one.change_handlers(["x"], "y", START)).then_refused(NotRestricted)


def test_another_coordinator_ends_the_restriction() -> None:
    given(a_restricted_case()).when(lambda case: case.end_restriction("coordinator-one", START)).then_refused(
        AnotherCoordinatorEndsIt
    )
    given(a_restricted_case()).when(lambda case: case.end_restriction("handler-one", START)).then(
        fact(CaseFile.RestrictionEnded, handlers=("handler-one", "handler-two"))
    )
    given(a_case()).when(lambda case: case.end_restriction("handler-one", START)).then_refused(NotRestricted)
