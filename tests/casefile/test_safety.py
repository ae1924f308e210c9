"""A safety risk goes a marked route: on the list, up with priority, told on a ground (CON-18, ESC-15)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import (
    COORDINATION,
    FIRST,
    SECOND,
    a_case,
    a_closed_case,
    a_completed_handover,
    a_supported_case,
    an_escalated_part,
)
from tests.support.examples.safeguards import RISK, a_flagged_case, flag
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id

from casefile.domain.case import CaseFile
from casefile.domain.errors import CaseIsClosed, PartUnknown
from casefile.domain.place import Reason
from casefile.domain.safeguard_errors import (
    NoConsentToTellParty,
    ReactedAlready,
    RiskUnknown,
    SharingNeedsAGround,
    ToldInTheFuture,
)
from casefile.domain.safety import Ground, PartyKind, Told


def told(
    ground: Ground | None = "vital_interest", kind: PartyKind = "authority", party: str | None = "politie"
) -> Told:
    return Told(kind, party, ground, START)


def test_a_risk_is_on_the_list_at_once_and_scales_up_with_priority_also_without_a_yes() -> None:
    case = (
        given(a_supported_case())
        .when(lambda case: flag(case, told()))
        .then(
            fact(
                CaseFile.SafetyRiskFlagged, kind="to_self", part_ids=(FIRST,), told=(told(),), priority=True
            ),
            CaseFile.IndicationObserved,
            fact(CaseFile.PartEscalated, indications=("IF06",), priority=True, resident_agrees=False),
            fact(CaseFile.PutOnList, abouts=(FIRST,), reason=Reason.SAFETY_RISK),
        )
    )
    assert case.safety_risks[RISK].react_by == later(hours=4)


def test_without_priority_it_is_marked_and_listed_and_nothing_scales() -> None:
    given(a_supported_case()).when(lambda case: flag(case, priority=False)).then(
        CaseFile.SafetyRiskFlagged, fact(CaseFile.PutOnList, reason=Reason.SAFETY_RISK)
    )


@pytest.mark.parametrize("made", [an_escalated_part, a_completed_handover])
def test_what_is_on_its_way_up_or_with_a_professional_is_marked_and_listed(
    made: Callable[[], CaseFile],
) -> None:
    case = made()
    given(case).when(flag).then(
        CaseFile.SafetyRiskFlagged, fact(CaseFile.PutOnList, reason=Reason.SAFETY_RISK)
    )


def test_a_risk_about_the_whole_is_on_the_list_for_each_part() -> None:
    case = a_supported_case()
    flag(case, part_id=None)
    assert all(Reason.SAFETY_RISK in case.places[part].reasons for part in (FIRST, SECOND))
    assert [type(each).__name__ for each in case.pending()].count("WholeEscalated") == 1
    flag(case, part_id=None, risk_id=an_id("risk", "two"))
    assert len(case.safety_risks) == 2, "nothing is left to scale, and it is still marked"


def test_sharing_without_a_ground_is_refused() -> None:
    given(a_case()).when(lambda case: flag(case, told(None))).then_refused(SharingNeedsAGround)
    given(a_case()).when(lambda case: flag(case, told(None, "resident", None))).then(
        CaseFile.SafetyRiskFlagged,
        CaseFile.IndicationObserved,
        CaseFile.PartEscalated,
        CaseFile.PutOnList,
    )


def test_consent_is_a_ground_only_where_it_was_given() -> None:
    by_consent = told("consent", "organisation", COORDINATION)
    given(a_case()).when(lambda case: flag(case, by_consent)).then_refused(NoConsentToTellParty)
    case = a_case()
    flag(case, by_consent, consented=[COORDINATION])
    assert RISK in case.safety_risks


def test_nobody_was_told_later_than_now() -> None:
    late = Told("authority", "politie", "statutory_duty", later(minutes=1))
    given(a_case()).when(lambda case: flag(case, late)).then_refused(ToldInTheFuture)


def test_a_risk_belongs_to_an_open_part_of_this_case() -> None:
    given(a_closed_case()).when(flag).then_refused(CaseIsClosed)
    given(a_case()).when(lambda case: flag(case, part_id=an_id("elsewhere"))).then_refused(PartUnknown)


def test_who_takes_it_from_the_list_reacted_and_how_long_it_took_is_kept() -> None:
    case = (
        given(a_flagged_case())
        .when(lambda case: case.claim(FIRST, "one", later(hours=5), later(minutes=20)))
        .then(
            CaseFile.Claimed, fact(CaseFile.SafetyRiskReactedTo, risk_id=RISK, by="one", after_seconds=1200)
        )
    )
    given(case).when(lambda one: one.react_to_safety_risk(RISK, "two", later(hours=1))).then_refused(
        ReactedAlready
    )
    given(case).when(lambda one: one.claim(FIRST, "one", later(hours=9), later(hours=1))).then(
        CaseFile.Claimed
    )


def test_a_reaction_can_be_recorded_by_itself() -> None:
    given(a_flagged_case()).when(lambda case: case.react_to_safety_risk(RISK, "one", later(hours=1))).then(
        fact(CaseFile.SafetyRiskReactedTo, after_seconds=3600)
    )
    given(a_flagged_case()).when(
        lambda case: case.react_to_safety_risk(an_id("no such"), "one", START)
    ).then_refused(RiskUnknown)


def test_silence_is_told_again_once_and_a_late_reaction_takes_it_off() -> None:
    case = (
        given(a_flagged_case())
        .when(lambda case: case.safety_reaction_overdue(RISK, later(hours=4)))
        .then(
            fact(CaseFile.SafetyReactionOverdue, risk_id=RISK),
            fact(CaseFile.PutOnList, reason=Reason.SAFETY_REACTION_OVERDUE),
        )
    )
    given(case).when(lambda one: one.safety_reaction_overdue(RISK, later(hours=5))).then_nothing()
    given(case).when(lambda one: one.react_to_safety_risk(RISK, "one", later(hours=6))).then(
        CaseFile.SafetyRiskReactedTo, fact(CaseFile.TakenOffList, reasons=(Reason.SAFETY_REACTION_OVERDUE,))
    )
    assert Reason.SAFETY_RISK in case.places[FIRST].reasons, "that stays until it is settled"


def test_nothing_is_overdue_early_nor_in_a_closed_case() -> None:
    given(a_flagged_case()).when(
        lambda case: case.safety_reaction_overdue(RISK, later(hours=3))
    ).then_nothing()
    case = a_flagged_case()
    case.close("close_withdrawn", later(hours=1))
    given(case).when(lambda one: one.safety_reaction_overdue(RISK, later(hours=4))).then_nothing()
