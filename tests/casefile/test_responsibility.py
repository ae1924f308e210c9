"""A match makes somebody responsible at once, or offers a handover, or cannot be followed up."""

from __future__ import annotations

from tests.support.clock import START
from tests.support.examples.casefile import (
    ANOUK,
    BRAM,
    ESCALATION,
    FARIDA,
    FIRST,
    GIJS,
    INFORMAL_ORG,
    OPENED_BY,
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
    consent_to,
    escalate,
    escalate_whole,
    hold_talk,
    terms,
)
from tests.support.given_when_then import fact, given
from tests.support.ids import a_match_id, a_part_id

from casefile.domain.case import CaseFile, unattended
from casefile.domain.errors import (
    CaseIsClosed,
    ConsentMissing,
    HandoverRunsAlready,
    PartIsClosed,
    PartUnknown,
    SupporterNotAvailable,
    SupporterServesPartAlready,
)
from casefile.domain.handover import handover_id_of
from casefile.domain.part import Supporter
from casefile.domain.place import NOBODY_IS_THERE, Reason


def test_where_nobody_is_the_chosen_supporter_is_responsible_at_once() -> None:
    case = (
        given(a_case())
        .when(lambda case: assign(case, ANOUK))
        .then(
            fact(CaseFile.SupporterAssigned, part_id=FIRST, supporter=ANOUK),
            fact(CaseFile.TakenOffList, abouts=(FIRST,), reasons=(Reason.NEW_PART,)),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK
    assert FIRST not in case.places
    assert SECOND in case.places


def test_where_somebody_is_a_handover_is_offered_and_nothing_moves_yet() -> None:
    case = (
        given(an_escalated_part())
        .when(lambda case: assign(case, FARIDA, answers=ESCALATION))
        .then(
            fact(
                CaseFile.HandoverOffered,
                handover_id=TO_FARIDA,
                part_ids=(FIRST,),
                giver=ANOUK,
                receiver=FARIDA,
                direction="up",
                by_match=True,
            ),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK


def test_a_network_may_start_with_the_talk_also_at_a_first_match() -> None:
    case = (
        given(a_case())
        .when(lambda case: assign(case, ANOUK, start_after_talk=True))
        .then(
            fact(CaseFile.HandoverOffered, giver=None, receiver=ANOUK, direction="sideways"),
        )
    )
    assert unattended(case) == ()
    assert case.places[FIRST].reasons & NOBODY_IS_THERE


def test_the_same_match_again_changes_nothing() -> None:
    given(a_supported_case()).when(lambda case: assign(case, ANOUK)).then_nothing()
    given(an_offered_handover()).when(lambda case: assign(case, FARIDA)).then_nothing()


def test_a_match_for_the_whole_case_offers_one_handover_per_giver() -> None:
    case = a_supported_case()
    assign(case, BRAM, SECOND)
    escalate_whole(case)
    case = (
        given(case)
        .when(lambda case: assign(case, FARIDA, None, answers=ESCALATION))
        .then(
            fact(CaseFile.HandoverOffered, giver=ANOUK, part_ids=(FIRST,), handover_id=TO_FARIDA),
            fact(CaseFile.HandoverOffered, giver=BRAM, part_ids=(SECOND,)),
        )
    )
    accept(case, TO_FARIDA)
    hold_talk(case, TO_FARIDA)
    assert case.parts[FIRST].responsible == FARIDA
    assert case.parts[SECOND].responsible == BRAM
    assert case.escalations[ESCALATION].part_ids == (SECOND,)


def test_a_match_for_the_whole_case_comes_in_at_once_where_nobody_is() -> None:
    case = a_supported_case()
    escalate_whole(case)
    (
        given(case)
        .when(lambda case: assign(case, FARIDA, None, answers=ESCALATION))
        .then(
            fact(CaseFile.HandoverOffered, giver=ANOUK, part_ids=(FIRST,)),
            fact(CaseFile.SupporterAssigned, part_id=SECOND, supporter=FARIDA),
            fact(CaseFile.TakenOffList, abouts=(SECOND,)),
        )
    )


def test_somebody_asked_for_advice_comes_alongside_and_nothing_moves() -> None:
    case = a_supported_case()
    escalate(case, "IF11")
    case = (
        given(case)
        .when(lambda case: assign(case, FARIDA, answers=ESCALATION))
        .then(fact(CaseFile.SupporterAdded, part_id=FIRST, supporter=FARIDA))
    )
    assert case.parts[FIRST].responsible == ANOUK
    assert case.parts[FIRST].companions == (FARIDA,)
    assert case.escalations == {}


def test_a_closed_case_takes_nobody_in() -> None:
    given(a_closed_case()).when(lambda case: assign(case, GIJS)).then_refused(CaseIsClosed)
    given(a_closed_case()).when(lambda case: assign(case, GIJS, None)).then_refused(CaseIsClosed)


def test_a_closed_part_takes_nobody_in() -> None:
    case = a_supported_case()
    case.close_part(FIRST, "close_self_again", START)
    given(case).when(lambda case: assign(case, BRAM)).then_refused(PartIsClosed)


def test_a_part_of_another_case_is_unknown() -> None:
    given(a_case()).when(lambda case: assign(case, ANOUK, a_part_id("elsewhere"))).then_refused(PartUnknown)


def test_who_is_responsible_already_is_not_matched_again() -> None:
    again = Supporter(ANOUK.supporter_id, a_match_id("again"), "informal", INFORMAL_ORG)
    given(a_supported_case()).when(lambda case: assign(case, again)).then_refused(SupporterServesPartAlready)


def test_one_handover_of_a_part_runs_at_a_time() -> None:
    given(an_offered_handover()).when(lambda case: assign(case, GIJS)).then_refused(HandoverRunsAlready)


def test_who_takes_a_break_is_not_taken_in() -> None:
    case = a_supported_case()
    case.pause_supporter(ANOUK.supporter_id, START)
    again = Supporter(ANOUK.supporter_id, a_match_id("again"), "informal", INFORMAL_ORG)
    given(case).when(lambda case: assign(case, again, SECOND)).then_refused(SupporterNotAvailable)


def test_without_consent_nobody_comes_in() -> None:
    """Also nobody of an organisation that is let in, when there is none for the coordination any more."""
    case = a_case()
    case.end_involvement(OPENED_BY, "withdrawn", START)
    given(case).when(lambda case: assign(case, ANOUK)).then_refused(ConsentMissing)


def test_an_organisation_from_which_consent_was_withdrawn_does_not_come_back_by_a_choice() -> None:
    case = a_supported_case()
    case.end_involvement(consent_to(INFORMAL_ORG), "withdrawn", START)
    given(case).when(lambda case: assign(case, BRAM)).then_refused(ConsentMissing)
    case.allow_involvement(a_match_id("consent"), terms(INFORMAL_ORG), START)
    assign(case, BRAM)
    assert case.parts[FIRST].responsible == BRAM


def test_a_refused_match_is_answered_once() -> None:
    def refuse(case: CaseFile) -> None:
        case.refuse_assignment(GIJS.supporter_id, GIJS.match_id, FIRST, "case_closed", START)

    case = (
        given(a_closed_case())
        .when(refuse)
        .then(fact(CaseFile.AssignmentRefused, match_id=GIJS.match_id, reason="case_closed"))
    )
    given(case).when(refuse).then_nothing()


def test_when_a_match_ends_its_part_is_on_the_list_at_once() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: case.end_match(ANOUK.match_id, "no_click", START))
        .then(
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.MATCH_ENDED),
            fact(CaseFile.MatchEnded, supporter=ANOUK, reason="no_click"),
        )
    )
    assert case.parts[FIRST].responsible is None
    assert unattended(case) == ()


def test_when_the_match_of_a_receiver_ends_the_giver_stays() -> None:
    case = (
        given(an_offered_handover())
        .when(lambda case: case.end_match(FARIDA.match_id, "withdrawn", START))
        .then(
            fact(CaseFile.HandoverCancelled, reason="match_ended"),
            fact(CaseFile.PutOnList, reason=Reason.HANDOVER_CANCELLED),
        )
    )
    assert case.parts[FIRST].responsible == ANOUK


def test_when_the_match_of_a_giver_ends_the_list_hands_over() -> None:
    case = an_offered_handover()
    case.end_match(ANOUK.match_id, "no_click", START)
    assert case.handovers[TO_FARIDA].giver is None
    accept(case, TO_FARIDA)
    hold_talk(case, TO_FARIDA, roles=("role_resident", "role_coordinator", "role_supporter"))
    assert case.parts[FIRST].responsible == FARIDA
    assert FIRST not in case.places


def test_when_the_match_of_a_companion_ends_only_they_go() -> None:
    case = (
        given(a_completed_handover())
        .when(lambda case: case.end_match(ANOUK.match_id, "done", START))
        .then(CaseFile.MatchEnded)
    )
    assert case.parts[FIRST].companions == ()
    assert case.parts[FIRST].responsible == FARIDA


def test_the_end_of_an_unknown_match_changes_nothing() -> None:
    given(a_supported_case()).when(lambda case: case.end_match(GIJS.match_id, "x", START)).then_nothing()


def test_the_handover_of_a_match_has_an_id_that_the_match_gives() -> None:
    assert TO_FARIDA == handover_id_of(FARIDA.match_id, ANOUK)
