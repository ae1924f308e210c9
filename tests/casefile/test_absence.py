"""A supporter rests, comes back, leaves or is erased: never a part that nobody looks after."""

from __future__ import annotations

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import (
    ANOUK,
    BRAM,
    CHECK,
    FARIDA,
    FIRST,
    GIJS,
    SECOND,
    TO_FARIDA,
    a_completed_handover,
    a_planned_check,
    a_supported_case,
    accept,
    an_accepted_handover,
    an_offered_handover,
    assign,
    hold_talk,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import a_case_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.caseload import Caseload
from casefile.domain.errors import SupporterNotAvailable
from casefile.domain.place import Reason


def test_a_paused_supporter_stays_named_and_the_part_is_on_the_list() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: case.pause_supporter(ANOUK.supporter_id, START))
        .then(
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.SUPPORTER_PAUSED),
            CaseFile.SupporterPaused,
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    assert unattended(case) == ()
    given(case).when(lambda case: case.pause_supporter(ANOUK.supporter_id, START)).then_nothing()


def test_who_is_back_has_their_parts_back() -> None:
    case = a_supported_case()
    case.pause_supporter(ANOUK.supporter_id, START)
    (
        given(case)
        .when(lambda case: case.resume_supporter(ANOUK.supporter_id, later(days=20)))
        .then(
            CaseFile.SupporterResumed,
            fact(CaseFile.TakenOffList, abouts=(FIRST,), reasons=(Reason.SUPPORTER_PAUSED,)),
        )
    )
    given(case).when(lambda case: case.resume_supporter(ANOUK.supporter_id, START)).then_nothing()


def test_who_was_replaced_meanwhile_gets_nothing_back() -> None:
    case = a_supported_case()
    case.pause_supporter(ANOUK.supporter_id, START)
    assign(case, BRAM)
    handover = case.handover_of(FIRST)
    assert handover
    accept(case, handover.handover_id)
    hold_talk(case, handover.handover_id)
    given(case).when(lambda case: case.resume_supporter(ANOUK.supporter_id, START)).then(
        CaseFile.SupporterResumed
    )
    assert case.parts[FIRST].responsible == BRAM


@pytest.mark.parametrize(
    ("erased", "reason"), [(False, Reason.SUPPORTER_LEFT), (True, Reason.SUPPORTER_ERASED)]
)
def test_the_parts_of_who_left_are_on_the_list_without_their_name(erased: bool, reason: Reason) -> None:
    def leave(case: CaseFile) -> None:
        case.supporter_leaves(ANOUK.supporter_id, START, erased=erased)

    case = (
        given(a_supported_case())
        .when(leave)
        .then(
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=reason),
            fact(CaseFile.SupporterLeft, erased=erased),
        )
    )
    assert case.parts[FIRST].responsible is None
    assert unattended(case) == ()
    given(case).when(leave).then_nothing()


def test_a_pause_that_ends_in_leaving_stands_there_as_left() -> None:
    case = a_supported_case()
    case.pause_supporter(ANOUK.supporter_id, START)
    case.supporter_leaves(ANOUK.supporter_id, START, erased=False)
    assert case.places[FIRST].reasons == {Reason.SUPPORTER_LEFT}
    assert case.paused == ()


@pytest.mark.parametrize("talked", [False, True])
def test_a_receiver_who_leaves_halfway_leaves_the_giver_responsible(talked: bool) -> None:
    case = an_offered_handover()
    if talked:
        hold_talk(case, TO_FARIDA)
    case = (
        given(case)
        .when(lambda case: case.supporter_leaves(FARIDA.supporter_id, START, erased=False))
        .then(
            fact(CaseFile.HandoverCancelled, reason="receiver_left"),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.HANDOVER_CANCELLED),
            CaseFile.SupporterLeft,
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    assert case.handover_of(FIRST) is None


def test_when_the_giver_leaves_the_coordinator_hands_over_for_them() -> None:
    case = an_accepted_handover()
    case.supporter_leaves(ANOUK.supporter_id, START, erased=True)
    assert case.handovers[TO_FARIDA].giver is None
    assert case.handovers[TO_FARIDA].running
    hold_talk(case, TO_FARIDA, roles=("role_resident", "role_coordinator", "role_supporter"))
    assert case.parts[FIRST].responsible == FARIDA
    assert case.parts[FIRST].companions == ()
    assert FIRST not in case.places


def test_when_giver_and_receiver_are_both_gone_the_list_has_it() -> None:
    case = an_accepted_handover()
    case.supporter_leaves(ANOUK.supporter_id, START, erased=False)
    case.supporter_leaves(FARIDA.supporter_id, START, erased=False)
    assert case.places[FIRST].reasons == {Reason.SUPPORTER_LEFT, Reason.HANDOVER_CANCELLED}
    assert unattended(case) == ()


def test_a_receiver_who_rests_is_seen_by_a_coordinator() -> None:
    case = (
        given(an_accepted_handover())
        .when(lambda case: case.pause_supporter(FARIDA.supporter_id, START))
        .then(
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.RECEIVER_PAUSED),
            CaseFile.SupporterPaused,
        )
    )
    case.resume_supporter(FARIDA.supporter_id, START)
    assert FIRST not in case.places


def test_a_companion_comes_and_goes_without_anything_on_the_list() -> None:
    case = (
        given(a_completed_handover())
        .when(lambda case: case.supporter_leaves(ANOUK.supporter_id, START, erased=False))
        .then(CaseFile.SupporterLeft)
    )
    assert case.parts[FIRST].companions == ()


def test_a_planned_check_goes_to_the_coordinator_when_its_supporter_rests() -> None:
    case = (
        given(a_planned_check())
        .when(lambda case: case.pause_supporter(ANOUK.supporter_id, later(days=100)))
        .then(
            fact(CaseFile.CheckReassigned, check_id=CHECK, responsible=None),
            fact(CaseFile.PutOnList, abouts=(CHECK,), reason=Reason.WAAKVLAM_UNASSIGNED),
            CaseFile.SupporterPaused,
        )
    )
    assert case.checks[CHECK].responsible is None


def test_somebody_who_is_not_in_this_case_changes_nothing() -> None:
    given(a_supported_case()).when(lambda case: case.pause_supporter(GIJS.supporter_id, START)).then_nothing()
    given(a_supported_case()).when(
        lambda case: case.supporter_leaves(GIJS.supporter_id, START, erased=True)
    ).then_nothing()


def test_an_unattended_part_would_be_seen() -> None:
    """The question that all these tests ask does find a part that nobody looks after."""
    case = a_supported_case()
    del case.places[SECOND]
    assert unattended(case) == (SECOND,)


def test_a_caseload_follows_a_supporter_into_every_case() -> None:
    load = Caseload.begin_for(ANOUK.supporter_id, START)
    load.enter(a_case_id("one"), START)
    load.enter(a_case_id("two"), START)
    given(load).when(lambda load: load.enter(a_case_id("two"), START)).then_nothing()
    assert load.cases == (a_case_id("one"), a_case_id("two"))
    assert load.subject_id == ANOUK.supporter_id


def test_who_rests_or_left_enters_no_case() -> None:
    load = Caseload.begin_for(ANOUK.supporter_id, START)
    given(load).when(lambda load: load.pause(START)).then(Caseload.Paused)
    given(load).when(lambda load: load.pause(START)).then_nothing()
    given(load).when(lambda load: load.enter(a_case_id("one"), START)).then_refused(SupporterNotAvailable)
    given(load).when(lambda load: load.resume(START)).then(Caseload.Resumed)
    given(load).when(lambda load: load.resume(START)).then_nothing()
    given(load).when(lambda load: load.leave(START)).then(Caseload.Left)
    given(load).when(lambda load: load.leave(START)).then_nothing()
    given(load).when(lambda load: load.pause(START)).then_nothing()
    given(load).when(lambda load: load.enter(a_case_id("one"), START)).then_refused(SupporterNotAvailable)
