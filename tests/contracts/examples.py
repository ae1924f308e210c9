"""One event of each kind, all invented, and the message around it.

Each stands beside a file in ``golden/`` that holds it as it went over the wire when it was first released.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.support.ids import a_case_id, a_match_id, a_part_id, a_person_id, a_supporter_id, an_id

from contracts import casefile, intake, matching, notifications
from contracts.envelope import ContractEvent, envelope_text, with_sequence
from contracts.sealed import Sealed

CASE = a_case_id("golden")
PART = a_part_id("golden")
RESIDENT = a_person_id("golden")
VOLUNTEER = a_supporter_id("golden volunteer")
PROFESSIONAL = a_supporter_id("golden professional")
MATCH = a_match_id("golden")
SEARCH = an_id("search", "golden")
HANDOVER = an_id("handover", "golden")
ESCALATION = an_id("escalation", "golden")
CHECK = an_id("check", "golden")

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
RECORDED_AT = datetime(2026, 3, 2, 9, 30, 15, 250000, tzinfo=UTC)


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def a_sealed(field: str) -> Sealed:
    return Sealed(
        person=RESIDENT,
        capacity="resident",
        field=field,
        value_id=an_id("value", field),
        key_id=an_id("key", "golden"),
        box="bm90IGEgcmVhbCBib3g6IG5vbmNlIGFuZCBjaXBoZXJ0ZXh0",
        commitment="bm90IGEgcmVhbCBjb21taXRtZW50IG9mIDMyIGJ5dGVz",
    )


_NETWORK: dict[str, Any] = {
    "network": "voorbeeldregio",
    "network_version": 3,
    "organisation": "voorbeeld_steunpunt",
    "municipality": "voorbeeldstad",
}
_ASKED: dict[str, Any] = {
    "life_domains": ("wonen", "financien"),
    "languages": ("nl", "ar"),
    "organisation": "voorbeeld_steunpunt",
    "network": "voorbeeldregio",
    "municipality": "voorbeeldstad",
}
_RECEIVER: dict[str, Any] = {
    "handover_id": HANDOVER,
    "part_ids": (PART,),
    "receiver": PROFESSIONAL,
    "match_id": MATCH,
}
_INVOLVED: dict[str, Any] = {
    "consent_id": an_id("consent", "golden"),
    "purpose": "cp_support",
    "party": casefile.Party(kind="organisation", id="voorbeeld_partner"),
}
_CONSENT: dict[str, Any] = {**_INVOLVED, "case_ids": (CASE,)}

_EVENTS: tuple[ContractEvent, ...] = (
    intake.RequestReceived(
        request_id=CASE,
        number="2741-9063",
        **_NETWORK,
        door="huisarts",
        source="ref_huisarts",
        requester_is_resident=False,
        languages=("nl", "ar"),
        received_at=at(3, 2),
    ),
    intake.RightExplained(request_id=CASE, explained_at=at(3, 3), explained_by_role="role_coordinator"),
    intake.SupportAccepted(
        request_id=CASE,
        number="2741-9063",
        **_NETWORK,
        source="ref_huisarts",
        resident=RESIDENT,
        resident_name=a_sealed("name"),
        resident_phone=None,
        resident_safe_contact=a_sealed("safe_contact"),
        languages=("nl", "ar"),
        accepted_at=at(3, 4),
        consent=intake.ConsentProof(
            consent_id=an_id("consent", "golden"),
            purpose="cp_support",
            way="cw_spoken",
            text_id="ondersteuning-2026-1",
            text_sha256="3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea",
            text_language="nl",
            given_at=at(3, 4),
            recorded_by_role="role_coordinator",
        ),
        parts=(
            intake.AskedPart(
                part_id=PART,
                question=a_sealed("question"),
                done_when=a_sealed("done_when"),
                life_domains=("wonen", "financien"),
                formality="any",
            ),
        ),
    ),
    intake.RequestDeclinedByResident(
        request_id=CASE, declined_at=at(3, 4), outcome="ro_declined_by_resident"
    ),
    casefile.CaseOpened(
        number="2741-9063", **_NETWORK, resident=RESIDENT, languages=("nl", "ar"), opened_at=at(3, 4)
    ),
    casefile.CasePartAdded(part_id=PART, **_ASKED, formality="any"),
    casefile.SupporterAssigned(part_id=PART, supporter_id=VOLUNTEER, match_id=MATCH, responsible="at_once"),
    casefile.AssignmentRefused(part_id=PART, supporter_id=VOLUNTEER, match_id=MATCH, reason="part_closed"),
    casefile.SupportLogged(
        part_id=PART,
        contact_id=an_id("contact", "golden"),
        kind="ck_home_visit",
        supporter_id=VOLUNTEER,
        happened_at=at(3, 20),
    ),
    casefile.IndicationObserved(part_id=PART, indication="IF03", reported_by_role="role_supporter"),
    casefile.Escalated(
        escalation_id=ESCALATION,
        part_id=PART,
        indications=("IF03", "IF10"),
        reported_by_role="role_supporter",
        priority=False,
        **_ASKED,
    ),
    casefile.DeEscalated(
        escalation_id=ESCALATION,
        part_id=None,
        indications=("FI01",),
        reported_by_role="role_resident",
        **_ASKED,
    ),
    casefile.HandoverOffered(
        **_RECEIVER, giver=VOLUNTEER, receiver_organisation="voorbeeld_steunpunt", answer_by=at(4, 8)
    ),
    casefile.WarmHandoverAccepted(handover_id=HANDOVER),
    casefile.WarmHandoverPlanned(handover_id=HANDOVER, planned_at=at(4, 10)),
    casefile.ThreeWayTalkHeld(
        handover_id=HANDOVER,
        held_at=at(4, 10),
        participant_roles=("role_resident", "role_supporter", "role_case_manager"),
    ),
    casefile.WarmHandoverCompleted(**_RECEIVER, giver=VOLUNTEER, direction="up", completed_at=at(4, 10)),
    casefile.WarmHandoverDeclined(**_RECEIVER, by="resident"),
    casefile.WarmHandoverCancelled(**_RECEIVER, reason="receiver_left"),
    casefile.WarmHandoverTimedOut(**_RECEIVER),
    casefile.SafetyRiskFlagged(
        risk_id=an_id("risk", "golden"),
        part_ids=(PART,),
        kind="to_self",
        priority=True,
        reported_by_role="role_supporter",
        organisation="voorbeeld_steunpunt",
        network="voorbeeldregio",
        react_by=at(3, 2, 13),
    ),
    casefile.RepresentedInPresence(
        part_id=PART,
        contact_id=an_id("contact", "golden"),
        supporter_id=VOLUNTEER,
        channel="conference_call",
        resident_present=True,
        text_approved=False,
        happened_at=at(3, 20),
    ),
    casefile.CasePartClosed(part_id=PART, reason="close_agreements"),
    casefile.CaseClosed(reason="close_self_again", closed_at=at(6, 1)),
    casefile.CaseReopened(reopened_at=at(9, 1)),
    casefile.WaakvlamScheduled(
        check_id=CHECK, due_at=at(9, 1), responsible=VOLUNTEER, organisation="voorbeeld_steunpunt"
    ),
    casefile.WaakvlamReassigned(check_id=CHECK, responsible=None),
    casefile.WaakvlamCheckDone(check_id=CHECK, outcome="wo_fine", done_at=at(9, 3)),
    casefile.WaakvlamStopped(check_id=CHECK),
    casefile.ConsentGiven(
        **_CONSENT,
        part_ids=(PART,),
        data_categories=("dc_contact", "dc_question"),
        given_at=at(4, 1),
        valid_until=at(10, 1),
        text_id="ondersteuning",
        text_sha256="ab" * 32,
        text_language="nl",
        text_version=1,
        way="cw_spoken",
        recorded_by_role="role_coordinator",
        recorded_by_organisation="voorbeeld_steunpunt",
        by_representative=False,
    ),
    casefile.ConsentRefused(**_CONSENT),
    casefile.ConsentNarrowed(
        **_CONSENT, part_ids=(PART,), data_categories=("dc_contact",), valid_until=at(9, 1)
    ),
    casefile.ConsentWithdrawn(**_CONSENT),
    casefile.ConsentExpired(**_CONSENT),
    casefile.ConsentRecordedInError(**_CONSENT),
    casefile.InvolvementAllowed(**_INVOLVED, part_ids=(PART,), valid_until=at(10, 1)),
    casefile.InvolvementNarrowed(**_INVOLVED, part_ids=(PART,), valid_until=at(9, 1), match_ids=()),
    casefile.InvolvementEnded(**_INVOLVED, reason="withdrawn", match_ids=(MATCH,), excluded=True),
    casefile.PersonalDataErased(
        erasure_id=an_id("erasure", "golden"),
        person=RESIDENT,
        capacity="resident",
        case_ids=(CASE,),
        erased_at=at(9, 4),
    ),
    matching.SupporterErased(
        erasure_id=an_id("erasure", "golden"), supporter_id=VOLUNTEER, erased_at=at(9, 4)
    ),
    matching.SupporterPaused(supporter_id=VOLUNTEER),
    matching.SupporterResumed(supporter_id=VOLUNTEER),
    matching.SupporterLeft(supporter_id=VOLUNTEER, erased=True),
    matching.OptionsOffered(
        search_id=SEARCH,
        part_id=PART,
        round=1,
        options=(
            matching.Option(
                supporter_id=VOLUNTEER,
                kind="experience_expert",
                formality="informal",
                organisation="voorbeeld_steunpunt",
                because=("mat_language", "mat_life_domain"),
            ),
            matching.Option(
                supporter_id=PROFESSIONAL,
                kind="formal",
                formality="formal",
                organisation="voorbeeld_steunpunt",
                because=("mat_life_domain",),
            ),
        ),
        answers=ESCALATION,
    ),
    matching.UnmetNeedRecorded(
        search_id=SEARCH,
        part_id=PART,
        life_domains=("wonen",),
        languages=("ar",),
        formality="formal",
        answers=None,
    ),
    matching.OptionChosen(search_id=SEARCH, part_id=PART, supporter_id=VOLUNTEER),
    matching.MatchProposed(match_id=MATCH, search_id=SEARCH, part_id=PART, supporter_id=VOLUNTEER),
    matching.MatchAccepted(match_id=MATCH, part_id=PART, by="resident"),
    matching.MatchDeclined(match_id=MATCH, part_id=PART, supporter_id=VOLUNTEER, by="supporter"),
    matching.VolunteerMatched(
        match_id=MATCH,
        part_id=PART,
        supporter_id=VOLUNTEER,
        kind="experience_expert",
        experience_level="has_experiential_knowledge",
        paid=False,
        organisation="voorbeeld_steunpunt",
        answers=None,
    ),
    matching.FormalSupporterMatched(
        match_id=MATCH,
        part_id=None,
        supporter_id=PROFESSIONAL,
        organisation="voorbeeld_steunpunt",
        answers=ESCALATION,
    ),
    matching.NoClickReported(match_id=MATCH, part_id=PART),
    matching.MatchEnded(match_id=MATCH, part_id=PART, supporter_id=VOLUNTEER, reason="no_click"),
    matching.AnswerOverdue(step="assignment", about=MATCH, asked="casefile"),
    notifications.WaakvlamCheckDue(check_id=CHECK, due_at=at(9, 1), responsible=VOLUNTEER),
    notifications.WaakvlamMissed(check_id=CHECK, due_at=at(9, 1)),
)

EXAMPLES: dict[str, ContractEvent] = {
    event.TYPE.removeprefix("nl.ondersteuningsvragen."): event for event in _EVENTS
}
"""Golden file -> the event in it: one per wire name, and one more for each field added since."""


def a_message(event: ContractEvent, position: int = 7) -> str:
    """The event as it goes over the wire."""
    text = envelope_text(
        event,
        id=an_id("event", event.TYPE),
        subject=CASE,
        time=RECORDED_AT,
        source_urn=f"urn:nld:kvknr:00000000:systeem:{event.SOURCE}",
        traceparent=TRACEPARENT,
    )
    return with_sequence(text, position)
