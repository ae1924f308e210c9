"""What is stored loads again: events, snapshots, and the names under which both are kept (P8, P21)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.clock import START, later
from tests.support.examples.casefile import (
    ANOUK,
    CASE,
    COORDINATION,
    FIRST,
    FORMAL_ORG,
    INFORMAL_ORG,
    OPENED_BY,
    SECOND,
    a_case,
    a_completed_handover,
    a_consent,
    a_note,
    a_planned_check,
    an_asked_part,
    an_escalated_part,
    an_offered_handover,
    consent_to,
    terms,
)
from tests.support.given_when_then import replayed, state_of
from tests.support.ids import a_person_id, an_event_id, an_id

from casefile.domain.case import CaseFile
from casefile.domain.caseload import Caseload
from casefile.domain.chronicle import Chronicle
from casefile.domain.consent import Consent
from casefile.domain.consent_terms import Recorded, Scope
from casefile.domain.support_log import SupportLog
from chassis.aggregates import Aggregate, DomainEvent
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored

KEPT_NAMES: dict[type[Aggregate], tuple[str, str]] = {
    CaseFile: (
        "casefile:CaseFile",
        "Opened PartAdded PartClosed Closed Reopened"
        " PutOnList TakenOffList Claimed ClaimEnded"
        " SupporterAssigned SupporterAdded AssignmentRefused MatchEnded"
        " SupporterPaused SupporterResumed SupporterLeft"
        " InvolvementAllowed InvolvementRefused InvolvementNarrowed InvolvementEnded"
        " RepresentativeAllowed RepresentativeEnded"
        " SafetyRiskFlagged SafetyRiskReactedTo SafetyReactionOverdue"
        " PersonalTieRecorded PersonalTieEnded CaseRestricted HandlersChanged RestrictionEnded"
        " ErasureAnswered PersonErased"
        " IndicationObserved ScalingRefused PartEscalated WholeEscalated"
        " PartDeEscalated WholeDeEscalated ExtraHelpAsked AnswerCame AnswerOverdue"
        " HandoverOffered HandoverAccepted HandoverPlanned ThreeWayTalkHeld HandoverRested HandoverResumed"
        " HandoverCompleted HandoverDeclined HandoverCancelled HandoverTimedOut"
        " WaakvlamDeclined WaakvlamPlanned CheckFellDue CheckMissed CheckDone CheckReassigned CheckStopped",
    ),
    SupportLog: ("casefile:SupportLog", "Logged RepresentedInPresence"),
    Chronicle: ("casefile:Chronicle", "Heard MatchRefused"),
    Consent: (
        "casefile:Consent",
        "Begun CaseEntered Given Refused Narrowed Withdrawn Expired RecordedInError"
        " BreachReviewOpened BreachReviewDecided RepresentationRecorded RepresentationEnded",
    ),
    Caseload: ("casefile:Caseload", "Begun CaseEntered Paused Resumed Left"),
}
"""Written once: a name that was ever stored is never changed."""


def a_reopened_case() -> CaseFile:
    case = a_planned_check()
    case.reopen([an_asked_part("third")], later(days=120))
    return case


def a_claimed_place() -> CaseFile:
    case = an_escalated_part()
    case.claim(SECOND, "one", later(hours=4), START)
    case.end_involvement(consent_to(ANOUK.organisation), "withdrawn", START)
    return case


def a_corrected_consent() -> Consent:
    consent, by = a_consent(a_case()), Recorded("role_coordinator", COORDINATION)
    informal, formal = consent_to(INFORMAL_ORG), consent_to(FORMAL_ORG)
    consent.refuse(an_id("refusal"), terms("authority", purpose="cp_represent"), by, START)
    consent.narrow(informal, Scope((FIRST,), ("dc_question",), later(days=30)), by, START)
    consent.expire(informal, later(days=30))
    consent.record_in_error(
        formal,
        by,
        review_id=an_id("review"),
        opened_by="one",
        looks=[an_id("look")],
        now=START,
    )
    consent.decide_review(an_id("review"), "bo_no_harm", "two", by, START)
    consent.record_representation(
        an_id("representation"),
        a_person_id("mother"),
        "rk_parent",
        valid_from=START,
        valid_until=later(days=100),
        recorded=by,
        now=START,
    )
    consent.end_representation(an_id("representation"), by, START)
    consent.withdraw(OPENED_BY, by, START)
    return consent


def a_case_with_consents() -> CaseFile:
    case = an_offered_handover()
    case.refuse_involvement(terms("authority", purpose="cp_represent"), START)
    case.allow_representative(an_id("representation"), a_person_id("mother"), "rk_parent", START, None, START)
    case.allow_representative(an_id("other"), a_person_id("father"), "rk_parent", START, None, START)
    case.end_representative(an_id("representation"), START)
    case.narrow_involvement(consent_to(INFORMAL_ORG), Scope((SECOND,)), START)
    case.consent_expires_soon(consent_to(FORMAL_ORG), START)
    case.look_into_breach(an_id("review"), consent_to(FORMAL_ORG), START)
    return case


def a_logged_contact() -> SupportLog:
    return SupportLog.log(
        CASE,
        FIRST,
        an_id("contact"),
        kind="ck_phone",
        supporter_id=ANOUK.supporter_id,
        happened_at=START,
        note=a_note(),
        now=START,
    )


def a_chronicle() -> Chronicle:
    entry = Chronicle.hear(
        CASE,
        source="matching",
        kind="nl.ondersteuningsvragen.options-offered.v1",
        event_id=an_event_id(1),
        position=4,
        occurred_at=START,
        facts={"part_id": str(FIRST), "round": 1, "paid": False, "answers": None, "languages": ("nl", "ar")},
        now=later(seconds=1),
    )
    entry.refuse_match(ANOUK.match_id, ANOUK.supporter_id, None, later(seconds=1))
    return entry


def a_caseload() -> Caseload:
    load = Caseload.begin_for(ANOUK.supporter_id, START)
    load.enter(CASE, START)
    load.pause(START)
    return load


STATES: tuple[Callable[[], Aggregate], ...] = (
    a_case,
    an_offered_handover,
    a_completed_handover,
    a_planned_check,
    a_reopened_case,
    a_claimed_place,
    a_case_with_consents,
    a_corrected_consent,
    a_logged_contact,
    a_chronicle,
    a_caseload,
)


@pytest.mark.parametrize("make", STATES)
def test_events_load_as_they_were(make: Callable[[], Aggregate]) -> None:
    aggregate = make()
    events = [to_event(to_stored(event)) for event in aggregate.pending()]
    assert events == list(aggregate.pending())
    assert state_of(replayed(aggregate, events)) == state_of(aggregate)


@pytest.mark.parametrize("make", STATES)
def test_snapshot_changes_nothing(make: Callable[[], Aggregate]) -> None:
    aggregate = make()
    loaded = from_snapshot(to_snapshot(aggregate))
    assert loaded is not None
    assert state_of(loaded) == state_of(aggregate)


@pytest.mark.parametrize("kind", KEPT_NAMES)
def test_names_under_which_facts_are_kept_never_change(kind: type[Aggregate]) -> None:
    topic, facts = KEPT_NAMES[kind]
    kept = {
        value.TOPIC
        for value in vars(kind).values()
        if isinstance(value, type) and issubclass(value, DomainEvent) and value.__name__ != "Event"
    }
    assert kept == {f"{topic}.{name}" for name in facts.split()}
