"""Several coordinators share the list; who is absent holds nothing up (REG-01, REG-02)."""

from __future__ import annotations

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import FIRST, SECOND, a_case, a_supported_case, escalate
from tests.support.given_when_then import fact, given

from casefile.domain.case import CaseFile, unattended
from casefile.domain.errors import (
    NotOnTheList,
    NotTakenByYou,
    PartHasNobody,
    TakenByAnotherCoordinator,
)
from casefile.domain.place import Reason

UNTIL = later(hours=4)


def taken() -> CaseFile:
    case = a_case()
    case.claim(SECOND, "coordinator-1", UNTIL, START)
    return case


def test_one_of_two_coordinators_gets_it() -> None:
    case = (
        given(a_case())
        .when(lambda case: case.claim(SECOND, "coordinator-1", UNTIL, START))
        .then(fact(CaseFile.Claimed, about=SECOND, until=UNTIL))
    )
    given(case).when(lambda case: case.claim(SECOND, "coordinator-2", UNTIL, START)).then_refused(
        TakenByAnotherCoordinator
    )
    assert SECOND in case.places


def test_taking_ones_own_again_prolongs_it() -> None:
    given(taken()).when(lambda case: case.claim(SECOND, "coordinator-1", later(hours=6), START)).then(
        CaseFile.Claimed
    )


def test_a_claim_whose_moment_has_passed_is_nobodys() -> None:
    given(taken()).when(lambda case: case.claim(SECOND, "coordinator-2", later(hours=9), UNTIL)).then(
        CaseFile.Claimed
    )


def test_the_claims_of_who_is_absent_lapse_and_nothing_leaves_the_list() -> None:
    case = (
        given(taken())
        .when(lambda case: case.release_claims_of("coordinator-1", START))
        .then(fact(CaseFile.ClaimEnded, abouts=(SECOND,)))
    )
    assert unattended(case) == ()
    given(case).when(lambda case: case.release_claims_of("coordinator-1", START)).then_nothing()


def test_a_claim_lapses_at_its_moment_and_not_before() -> None:
    given(taken()).when(lambda case: case.lapse_claim(SECOND, later(hours=3))).then_nothing()
    case = given(taken()).when(lambda case: case.lapse_claim(SECOND, UNTIL)).then(CaseFile.ClaimEnded)
    given(case).when(lambda case: case.lapse_claim(SECOND, UNTIL)).then_nothing()


def test_only_who_took_it_puts_it_back() -> None:
    given(taken()).when(lambda case: case.release(SECOND, "coordinator-2", START)).then_refused(NotTakenByYou)
    given(taken()).when(lambda case: case.release(SECOND, "coordinator-1", START)).then(CaseFile.ClaimEnded)


def test_what_is_not_on_the_list_cannot_be_taken() -> None:
    given(a_supported_case()).when(
        lambda case: case.claim(FIRST, "coordinator-1", UNTIL, START)
    ).then_refused(NotOnTheList)


def test_a_signal_that_was_dealt_with_leaves_the_list() -> None:
    case = a_supported_case()
    escalate(case, "IF06")
    given(case).when(lambda case: case.settle(FIRST, Reason.SAFETY_RISK, START)).then(
        fact(CaseFile.TakenOffList, abouts=(FIRST,), reasons=(Reason.SAFETY_RISK,))
    )
    given(case).when(lambda case: case.settle(FIRST, Reason.SAFETY_RISK, START)).then_refused(NotOnTheList)


@pytest.mark.parametrize("reason", [Reason.NEW_PART])
def test_a_part_without_anybody_cannot_be_taken_off(reason: Reason) -> None:
    given(a_case()).when(lambda case: case.settle(FIRST, reason, START)).then_refused(PartHasNobody)
