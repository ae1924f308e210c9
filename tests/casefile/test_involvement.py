"""What a consent means for a case: who comes in, and what stops at once when it goes (CON-03, CON-04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import (
    ANOUK,
    BRAM,
    CHECK,
    COORDINATION,
    ESCALATION,
    FARIDA,
    FIRST,
    FORMAL_ORG,
    GIJS,
    INFORMAL_ORG,
    OPENED_BY,
    SECOND,
    TALK_BY,
    TO_FARIDA,
    a_case,
    a_closed_case,
    a_completed_handover,
    a_planned_check,
    a_supported_case,
    a_supporter,
    an_accepted_handover,
    an_escalated_part,
    an_offered_handover,
    assign,
    consent_to,
    escalate_whole,
    hold_talk,
    let_in,
    plan_check,
    terms,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.consent_errors import PartOfAnotherCase, ReviewNotDecided
from casefile.domain.consent_terms import Scope
from casefile.domain.errors import ConsentMissing, HandoverIsOver, HandoverUnderWay
from casefile.domain.involvement import Leaving
from casefile.domain.place import Reason
from chassis.aggregates import DomainEvent

INFORMAL, FORMAL = consent_to(INFORMAL_ORG), consent_to(FORMAL_ORG)


def withdrawn(case: CaseFile, consent_id: UUID, now: datetime = START) -> None:
    case.end_involvement(consent_id, "withdrawn", now)


# Nobody comes in without


def test_the_yes_to_support_lets_in_the_organisation_that_received_the_request_and_nobody_else() -> None:
    case = a_case(let_in_too=())
    assert case.admitted_parties() == {COORDINATION}
    given(case).when(lambda case: assign(case, ANOUK)).then_refused(ConsentMissing)


def test_choosing_somebody_is_no_consent() -> None:
    case = a_case(let_in_too=())
    with pytest.raises(ConsentMissing):
        assign(case, FARIDA)
    assert case.admitted_parties() == {COORDINATION}


def test_a_supporter_of_the_receiving_organisation_needs_no_other_consent() -> None:
    case = a_case(let_in_too=())
    chantal = a_supporter("Chantal", "informal", COORDINATION)
    given(case).when(lambda case: assign(case, chantal)).then(
        CaseFile.SupporterAssigned, CaseFile.TakenOffList
    )


def test_a_consent_for_one_part_lets_nobody_into_the_other() -> None:
    case = a_case(let_in_too=())
    let_in(case, INFORMAL_ORG, FIRST)
    given(case).when(lambda case: assign(case, ANOUK, SECOND)).then_refused(ConsentMissing)
    given(case).when(lambda case: assign(case, ANOUK, FIRST)).then(
        CaseFile.SupporterAssigned, CaseFile.TakenOffList
    )
    escalate_whole(case)
    let_in(case, FORMAL_ORG, SECOND)
    given(case).when(lambda case: assign(case, FARIDA, None, answers=ESCALATION)).then_refused(ConsentMissing)


@pytest.mark.parametrize("purpose", ["cp_support", "cp_handover"])
def test_a_consent_to_support_or_handover_lets_a_receiver_in(purpose: str) -> None:
    case = a_case(let_in_too=())
    let_in(case, FORMAL_ORG, purpose=purpose)
    assign(case, FARIDA)
    assert case.parts[FIRST].responsible == FARIDA


@pytest.mark.parametrize("purpose", ["cp_matching", "cp_represent", "cp_inform_referrer", "cp_evaluation"])
def test_a_consent_to_something_else_lets_nobody_in(purpose: str) -> None:
    case = a_case(let_in_too=())
    let_in(case, FORMAL_ORG, purpose=purpose)
    given(case).when(lambda case: assign(case, FARIDA)).then_refused(ConsentMissing)


def test_a_consent_for_one_person_lets_in_that_person_only() -> None:
    case = a_case(let_in_too=())
    let_in(case, str(FARIDA.supporter_id), kind="person")
    given(case).when(lambda case: assign(case, GIJS)).then_refused(ConsentMissing)
    assign(case, FARIDA)


def test_a_consent_whose_time_has_passed_lets_nobody_in_although_nobody_said_so_yet() -> None:
    case = a_case(let_in_too=())
    let_in(case, INFORMAL_ORG, until=later(days=30))
    given(case).when(lambda case: assign(case, ANOUK, now=later(days=30))).then_refused(ConsentMissing)
    assign(case, ANOUK, now=later(days=29))


def test_a_handover_does_not_go_on_when_its_consent_passed_meanwhile() -> None:
    case = a_case(let_in_too=(INFORMAL_ORG,))
    assign(case, ANOUK)
    let_in(case, FORMAL_ORG, until=later(days=2))
    assign(case, FARIDA)
    given(case).when(
        lambda case: case.accept_handover(TO_FARIDA, "receiver", TALK_BY, later(days=2))
    ).then_refused(ConsentMissing)


def test_going_back_to_somebody_needs_their_consent_too() -> None:
    case = a_completed_handover()
    case.narrow_involvement(INFORMAL, Scope((SECOND,)), START)
    assert case.parts[FIRST].companions == ()


def test_parts_of_another_case_are_no_parts_of_this_one() -> None:
    given(a_case()).when(lambda case: let_in(case, "other", an_id("elsewhere"))).then_refused(
        PartOfAnotherCase
    )
    given(a_case()).when(lambda case: let_in(case, "other", an_id("elsewhere"), case_id=None)).then_nothing()


def test_saying_no_blocks_nothing() -> None:
    """AVG article 7 (4)."""
    case = a_case(let_in_too=(INFORMAL_ORG,))
    case.refuse_involvement(terms(FORMAL_ORG), START)
    assign(case, ANOUK)
    assert case.parts[FIRST].responsible == ANOUK


# When it goes


def test_withdrawing_for_the_receiver_stops_the_handover_and_the_giver_stays() -> None:
    case = (
        given(an_accepted_handover())
        .when(lambda case: withdrawn(case, FORMAL))
        .then(
            fact(CaseFile.InvolvementEnded, consent_id=FORMAL, leaving=(), matches_over=(FARIDA.match_id,)),
            fact(CaseFile.HandoverCancelled, reason="consent_withdrawn", consent_id=FORMAL),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.HANDOVER_CANCELLED, consent_id=FORMAL),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    given(case).when(lambda case: hold_talk(case, TO_FARIDA)).then_refused(HandoverIsOver)


def test_withdrawing_for_the_giver_leaves_the_part_to_the_list() -> None:
    case = (
        given(an_offered_handover())
        .when(lambda case: withdrawn(case, INFORMAL))
        .then(
            fact(CaseFile.InvolvementEnded, leaving=(Leaving(FIRST, ANOUK),), excluded=True),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.CONSENT_WITHDRAWN, consent_id=INFORMAL),
            fact(CaseFile.HandoverCancelled, reason="consent_withdrawn", consent_id=INFORMAL),
            fact(CaseFile.PutOnList, reason=Reason.HANDOVER_CANCELLED, consent_id=INFORMAL),
        )
    )
    assert case.parts[FIRST].responsible is None
    assert unattended(case) == ()


def test_withdrawing_for_the_one_who_helps_leaves_the_other_where_they_are() -> None:
    case = a_completed_handover()
    withdrawn(case, INFORMAL)
    assert case.parts[FIRST].people() == (FARIDA,)
    assert FIRST not in case.places


def test_withdrawing_from_the_receiving_organisation_stops_every_handover() -> None:
    """The case stays on its list, and other parties where they are."""
    case = an_offered_handover()
    withdrawn(case, OPENED_BY)
    assert case.running_handovers() == ()
    assert case.parts[FIRST].responsible == ANOUK
    assert SECOND in case.places


def test_a_planned_check_by_somebody_of_that_party_goes_to_the_coordinator() -> None:
    case = (
        given(a_planned_check())
        .when(lambda case: withdrawn(case, INFORMAL, later(days=91)))
        .then(
            CaseFile.InvolvementEnded,
            fact(CaseFile.CheckReassigned, check_id=CHECK, responsible=None, consent_id=INFORMAL),
            fact(CaseFile.PutOnList, reason=Reason.WAAKVLAM_UNASSIGNED, consent_id=INFORMAL),
        )
    )
    assert case.checks[CHECK].running


def test_somebody_of_a_party_that_is_out_gets_no_check() -> None:
    case = a_closed_case()
    withdrawn(case, INFORMAL, later(days=90))
    given(case).when(lambda case: plan_check(case, responsible=ANOUK.supporter_id)).then_refused(
        ConsentMissing
    )


def test_withdrawing_pilot_light_contact_stops_it() -> None:
    case = a_planned_check()
    consent = an_id("consent", "waakvlam")
    case.allow_involvement(consent, terms(COORDINATION, purpose="cp_waakvlam"), later(days=90))
    (
        given(case)
        .when(lambda case: withdrawn(case, consent, later(days=91)))
        .then(
            fact(CaseFile.InvolvementEnded, leaving=()),
            fact(CaseFile.CheckStopped, check_id=CHECK, consent_id=consent),
        )
    )


def test_what_another_consent_allows_stays() -> None:
    case = a_completed_handover()
    case.allow_involvement(an_id("longer"), terms(FORMAL_ORG, FIRST, purpose="cp_handover"), START)
    (
        given(case)
        .when(lambda case: withdrawn(case, FORMAL))
        .then(fact(CaseFile.InvolvementEnded, leaving=(), matches_over=(), excluded=False))
    )
    assert case.parts[FIRST].responsible == FARIDA


def test_narrowing_to_a_part_ends_what_it_was_in_the_other() -> None:
    case = a_supported_case()
    assign(case, BRAM, SECOND)
    case = (
        given(case)
        .when(lambda case: case.narrow_involvement(INFORMAL, Scope((SECOND,)), START))
        .then(
            fact(
                CaseFile.InvolvementNarrowed,
                leaving=(Leaving(FIRST, ANOUK),),
                matches_over=(ANOUK.match_id,),
            ),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.CONSENT_WITHDRAWN, consent_id=INFORMAL),
        )
    )
    assert case.parts[SECOND].responsible == BRAM
    assert unattended(case) == ()


def test_narrowing_data_or_time_moves_nobody() -> None:
    less = Scope((), ("dc_question",), later(days=5))
    case = a_supported_case()
    given(case).when(lambda case: case.narrow_involvement(INFORMAL, less, START)).then(
        fact(CaseFile.InvolvementNarrowed, leaving=(), matches_over=())
    )
    assert case.involvements[INFORMAL].scope == less


def test_somebody_who_keeps_another_part_keeps_their_match() -> None:
    case = a_case()
    assign(case, ANOUK, None)
    case.narrow_involvement(INFORMAL, Scope((FIRST,)), START)
    ended = case.pending()[-2]
    assert isinstance(ended, CaseFile.InvolvementNarrowed)
    assert (ended.leaving, ended.matches_over) == ((Leaving(SECOND, ANOUK),), ())


@pytest.mark.parametrize("because", ["withdrawn", "expired", "recorded_in_error"])
def test_all_that_follows_names_the_consent(because: Any) -> None:
    """One visible chain: what happened because of what."""
    case = an_accepted_handover()
    before = len(case.pending())
    case.end_involvement(INFORMAL, because, START)
    followed: tuple[DomainEvent, ...] = tuple(case.pending()[before:])
    assert len(followed) > 3
    assert {getattr(each, "consent_id", None) for each in followed} == {INFORMAL}


def test_a_consent_that_is_not_known_here_changes_nothing() -> None:
    given(a_supported_case()).when(lambda case: withdrawn(case, an_id("x"))).then_nothing()
    given(a_supported_case()).when(
        lambda case: case.narrow_involvement(an_id("x"), Scope((FIRST,)), START)
    ).then_nothing()


# On the list


def test_a_consent_that_expires_soon_is_on_the_list_until_it_is_over() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: case.consent_expires_soon(INFORMAL, START))
        .then(fact(CaseFile.PutOnList, abouts=(INFORMAL,), reason=Reason.CONSENT_EXPIRES))
    )
    withdrawn(case, INFORMAL)
    assert INFORMAL not in case.places


def test_in_a_closed_case_nobody_is_reminded_of_a_consent() -> None:
    case = a_supported_case()
    case.consent_expires_soon(INFORMAL, START)
    case.close("close_agreements", START)
    assert INFORMAL not in case.places
    given(case).when(lambda case: case.consent_expires_soon(FORMAL, START)).then_nothing()


def test_a_review_stays_on_the_list_until_it_is_decided() -> None:
    case, review = a_supported_case(), an_id("review")
    case.look_into_breach(review, INFORMAL, START)
    given(case).when(lambda case: case.settle(review, Reason.BREACH_REVIEW, START)).then_refused(
        ReviewNotDecided
    )
    case.close("close_agreements", START)
    assert review in case.places
    case.breach_looked_into(review, START)
    assert review not in case.places


def test_a_handover_that_is_half_way_cannot_be_declined_only_because_of_consent() -> None:
    """Consent is stronger than the state of a handover: it stops also after the talk."""
    case = an_accepted_handover()
    with pytest.raises(HandoverUnderWay):
        case.undo_handover(TO_FARIDA, "giver", START)
    withdrawn(case, FORMAL)
    assert case.running_handovers() == ()


def test_an_escalation_waits_for_another_receiver() -> None:
    case = an_offered_handover()
    withdrawn(case, FORMAL)
    assert case.parts[FIRST].escalation_id == ESCALATION
    assert an_escalated_part().parts[FIRST].escalation_id == ESCALATION
