"""Consent per party: withdrawing works at once, also in the middle of a handover (CON-03, CON-04)."""

from __future__ import annotations

from tests.support.clock import START, later
from tests.support.examples.casefile import (
    ANOUK,
    CHECK,
    COORDINATION,
    FIRST,
    FORMAL_ORG,
    INFORMAL_ORG,
    TO_FARIDA,
    a_case,
    a_planned_check,
    a_supported_case,
    an_accepted_handover,
    an_offered_handover,
    hold_talk,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.errors import ConsentRecordedAlready, HandoverIsOver, NoConsentToWithdraw
from casefile.domain.place import Reason


def test_saying_yes_to_support_is_consent_to_the_receiving_organisation() -> None:
    assert a_case().consents[COORDINATION].basis == "support_accepted"


def test_withdrawing_for_the_receiver_cancels_the_handover_and_the_giver_stays() -> None:
    case = (
        given(an_accepted_handover())
        .when(lambda case: case.withdraw_consent(FORMAL_ORG, START))
        .then(
            fact(CaseFile.HandoverCancelled, reason="consent_withdrawn", part_ids=(FIRST,)),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.HANDOVER_CANCELLED),
            fact(CaseFile.ConsentWithdrawn, party=FORMAL_ORG),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    given(case).when(lambda case: hold_talk(case, TO_FARIDA)).then_refused(HandoverIsOver)


def test_withdrawing_for_the_giver_leaves_the_part_to_the_list() -> None:
    case = (
        given(an_offered_handover())
        .when(lambda case: case.withdraw_consent(INFORMAL_ORG, START))
        .then(
            fact(CaseFile.HandoverCancelled, reason="consent_withdrawn"),
            fact(CaseFile.PutOnList, reason=Reason.HANDOVER_CANCELLED),
            fact(CaseFile.PutOnList, reason=Reason.CONSENT_WITHDRAWN),
            CaseFile.ConsentWithdrawn,
        )
    )
    assert case.parts[FIRST].responsible is None
    assert unattended(case) == ()


def test_withdrawing_from_the_receiving_organisation_stops_every_handover() -> None:
    case = an_offered_handover()
    case.withdraw_consent(COORDINATION, START)
    assert case.running_handovers() == ()
    assert case.parts[FIRST].responsible == ANOUK


def test_a_planned_check_by_somebody_of_that_party_goes_to_the_coordinator() -> None:
    case = (
        given(a_planned_check())
        .when(lambda case: case.withdraw_consent(INFORMAL_ORG, later(days=91)))
        .then(
            fact(CaseFile.CheckReassigned, check_id=CHECK, responsible=None),
            fact(CaseFile.PutOnList, reason=Reason.WAAKVLAM_UNASSIGNED),
            CaseFile.ConsentWithdrawn,
        )
    )
    assert case.checks[CHECK].running


def test_what_was_not_given_cannot_be_withdrawn_nor_given_twice() -> None:
    given(a_case()).when(lambda case: case.withdraw_consent(FORMAL_ORG, START)).then_refused(
        NoConsentToWithdraw
    )
    given(a_supported_case()).when(
        lambda case: case.give_consent(an_id("consent"), INFORMAL_ORG, START)
    ).then_refused(ConsentRecordedAlready)


def test_consent_can_be_given_again() -> None:
    case = a_supported_case()
    case.withdraw_consent(INFORMAL_ORG, START)
    (
        given(case)
        .when(lambda case: case.give_consent(an_id("consent"), INFORMAL_ORG, START))
        .then(fact(CaseFile.ConsentGiven, party=INFORMAL_ORG, basis="asked"))
    )
    assert case.withdrawn_from == ()
