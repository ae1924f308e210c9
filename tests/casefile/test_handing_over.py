"""A warm handover: the giver stays responsible until the talk was held and the receiver accepted (WHO-04)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import (
    ANOUK,
    ANSWER_BY,
    FARIDA,
    FIRST,
    TALK_BY,
    TO_FARIDA,
    a_case,
    a_completed_handover,
    accept,
    an_accepted_handover,
    an_escalated_part,
    an_offered_handover,
    assign,
    hold_talk,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.errors import (
    HandoverAcceptedAlready,
    HandoverIsNotOnHold,
    HandoverIsOnHold,
    HandoverIsOver,
    HandoverNotAccepted,
    HandoverUnderWay,
    HandoverUnknown,
    NotYourStepInTheHandover,
    TalkHeldAlready,
    TalkInTheFuture,
    TalkNeedsAllThree,
    TalkPlannedInThePast,
)
from casefile.domain.handover import SETTERS, HandoverState, Side, Step, handover_id_of
from casefile.domain.place import Reason
from chassis.aggregates import Refused


def test_accepting_alone_moves_nothing() -> None:
    case = (
        given(an_offered_handover())
        .when(lambda case: accept(case, TO_FARIDA))
        .then(fact(CaseFile.HandoverAccepted, talk_by=TALK_BY))
    )
    assert case.parts[FIRST].responsible == ANOUK
    assert case.handovers[TO_FARIDA].state is HandoverState.ACCEPTED


def test_the_talk_alone_moves_nothing() -> None:
    case = (
        given(an_offered_handover())
        .when(lambda case: hold_talk(case, TO_FARIDA))
        .then(CaseFile.ThreeWayTalkHeld)
    )
    assert case.parts[FIRST].responsible == ANOUK


def test_after_yes_and_talk_the_receiver_is_responsible_and_the_trusted_volunteer_stays() -> None:
    case = (
        given(an_accepted_handover())
        .when(lambda case: hold_talk(case, TO_FARIDA))
        .then(
            CaseFile.ThreeWayTalkHeld,
            fact(
                CaseFile.HandoverCompleted,
                part_ids=(FIRST,),
                giver=ANOUK,
                receiver=FARIDA,
                direction="up",
                giver_stays=True,
            ),
        )
    )
    assert case.parts[FIRST].responsible == FARIDA
    assert case.parts[FIRST].companions == (ANOUK,)
    assert case.parts[FIRST].escalation_id is None
    assert case.escalations == {}


def test_talk_first_and_yes_afterwards_completes_as_well() -> None:
    case = an_offered_handover()
    hold_talk(case, TO_FARIDA)
    case = (
        given(case)
        .when(lambda case: accept(case, TO_FARIDA))
        .then(CaseFile.HandoverAccepted, CaseFile.HandoverCompleted)
    )
    assert case.parts[FIRST].responsible == FARIDA


def test_the_giver_goes_when_the_resident_wants_it_so() -> None:
    case = an_accepted_handover()
    hold_talk(case, TO_FARIDA, giver_stays=False)
    assert case.parts[FIRST].companions == ()


@pytest.mark.parametrize(
    "roles",
    [
        ("role_supporter", "role_supporter"),
        ("role_resident", "role_supporter"),
        ("role_resident", "role_coordinator", "role_policy_adviser"),
        (),
    ],
)
def test_with_one_of_the_three_away_the_talk_waits(roles: tuple[str, ...]) -> None:
    (
        given(an_accepted_handover())
        .when(lambda case: hold_talk(case, TO_FARIDA, roles=roles))
        .then_refused(TalkNeedsAllThree)
    )


def test_where_the_list_hands_over_the_coordinator_is_the_givers_side() -> None:
    case = a_case()
    assign(case, ANOUK, start_after_talk=True)
    handover = handover_id_of(ANOUK.match_id, None)
    accept(case, handover)
    (given(case).when(lambda case: hold_talk(case, handover)).then_refused(TalkNeedsAllThree))
    hold_talk(case, handover, roles=("role_representative", "role_coordinator", "role_supporter"))
    assert case.parts[FIRST].responsible == ANOUK


def test_the_talk_can_be_planned_and_planned_anew() -> None:
    case = (
        given(an_accepted_handover())
        .when(lambda case: case.plan_handover(TO_FARIDA, "receiver", later(days=2), START))
        .then(fact(CaseFile.HandoverPlanned, planned_at=later(days=2)))
    )
    case.plan_handover(TO_FARIDA, "giver", later(days=3), START)
    assert case.handovers[TO_FARIDA].planned_at == later(days=3)
    assert case.handovers[TO_FARIDA].state is HandoverState.IN_PROGRESS


def test_a_talk_is_not_planned_before_the_yes_nor_in_the_past_nor_after_it_was_held() -> None:
    def plan(case: CaseFile) -> None:
        case.plan_handover(TO_FARIDA, "receiver", later(days=-1), START)

    given(an_offered_handover()).when(plan).then_refused(HandoverNotAccepted)
    given(an_accepted_handover()).when(plan).then_refused(TalkPlannedInThePast)
    given(a_completed_handover()).when(plan).then_refused(HandoverIsOver)


def test_a_talk_is_recorded_once_and_not_before_it_happened() -> None:
    case = an_offered_handover()
    hold_talk(case, TO_FARIDA)
    given(case).when(lambda case: hold_talk(case, TO_FARIDA)).then_refused(TalkHeldAlready)

    def record_early(case: CaseFile) -> None:
        case.record_three_way_talk(
            TO_FARIDA,
            "giver",
            held_at=later(hours=1),
            participant_roles=("role_resident", "role_supporter", "role_supporter"),
            overview_keeper="giver",
            who_does_what=an_asked_note,
            way_back=an_asked_note,
            giver_stays=True,
            now=START,
        )

    an_asked_note = case.parts[FIRST].asked.question
    given(an_offered_handover()).when(record_early).then_refused(TalkInTheFuture)


def test_a_handover_is_accepted_once() -> None:
    (
        given(an_accepted_handover())
        .when(lambda case: accept(case, TO_FARIDA))
        .then_refused(HandoverAcceptedAlready)
    )


@pytest.mark.parametrize("by", ["receiver", "resident"])
def test_receiver_or_resident_can_decline_and_the_giver_stays(by: Side) -> None:
    case = (
        given(an_offered_handover())
        .when(lambda case: case.decline_handover(TO_FARIDA, by, START))
        .then(
            fact(CaseFile.HandoverDeclined, by=by, receiver=FARIDA),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.HANDOVER_DECLINED),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    assert case.parts[FIRST].escalation_id is not None


def test_the_resident_can_decline_until_it_is_complete_but_the_receiver_not_after_the_talk() -> None:
    case = an_offered_handover()
    hold_talk(case, TO_FARIDA)
    given(case).when(lambda case: case.decline_handover(TO_FARIDA, "receiver", START)).then_refused(
        HandoverUnderWay
    )
    case.decline_handover(TO_FARIDA, "resident", START)
    assert case.handovers[TO_FARIDA].state is HandoverState.DECLINED_BY_RESIDENT


def test_after_a_no_another_can_be_chosen_and_the_list_is_settled() -> None:
    case = an_offered_handover()
    case.decline_handover(TO_FARIDA, "receiver", START)
    other = case.handovers[TO_FARIDA].receiver
    again = type(other)(an_id("supporter", "Gijs"), an_id("match", "Gijs"), "formal", other.organisation)
    (
        given(case)
        .when(lambda case: assign(case, again))
        .then(
            CaseFile.HandoverOffered,
            fact(CaseFile.TakenOffList, abouts=(FIRST,), reasons=(Reason.HANDOVER_DECLINED,)),
        )
    )


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ("giver", "withdrawn_by_giver"),
        ("receiver", "withdrawn_by_receiver"),
        ("coordinator", "withdrawn_by_coordinator"),
    ],
)
def test_either_side_or_the_coordinator_can_cancel(by: Side, reason: str) -> None:
    case = (
        given(an_accepted_handover())
        .when(lambda case: case.cancel_handover(TO_FARIDA, by, START))
        .then(
            fact(CaseFile.HandoverCancelled, reason=reason),
            fact(CaseFile.PutOnList, reason=Reason.HANDOVER_CANCELLED),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK


def test_the_receiver_can_find_out_that_it_does_not_work() -> None:
    def fail(case: CaseFile) -> None:
        case.fail_handover(TO_FARIDA, "receiver", START)

    given(an_offered_handover()).when(fail).then_refused(HandoverNotAccepted)
    case = given(an_accepted_handover()).when(fail).then(CaseFile.HandoverCancelled, CaseFile.PutOnList)
    assert case.handovers[TO_FARIDA].state is HandoverState.FAILED


def test_the_giver_can_undo_a_mistake_while_nothing_was_done() -> None:
    def undo(case: CaseFile) -> None:
        case.undo_handover(TO_FARIDA, "giver", START)

    given(an_accepted_handover()).when(undo).then_refused(HandoverUnderWay)
    case = given(an_offered_handover()).when(undo).then(CaseFile.HandoverCancelled, CaseFile.PutOnList)
    assert case.handovers[TO_FARIDA].state is HandoverState.ENTERED_IN_ERROR


def test_a_handover_can_rest_and_goes_on_where_it_was() -> None:
    case = an_accepted_handover()
    case.plan_handover(TO_FARIDA, "receiver", later(days=2), START)
    given(case).when(lambda case: case.resume_handover(TO_FARIDA, "receiver", START)).then_refused(
        HandoverIsNotOnHold
    )
    given(case).when(lambda case: case.let_handover_rest(TO_FARIDA, "receiver", START)).then(
        CaseFile.HandoverRested
    )
    given(case).when(lambda case: hold_talk(case, TO_FARIDA)).then_refused(HandoverIsOnHold)
    given(case).when(lambda case: case.resume_handover(TO_FARIDA, "receiver", START)).then(
        CaseFile.HandoverResumed
    )
    assert case.handovers[TO_FARIDA].state is HandoverState.IN_PROGRESS


def test_what_was_not_accepted_cannot_rest() -> None:
    (
        given(an_offered_handover())
        .when(lambda case: case.let_handover_rest(TO_FARIDA, "receiver", START))
        .then_refused(HandoverNotAccepted)
    )


def test_without_an_answer_in_time_it_goes_back_to_choice() -> None:
    def time_out(case: CaseFile) -> None:
        case.time_out_handover(TO_FARIDA, ANSWER_BY)

    case = (
        given(an_offered_handover())
        .when(time_out)
        .then(
            fact(CaseFile.HandoverTimedOut, part_ids=(FIRST,), receiver=FARIDA),
            fact(CaseFile.PutOnList, reason=Reason.HANDOVER_TIMED_OUT),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    given(case).when(time_out).then_nothing()
    given(an_accepted_handover()).when(time_out).then_nothing()
    given(an_escalated_part()).when(time_out).then_nothing()


def test_before_its_time_nothing_times_out() -> None:
    (
        given(an_offered_handover())
        .when(lambda case: case.time_out_handover(TO_FARIDA, later(days=6)))
        .then_nothing()
    )


def test_a_talk_that_is_overdue_reaches_a_coordinator_and_the_talk_settles_it() -> None:
    case = (
        given(an_accepted_handover())
        .when(lambda case: case.signal_overdue_handover(TO_FARIDA, TALK_BY))
        .then(fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.HANDOVER_OVERDUE))
    )
    given(case).when(lambda case: case.signal_overdue_handover(TO_FARIDA, TALK_BY)).then_nothing()
    hold_talk(case, TO_FARIDA)
    assert FIRST not in case.places
    given(case).when(lambda case: case.signal_overdue_handover(TO_FARIDA, TALK_BY)).then_nothing()


def test_a_paused_receiver_gets_the_part_and_it_stays_on_the_list() -> None:
    case = an_accepted_handover()
    case.pause_supporter(FARIDA.supporter_id, START)
    hold_talk(case, TO_FARIDA)
    assert case.parts[FIRST].responsible == FARIDA
    assert case.places[FIRST].reasons == {Reason.SUPPORTER_PAUSED}
    assert unattended(case) == ()


_TAKE: dict[Step, Callable[[CaseFile, Side], None]] = {
    Step.ACCEPT: lambda case, by: case.accept_handover(TO_FARIDA, by, TALK_BY, START),
    Step.PLAN: lambda case, by: case.plan_handover(TO_FARIDA, by, later(days=1), START),
    Step.HOLD: lambda case, by: case.let_handover_rest(TO_FARIDA, by, START),
    Step.RESUME: lambda case, by: case.resume_handover(TO_FARIDA, by, START),
    Step.DECLINE: lambda case, by: case.decline_handover(TO_FARIDA, by, START),
    Step.CANCEL: lambda case, by: case.cancel_handover(TO_FARIDA, by, START),
    Step.FAIL: lambda case, by: case.fail_handover(TO_FARIDA, by, START),
    Step.UNDO: lambda case, by: case.undo_handover(TO_FARIDA, by, START),
}


@pytest.mark.parametrize("step", list(_TAKE))
@pytest.mark.parametrize("by", ["giver", "receiver", "resident", "coordinator"])
def test_each_step_is_for_whom_it_is(step: Step, by: Side) -> None:
    outcome = given(an_offered_handover()).when(lambda case: _TAKE[step](case, by))
    if by not in SETTERS[step]:
        outcome.then_refused(NotYourStepInTheHandover)
    else:
        refusal: Refused | None = outcome._refusal
        assert not isinstance(refusal, NotYourStepInTheHandover)


@pytest.mark.parametrize("step", list(_TAKE))
def test_what_is_over_stays_over(step: Step) -> None:
    side = next(iter(SETTERS[step]))
    given(a_completed_handover()).when(lambda case: _TAKE[step](case, side)).then_refused(HandoverIsOver)
    given(a_case()).when(lambda case: _TAKE[step](case, side)).then_refused(HandoverUnknown)
