"""Pilot-light contact: with the resident's yes, done once, never left to somebody who is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.clock import later
from tests.support.examples.casefile import (
    ANOUK,
    ANSWER_WITHIN,
    CHECK,
    FARIDA,
    GIJS,
    a_closed_case,
    a_planned_check,
    a_supported_case,
    plan_check,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.case import CaseFile
from casefile.domain.errors import (
    CaseIsOpen,
    CheckInThePast,
    CheckIsOver,
    CheckUnknown,
    NotKnownInThisCase,
    SupporterNotAvailable,
    WaakvlamAnsweredAlready,
    WaakvlamDoesNotFit,
    WaakvlamNotOfferedHere,
)
from casefile.domain.place import Reason
from casefile.domain.waakvlam_check import Outcome

NEXT = an_id("check", "next")
DUE = later(days=180)


def record(case: CaseFile, outcome: Outcome, *, check_id: object = CHECK, next_id: object = NEXT) -> None:
    case.record_check(
        check_id,  # type: ignore[arg-type]
        outcome,
        next_check_id=next_id,  # type: ignore[arg-type]
        retry_after=timedelta(days=7),
        answer_within=ANSWER_WITHIN,
        now=DUE,
    )


def test_a_check_is_planned_when_the_resident_wants_one() -> None:
    case = (
        given(a_closed_case())
        .when(lambda case: plan_check(case, responsible=ANOUK.supporter_id))
        .then(
            fact(
                CaseFile.WaakvlamPlanned,
                check_id=CHECK,
                due_at=DUE,
                responsible=ANOUK,
                silence_by=DUE + ANSWER_WITHIN,
            )
        )
    )
    assert case.asked_about_waakvlam


def test_nothing_is_planned_by_itself() -> None:
    assert a_closed_case().checks == {}


def test_a_no_is_recorded_once_and_may_become_a_yes() -> None:
    case = (
        given(a_closed_case())
        .when(lambda case: case.decline_waakvlam(later(days=90)))
        .then(CaseFile.WaakvlamDeclined)
    )
    given(case).when(lambda case: case.decline_waakvlam(later(days=90))).then_refused(WaakvlamAnsweredAlready)
    given(case).when(plan_check).then(CaseFile.WaakvlamPlanned)


def test_one_check_is_planned_at_a_time() -> None:
    given(a_planned_check()).when(lambda case: plan_check(case, check_id=NEXT)).then_refused(
        WaakvlamAnsweredAlready
    )


def test_only_after_closing() -> None:
    given(a_supported_case()).when(plan_check).then_refused(CaseIsOpen)
    given(a_supported_case()).when(lambda case: case.decline_waakvlam(DUE)).then_refused(CaseIsOpen)


def test_only_where_it_is_offered() -> None:
    given(a_closed_case()).when(lambda case: plan_check(case, offered=False)).then_refused(
        WaakvlamNotOfferedHere
    )


def test_only_in_the_future() -> None:
    given(a_closed_case()).when(lambda case: plan_check(case, due_at=later(days=89))).then_refused(
        CheckInThePast
    )


def test_not_after_a_death_or_a_mistake() -> None:
    case = a_supported_case()
    case.close("close_deceased", later(days=1))
    given(case).when(plan_check).then_refused(WaakvlamDoesNotFit)


def test_by_somebody_whom_the_resident_knows_and_who_is_there() -> None:
    given(a_closed_case()).when(lambda case: plan_check(case, responsible=GIJS.supporter_id)).then_refused(
        NotKnownInThisCase
    )
    case = a_closed_case()
    case.pause_supporter(ANOUK.supporter_id, later(days=90))
    given(case).when(lambda case: plan_check(case, responsible=ANOUK.supporter_id)).then_refused(
        SupporterNotAvailable
    )


def test_due_once_on_the_list() -> None:
    case = (
        given(a_planned_check())
        .when(lambda case: case.check_is_due(CHECK, DUE))
        .then(
            fact(CaseFile.CheckFellDue, check_id=CHECK),
            fact(CaseFile.PutOnList, abouts=(CHECK,), reason=Reason.WAAKVLAM_DUE),
        )
    )
    given(case).when(lambda case: case.check_is_due(CHECK, DUE)).then_nothing()
    given(case).when(lambda case: case.check_is_due(an_id("other"), DUE)).then_nothing()


def test_missed_is_told_once() -> None:
    case = a_planned_check()
    case.check_is_due(CHECK, DUE)
    given(case).when(lambda case: case.check_was_missed(CHECK, DUE)).then(
        CaseFile.CheckMissed, fact(CaseFile.PutOnList, reason=Reason.WAAKVLAM_MISSED)
    )
    given(case).when(lambda case: case.check_was_missed(CHECK, DUE)).then_nothing()


def test_silence_about_a_check_reaches_a_coordinator_until_it_is_called_due() -> None:
    case = (
        given(a_planned_check())
        .when(lambda case: case.answer_overdue(CHECK, DUE + ANSWER_WITHIN))
        .then(
            fact(CaseFile.AnswerOverdue, step="waakvlam_check_due"),
            fact(CaseFile.PutOnList, abouts=(CHECK,), reason=Reason.WAAKVLAM_SILENCE),
        )
    )
    case.check_is_due(CHECK, DUE + ANSWER_WITHIN)
    assert case.places[CHECK].reasons == {Reason.WAAKVLAM_DUE}


@pytest.mark.parametrize("outcome", [Outcome.FINE, Outcome.NUDGE, Outcome.STOP])
def test_when_it_went_well_it_is_done(outcome: Outcome) -> None:
    case = a_planned_check()
    case.check_is_due(CHECK, DUE)
    case = (
        given(case)
        .when(lambda case: record(case, outcome))
        .then(fact(CaseFile.CheckDone, outcome=outcome), CaseFile.TakenOffList)
    )
    assert case.places == {}
    given(case).when(lambda case: record(case, outcome)).then_refused(CheckIsOver)
    given(case).when(lambda case: case.check_was_missed(CHECK, DUE)).then_nothing()


def test_an_early_contact_counts_and_the_message_that_crossed_it_does_not() -> None:
    case = given(a_planned_check()).when(lambda case: record(case, Outcome.FINE)).then(CaseFile.CheckDone)
    given(case).when(lambda case: case.check_is_due(CHECK, DUE)).then_nothing()


def test_a_recurring_check_plans_the_next_one_until_the_resident_wants_no_more() -> None:
    case = (
        given(a_planned_check(every_days=90))
        .when(lambda case: record(case, Outcome.FINE))
        .then(
            CaseFile.CheckDone,
            fact(
                CaseFile.WaakvlamPlanned,
                check_id=NEXT,
                due_at=DUE + timedelta(days=90),
                responsible=ANOUK,
                attempt=1,
            ),
        )
    )
    given(case).when(lambda case: record(case, Outcome.STOP, check_id=NEXT, next_id=an_id("third"))).then(
        CaseFile.CheckDone
    )


def test_not_reached_is_tried_once_more_and_then_a_coordinator_decides() -> None:
    case = (
        given(a_planned_check())
        .when(lambda case: record(case, Outcome.NOT_REACHED))
        .then(
            CaseFile.CheckDone,
            fact(CaseFile.WaakvlamPlanned, due_at=DUE + timedelta(days=7), attempt=2),
        )
    )
    given(case).when(
        lambda case: record(case, Outcome.NOT_REACHED, check_id=NEXT, next_id=an_id("third"))
    ).then(
        CaseFile.CheckDone,
        fact(CaseFile.PutOnList, abouts=(NEXT,), reason=Reason.WAAKVLAM_NOT_REACHED),
    )


@pytest.mark.parametrize("outcome", [Outcome.REOPEN, Outcome.SCALE_UP, Outcome.NEW_QUESTION])
def test_when_more_is_needed_a_coordinator_talks_with_the_resident(outcome: Outcome) -> None:
    case = (
        given(a_planned_check(every_days=90))
        .when(lambda case: record(case, outcome))
        .then(
            CaseFile.CheckDone,
            fact(CaseFile.PutOnList, abouts=(CHECK,), reason=Reason.WAAKVLAM_FOLLOW_UP),
        )
    )
    assert not case.open


def test_somebody_else_can_do_it() -> None:
    case = a_planned_check()
    case.pause_supporter(ANOUK.supporter_id, later(days=100))
    (
        given(case)
        .when(lambda case: case.reassign_check(CHECK, FARIDA.supporter_id, later(days=101)))
        .then(
            fact(CaseFile.CheckReassigned, responsible=FARIDA),
            fact(CaseFile.TakenOffList, reasons=(Reason.WAAKVLAM_UNASSIGNED,)),
        )
    )
    given(case).when(lambda case: case.reassign_check(CHECK, None, DUE)).then(CaseFile.CheckReassigned)
    given(case).when(lambda case: case.reassign_check(NEXT, None, DUE)).then_refused(CheckUnknown)


def test_the_resident_can_stop_it() -> None:
    case = a_planned_check()
    case.check_is_due(CHECK, DUE)
    given(case).when(lambda case: case.stop_waakvlam(CHECK, DUE)).then(
        CaseFile.CheckStopped, CaseFile.TakenOffList
    )
    given(case).when(lambda case: case.stop_waakvlam(CHECK, DUE)).then_refused(CheckIsOver)


def test_when_matching_ends_the_match_of_a_closed_case_the_check_stays_with_its_supporter() -> None:
    given(a_planned_check()).when(
        lambda case: case.end_match(ANOUK.match_id, "case_closed", DUE)
    ).then_nothing()
