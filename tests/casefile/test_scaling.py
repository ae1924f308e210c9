"""Scaling up and down: by reasons, with the resident, per part, and complete only with the handover."""

from __future__ import annotations

import pytest
from tests.support.clock import START
from tests.support.examples.casefile import (
    ANOUK,
    ANSWER_BY,
    ANSWER_WITHIN,
    BRAM,
    ESCALATION,
    FARIDA,
    FIRST,
    SECOND,
    TO_FARIDA,
    a_case,
    a_closed_case,
    a_completed_handover,
    a_supported_case,
    accept,
    an_escalated_part,
    an_offered_handover,
    assign,
    escalate,
    escalate_whole,
    hold_talk,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.errors import (
    BurdenIsNoSoleGround,
    CaseIsClosed,
    HandoverRunsAlready,
    IndicationPointsTheOtherWay,
    IndicationUnknown,
    NoIndication,
    NothingToScale,
    NotKnownInThisCase,
    PartAlreadyEscalated,
    PartIsNotWithFormalSupporter,
    PartIsWithFormalSupporter,
    SupporterNotAvailable,
)
from casefile.domain.handover import handover_id_of
from casefile.domain.place import Reason
from casefile.domain.scaling import INDICATIONS
from chassis.aggregates import Refused
from contracts.codes import codes, indication


def test_the_reasons_are_those_that_cross_borders() -> None:
    ours = {
        code: ("down" if each.column == "formal_to_informal" else "up", each.about, each.only_adds)
        for code, each in INDICATIONS.items()
    }
    theirs = {
        code: (indication(code).direction, indication(code).about, indication(code).may_only_add)
        for code in codes("scaling_indications")
    }
    assert ours == theirs
    assert len(ours) == 32


def test_a_part_is_scaled_up_by_its_reasons_and_stays_with_its_supporter() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: escalate(case, "IF03", "IF09"))
        .then(
            fact(CaseFile.IndicationObserved, part_id=FIRST, indication="IF03"),
            fact(CaseFile.IndicationObserved, part_id=FIRST, indication="IF09"),
            fact(
                CaseFile.PartEscalated,
                part_id=FIRST,
                indications=("IF03", "IF09"),
                reported_by_role="role_supporter",
                priority=False,
                only_adds=False,
                answer_by=START + ANSWER_WITHIN,
            ),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    assert case.parts[SECOND].escalation_id is None


@pytest.mark.parametrize("code", ["IF10", "IF12"])
def test_i_cannot_or_do_not_want_to_is_ground_enough(code: str) -> None:
    case = a_supported_case()
    escalate(case, code)
    assert case.parts[FIRST].escalation_id == ESCALATION


def test_seeing_a_reason_scales_nothing() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: case.observe_indication(FIRST, "IF06", "role_resident", START))
        .then(fact(CaseFile.IndicationObserved, indication="IF06", reported_by_role="role_resident"))
    )
    assert case.escalations == {}
    given(case).when(lambda case: case.observe_indication(None, "ON07", "role_resident", START)).then(
        CaseFile.IndicationObserved
    )
    given(case).when(lambda case: case.observe_indication(None, "XX01", "role_resident", START)).then_refused(
        IndicationUnknown
    )


@pytest.mark.parametrize(
    ("given_codes", "refusal"),
    [
        (("FI01",), IndicationPointsTheOtherWay),
        (("IF03", "FI01"), IndicationPointsTheOtherWay),
        (("ON07",), IndicationPointsTheOtherWay),
        (("IF04",), BurdenIsNoSoleGround),
        (("IF04", "IF11"), BurdenIsNoSoleGround),
        (("XX01",), IndicationUnknown),
    ],
)
def test_reasons_must_fit(given_codes: tuple[str, ...], refusal: type[Refused]) -> None:
    given(a_supported_case()).when(lambda case: escalate(case, *given_codes)).then_refused(refusal)


def test_a_reason_is_needed() -> None:
    def without(case: CaseFile) -> None:
        case.escalate_part(
            FIRST,
            (),
            "role_supporter",
            resident_agrees=True,
            escalation_id=ESCALATION,
            answer_by=ANSWER_BY,
            now=START,
        )

    given(a_supported_case()).when(without).then_refused(NoIndication)


def test_trouble_for_the_municipality_may_stand_next_to_another_reason() -> None:
    case = a_supported_case()
    escalate(case, "IF04", "IF03")
    assert case.escalations[ESCALATION].indications == ("IF04", "IF03")


def test_a_no_of_the_resident_is_recorded_and_respected() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: escalate(case, resident_agrees=False))
        .then(
            CaseFile.IndicationObserved,
            fact(CaseFile.ScalingRefused, direction="up", part_ids=(FIRST,), whole=False),
        )
    )
    assert case.escalations == {}
    escalate(case)
    assert case.parts[FIRST].escalation_id == ESCALATION


def test_a_safety_risk_goes_first_and_is_seen_by_a_coordinator_at_once() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: escalate(case, "IF06", resident_agrees=False))
        .then(
            CaseFile.IndicationObserved,
            fact(CaseFile.PartEscalated, priority=True, resident_agrees=False),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.SAFETY_RISK),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK


def test_an_informal_supporter_does_not_settle_a_safety_risk() -> None:
    case = a_case()
    escalate(case, "IF06")
    assign(case, ANOUK)
    assert case.places[FIRST].reasons == {Reason.SAFETY_RISK}


def test_asking_advice_moves_nothing_and_does_not_stand_in_the_way() -> None:
    case = a_supported_case()
    escalate(case, "IF11")
    assert case.parts[FIRST].escalation_id is None
    given(case).when(lambda case: escalate(case, "IF11", escalation_id=an_id("again"))).then_refused(
        PartAlreadyEscalated
    )
    escalate(case, "IF10", escalation_id=an_id("up"))
    assert case.parts[FIRST].escalation_id == an_id("up")


def test_a_part_cannot_be_escalated_twice() -> None:
    (
        given(an_escalated_part())
        .when(lambda case: escalate(case, escalation_id=an_id("again")))
        .then_refused(PartAlreadyEscalated)
    )


def test_what_a_formal_supporter_has_cannot_be_scaled_up() -> None:
    given(a_completed_handover()).when(escalate).then_refused(PartIsWithFormalSupporter)


def test_a_part_without_anybody_can_go_to_a_formal_supporter_straight_away() -> None:
    case = a_case()
    escalate(case)
    assign(case, FARIDA, answers=ESCALATION)
    assert case.parts[FIRST].responsible == FARIDA
    assert case.parts[FIRST].escalation_id is None
    assert case.escalations == {}
    assert ESCALATION not in case.awaited


def test_the_whole_means_what_is_not_formal_or_on_its_way_there() -> None:
    case = (
        given(an_escalated_part())
        .when(
            lambda case: case.escalate_whole(
                ("IF01",),
                "role_supporter",
                resident_agrees=True,
                escalation_id=an_id("whole"),
                answer_by=ANSWER_BY,
                now=START,
            )
        )
        .then(
            fact(CaseFile.IndicationObserved, part_id=None),
            fact(CaseFile.WholeEscalated, part_ids=(SECOND,)),
        )
    )
    (
        given(case)
        .when(
            lambda case: case.escalate_whole(
                ("IF01",),
                "role_supporter",
                resident_agrees=True,
                escalation_id=an_id("again"),
                answer_by=ANSWER_BY,
                now=START,
            )
        )
        .then_refused(NothingToScale)
    )


def test_a_no_to_scaling_up_the_whole_and_a_safety_risk_of_the_whole() -> None:
    given(a_supported_case()).when(lambda case: escalate_whole(case, resident_agrees=False)).then(
        CaseFile.IndicationObserved, fact(CaseFile.ScalingRefused, whole=True, part_ids=(FIRST, SECOND))
    )
    case = a_supported_case()
    escalate_whole(case, "IF06")
    assert Reason.SAFETY_RISK in case.places[FIRST].reasons


def test_a_closed_case_is_not_scaled() -> None:
    given(a_closed_case()).when(escalate).then_refused(CaseIsClosed)
    given(a_closed_case()).when(escalate_whole).then_refused(CaseIsClosed)


def test_options_answer_the_escalation() -> None:
    case = (
        given(an_escalated_part())
        .when(lambda case: case.options_came(ESCALATION, START))
        .then(fact(CaseFile.AnswerCame, awaited_id=ESCALATION, somebody_fits=True))
    )
    given(case).when(lambda case: case.answer_overdue(ESCALATION, ANSWER_BY)).then_nothing()
    given(case).when(lambda case: case.options_came(ESCALATION, START)).then_nothing()


def test_nobody_who_fits_reaches_a_coordinator() -> None:
    case = (
        given(an_escalated_part())
        .when(lambda case: case.nobody_fits(ESCALATION, None, START))
        .then(
            fact(CaseFile.AnswerCame, somebody_fits=False),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.NOBODY_FITS),
        )
    )
    case.options_came(ESCALATION, START)
    assert FIRST not in case.places
    given(a_case()).when(lambda case: case.nobody_fits(None, SECOND, START)).then(
        fact(CaseFile.PutOnList, abouts=(SECOND,), reason=Reason.NOBODY_FITS)
    )


def test_silence_reaches_a_coordinator_and_a_late_answer_still_counts() -> None:
    silent_at = START + ANSWER_WITHIN
    case = (
        given(an_escalated_part())
        .when(lambda case: case.answer_overdue(ESCALATION, silent_at))
        .then(
            fact(CaseFile.AnswerOverdue, awaited_id=ESCALATION, step="options_for_escalation"),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.ANSWER_OVERDUE),
        )
    )
    given(case).when(lambda case: case.answer_overdue(ESCALATION, silent_at)).then_nothing()
    given(case).when(lambda case: case.options_came(ESCALATION, silent_at)).then(
        fact(CaseFile.TakenOffList, reasons=(Reason.ANSWER_OVERDUE,))
    )


def test_before_its_time_silence_is_no_silence() -> None:
    given(an_escalated_part()).when(lambda case: case.answer_overdue(ESCALATION, START)).then_nothing()


@pytest.mark.parametrize(
    ("about", "parts"),
    [
        (ANOUK.match_id, (FIRST,)),
        (ESCALATION, (FIRST,)),
        (SECOND, (SECOND,)),
        (an_id("something"), (FIRST, SECOND)),
    ],
)
def test_silence_that_another_service_met_reaches_a_coordinator(about: object, parts: object) -> None:
    (
        given(an_escalated_part())
        .when(lambda case: case.other_answer_overdue(about, START))  # type: ignore[arg-type]
        .then(fact(CaseFile.PutOnList, abouts=parts, reason=Reason.ANSWER_OVERDUE))
    )


def scale_down(
    case: CaseFile,
    *indications: str,
    whole: bool = False,
    resident_agrees: bool = True,
    receiver: object = None,
) -> None:
    case.de_escalate(
        None if whole else FIRST,
        indications or ("FI01", "FI03"),
        "role_supporter",
        resident_agrees=resident_agrees,
        receiver=receiver,  # type: ignore[arg-type]
        decision_id=an_id("down"),
        answer_by=START + ANSWER_WITHIN,
        handover_answer_by=ANSWER_BY,
        now=START,
    )


def test_scaling_down_goes_back_to_the_trusted_volunteer_by_a_warm_handover() -> None:
    case = (
        given(a_completed_handover())
        .when(lambda case: scale_down(case, receiver=ANOUK.supporter_id))
        .then(
            CaseFile.IndicationObserved,
            CaseFile.IndicationObserved,
            fact(CaseFile.PartDeEscalated, part_id=FIRST),
            fact(CaseFile.HandoverOffered, giver=FARIDA, receiver=ANOUK, direction="down", by_match=False),
        )
    )
    back = handover_id_of(an_id("down"), FARIDA)
    accept(case, back)
    assert case.parts[FIRST].responsible == FARIDA
    hold_talk(case, back)
    assert case.parts[FIRST].responsible == ANOUK
    assert case.parts[FIRST].companions == (FARIDA,)


def test_scaling_down_without_somebody_known_lets_the_resident_choose() -> None:
    case = (
        given(a_completed_handover())
        .when(scale_down)
        .then(
            CaseFile.IndicationObserved,
            CaseFile.IndicationObserved,
            CaseFile.PartDeEscalated,
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.CHOICE_WANTED),
        )
    )
    assign(case, BRAM)
    assert case.handover_of(FIRST) is not None
    assert FIRST not in case.places


def test_the_whole_can_be_scaled_down() -> None:
    case = (
        given(a_completed_handover())
        .when(lambda case: scale_down(case, whole=True))
        .then(
            CaseFile.IndicationObserved,
            CaseFile.IndicationObserved,
            fact(CaseFile.WholeDeEscalated, part_ids=(FIRST,)),
            CaseFile.PutOnList,
        )
    )
    assert unattended(case) == ()


@pytest.mark.parametrize("code", ["FI06", "FI07"])
def test_adding_informal_help_is_not_scaling_down(code: str) -> None:
    case = (
        given(a_completed_handover())
        .when(lambda case: scale_down(case, code))
        .then(
            CaseFile.IndicationObserved,
            fact(CaseFile.ExtraHelpAsked, part_ids=(FIRST,)),
            fact(CaseFile.PutOnList, reason=Reason.EXTRA_HELP_WANTED),
        )
    )
    assert case.parts[FIRST].responsible == FARIDA


def test_a_no_to_scaling_down_is_respected() -> None:
    given(a_completed_handover()).when(lambda case: scale_down(case, resident_agrees=False)).then(
        CaseFile.IndicationObserved,
        CaseFile.IndicationObserved,
        fact(CaseFile.ScalingRefused, direction="down"),
    )


def test_scaling_down_is_refused_where_it_makes_no_sense() -> None:
    given(a_supported_case()).when(scale_down).then_refused(PartIsNotWithFormalSupporter)
    given(a_supported_case()).when(lambda case: scale_down(case, whole=True)).then_refused(NothingToScale)
    given(a_completed_handover()).when(lambda case: scale_down(case, "IF01")).then_refused(
        IndicationPointsTheOtherWay
    )
    given(a_completed_handover()).when(
        lambda case: scale_down(case, receiver=BRAM.supporter_id)
    ).then_refused(NotKnownInThisCase)
    paused = a_completed_handover()
    paused.pause_supporter(ANOUK.supporter_id, START)
    given(paused).when(lambda case: scale_down(case, receiver=ANOUK.supporter_id)).then_refused(
        SupporterNotAvailable
    )
    running = a_completed_handover()
    assign(running, BRAM)
    given(running).when(scale_down).then_refused(HandoverRunsAlready)


def test_up_and_down_again_is_told_per_part() -> None:
    case = an_offered_handover()
    accept(case, TO_FARIDA)
    hold_talk(case, TO_FARIDA)
    scale_down(case, receiver=ANOUK.supporter_id)
    directions = [event.direction for event in case.pending() if isinstance(event, CaseFile.HandoverOffered)]
    assert directions == ["up", "down"]
