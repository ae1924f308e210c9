"""Parts close one by one and the case with the last; opened again, consent and choice are asked anew."""

from __future__ import annotations

from tests.support.clock import START, later
from tests.support.examples.casefile import (
    ANOUK,
    CHECK,
    COORDINATION,
    ESCALATION,
    FARIDA,
    FIRST,
    GOOD_AGREEMENTS,
    SECOND,
    TO_FARIDA,
    a_case,
    a_closed_case,
    a_planned_check,
    a_supported_case,
    accept,
    an_asked_part,
    an_escalated_part,
    an_offered_handover,
    assign,
    escalate_whole,
    hold_talk,
    terms,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import a_part_id, an_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.errors import (
    CaseIsClosed,
    CaseIsOpen,
    ConsentMissing,
    NoPartGiven,
    PartIsClosed,
    PartNamedTwice,
)
from casefile.domain.place import Reason


def test_a_part_closes_by_itself() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: case.close_part(FIRST, GOOD_AGREEMENTS, START))
        .then(fact(CaseFile.PartClosed, part_id=FIRST, reason=GOOD_AGREEMENTS))
    )
    assert case.open
    given(case).when(lambda case: case.close_part(FIRST, GOOD_AGREEMENTS, START)).then_refused(PartIsClosed)


def test_the_case_closes_with_its_last_part() -> None:
    case = a_supported_case()
    case.close_part(FIRST, GOOD_AGREEMENTS, START)
    case = (
        given(case)
        .when(lambda case: case.close_part(SECOND, "close_self_again", START))
        .then(CaseFile.PartClosed, fact(CaseFile.Closed, reason="close_self_again"))
    )
    assert not case.open
    assert case.places == {}


def test_closing_the_case_drops_no_part() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: case.close("close_withdrawn", START))
        .then(
            fact(CaseFile.PartClosed, part_id=FIRST),
            fact(CaseFile.PartClosed, part_id=SECOND),
            fact(CaseFile.Closed, reason="close_withdrawn"),
        )
    )
    given(case).when(lambda case: case.close("close_withdrawn", START)).then_refused(CaseIsClosed)


def test_closing_a_part_ends_its_handover_and_its_escalation() -> None:
    case = (
        given(an_offered_handover())
        .when(lambda case: case.close_part(FIRST, GOOD_AGREEMENTS, START))
        .then(fact(CaseFile.HandoverCancelled, reason="part_closed"), CaseFile.PartClosed)
    )
    assert case.escalations == {}
    assert ESCALATION not in case.awaited
    assert FIRST not in case.places


def test_a_handover_of_several_parts_goes_on_with_what_is_left() -> None:
    case = a_case()
    assign(case, ANOUK, None)
    escalate_whole(case)
    assign(case, FARIDA, None, answers=ESCALATION)
    assert case.handovers[TO_FARIDA].part_ids == (FIRST, SECOND)
    case.close_part(FIRST, GOOD_AGREEMENTS, START)
    accept(case, TO_FARIDA)
    hold_talk(case, TO_FARIDA)
    assert case.parts[SECOND].responsible == FARIDA
    assert case.parts[FIRST].responsible == ANOUK
    assert not case.parts[FIRST].open


def test_opened_again_it_is_on_the_list_and_asks_consent_and_choice_anew() -> None:
    third = an_asked_part("third")
    case = (
        given(a_closed_case())
        .when(lambda case: case.reopen([third], later(days=200)))
        .then(
            *[fact(CaseFile.InvolvementEnded, because="asked_anew")] * 3,
            CaseFile.Reopened,
            fact(CaseFile.PartAdded, part=third),
            fact(CaseFile.PutOnList, abouts=(third.part_id,), reason=Reason.REOPENED),
        )
    )
    assert unattended(case) == ()
    assert case.parts[third.part_id].responsible is None
    assert case.parts[FIRST].people()[0] == FARIDA
    given(case).when(lambda case: assign(case, ANOUK_AGAIN, third.part_id)).then_refused(ConsentMissing)
    for party in (COORDINATION, ANOUK.organisation):
        case.allow_involvement(an_id("asked anew", party), terms(party), later(days=201))
    assign(case, ANOUK_AGAIN, third.part_id)
    assert case.parts[third.part_id].responsible == ANOUK_AGAIN


ANOUK_AGAIN = type(ANOUK)(ANOUK.supporter_id, an_id("match", "again"), "informal", ANOUK.organisation)


def test_opening_again_stops_the_planned_check() -> None:
    (
        given(a_planned_check())
        .when(lambda case: case.reopen([an_asked_part("third")], later(days=120)))
        .then(
            fact(CaseFile.CheckStopped, check_id=CHECK),
            *[fact(CaseFile.InvolvementEnded, because="asked_anew")] * 3,
            CaseFile.Reopened,
            CaseFile.PartAdded,
            CaseFile.PutOnList,
        )
    )


def test_only_a_closed_case_is_opened_again_and_with_a_new_question() -> None:
    given(a_supported_case()).when(lambda case: case.reopen([an_asked_part("third")], START)).then_refused(
        CaseIsOpen
    )
    given(a_closed_case()).when(lambda case: case.reopen([], later(days=91))).then_refused(NoPartGiven)


def test_an_earlier_part_is_history() -> None:
    case = a_closed_case()
    try:
        case.reopen([an_asked_part("first")], later(days=91))
    except PartNamedTwice:
        return
    raise AssertionError("a closed part came back under its own id")


def test_parts_of_a_closed_case_stay_closed() -> None:
    case = a_closed_case()
    given(case).when(lambda case: case.close_part(FIRST, GOOD_AGREEMENTS, START)).then_refused(CaseIsClosed)
    assert a_part_id("first") == FIRST


def test_an_escalated_part_can_be_closed() -> None:
    case = an_escalated_part()
    case.close_part(FIRST, "close_own_network", START)
    assert case.escalations == {}
