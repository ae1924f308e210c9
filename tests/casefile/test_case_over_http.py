"""A case from the resident's yes to the pilot light, as people ask for it over HTTP."""

from __future__ import annotations

from uuid import UUID

from tests.casefile.telling import (
    CASE,
    COORDINATION,
    FIRST,
    FORMAL,
    GROUNDS,
    INFORMAL,
    PART_PATH,
    PEOPLE_PATH,
    SECOND,
    TALK,
    Body,
    a_formal_supporter,
    a_supported_case,
    a_volunteer,
    an_open_case,
    as_supporter,
    asked,
    completed_handover,
    consents,
    done,
    escalated,
    of_part,
    offered_handover,
    options,
    post,
    refused,
    tell,
    withdraws,
)
from tests.support.ids import a_supporter_id, an_id
from tests.support.running import Running

from contracts import casefile as told
from contracts.envelope import ContractEvent


def test_a_case_travels_from_yes_to_pilot_light(casefile: Running) -> None:
    """The thin flow: opened, supported, logged, scaled up, handed over warmly, closed, checked."""
    an_open_case(casefile)
    tell(casefile, a_volunteer(), a_volunteer("Bram", SECOND))
    contact = {"contactId": str(an_id("contact")), "kind": "ck_home_visit", "note": "Samen de post bekeken"}
    contact["supporterId"] = str(a_supporter_id("Anouk"))
    done(casefile, f"{PART_PATH}/contacts", contact, **as_supporter("Anouk"))

    escalation = escalated(casefile)
    tell(casefile, options(escalation), a_formal_supporter(answers=escalation))
    part = of_part(asked(casefile, f"/cases/{CASE}"))
    assert (part["responsible"], part["onList"]) == (str(a_supporter_id("Anouk")), [])
    handover = f"/cases/{CASE}/handovers/{part['handover']}"
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    standing = done(casefile, f"{handover}/talks", TALK, **as_supporter("Farida"))
    assert of_part(standing)["responsible"] == str(a_supporter_id("Farida"))
    assert of_part(standing)["companions"] == [str(a_supporter_id("Anouk"))]

    done(casefile, f"{PART_PATH}/closings", {"reason": "close_agreements"})
    waakvlam = {"agreed": True, "dueAfterDays": 91, "responsible": str(a_supporter_id("Anouk"))}
    closed = done(casefile, f"/cases/{CASE}/closings", {"reason": "close_agreements", "waakvlam": waakvlam})
    assert closed["state"] == "closed"
    check = f"/cases/{CASE}/waakvlam-checks/{closed['checkId']}"
    done(casefile, f"{check}/outcomes", {"outcome": "wo_fine"}, **as_supporter("Anouk"))

    everything = [type(event).__name__ for event in casefile.told(ContractEvent, CASE)]
    names = [name for name in everything if name != "InvolvementAllowed"]
    assert names == [
        "CaseOpened",
        "CasePartAdded",
        "CasePartAdded",
        "SupporterAssigned",
        "SupporterAssigned",
        "SupportLogged",
        "IndicationObserved",
        "Escalated",
        "SupporterAssigned",
        "HandoverOffered",
        "WarmHandoverAccepted",
        "ThreeWayTalkHeld",
        "WarmHandoverCompleted",
        "CasePartClosed",
        "CasePartClosed",
        "CaseClosed",
        "WaakvlamScheduled",
        "WaakvlamCheckDone",
    ]


def test_what_a_handover_needs_is_told_and_refused_in_sentences(casefile: Running) -> None:
    handover = offered_handover(casefile)
    assert refused(casefile, f"{handover}/acceptances", **as_supporter("Anouk")) == "NotYourStepInTheHandover"
    assert (
        refused(casefile, f"{handover}/plans", {"plannedAt": "2099-01-01T10:00:00Z"}) == "HandoverNotAccepted"
    )
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    planned = done(
        casefile, f"{handover}/plans", {"plannedAt": "2099-01-01T10:00:00Z"}, **as_supporter("Farida")
    )
    assert planned["handovers"][0]["state"] == "in_progress"
    two = TALK | {"participantRoles": ["role_supporter", "role_supporter"]}
    assert refused(casefile, f"{handover}/talks", two) == "TalkNeedsAllThree"
    resting = done(casefile, f"{handover}/rests", **as_supporter("Farida"))
    assert resting["handovers"][0]["state"] == "on_hold"
    assert refused(casefile, f"{handover}/talks", TALK, **as_supporter("Farida")) == "HandoverIsOnHold"
    done(casefile, f"{handover}/resumptions", **as_supporter("Farida"))
    done(casefile, f"{handover}/talks", TALK)
    assert refused(casefile, f"{handover}/cancellations") == "HandoverIsOver"


def test_a_supporter_is_their_own_side_and_a_coordinator_acts_for_the_own_organisation(
    casefile: Running,
) -> None:
    handover = offered_handover(casefile)
    stranger: Body = {"by": "hersteltalent", "role": "role_supporter", "subject": str(a_supporter_id("Gijs"))}
    assert post(casefile, f"{handover}/acceptances", **stranger).status_code == 404
    done(casefile, f"{handover}/acceptances", by="hersteltalent")


def test_each_side_can_end_a_handover_in_its_own_way(casefile: Running) -> None:
    handover = offered_handover(casefile)
    assert refused(casefile, f"{handover}/failures", **as_supporter("Farida")) == "HandoverNotAccepted"
    done(casefile, f"{handover}/corrections", **as_supporter("Anouk"))
    cancelled = casefile.told(told.WarmHandoverCancelled)[0]
    assert cancelled.reason == "entered_in_error"


def test_the_resident_declines_through_whoever_takes_part(casefile: Running) -> None:
    handover = offered_handover(casefile)
    standing = done(casefile, f"{handover}/declines", {"by": "resident"}, **as_supporter("Anouk"))
    assert of_part(standing)["onList"] == ["handover_declined"]
    assert of_part(standing)["responsible"] == str(a_supporter_id("Anouk"))
    declined = casefile.told(told.WarmHandoverDeclined)[0]
    assert (declined.by, declined.part_ids) == ("resident", (FIRST,))


def test_a_no_to_scaling_up_is_recorded_and_nothing_is_asked_of_others(casefile: Running) -> None:
    a_supported_case(casefile)
    answer = done(casefile, f"{PART_PATH}/escalations", GROUNDS | {"residentAgrees": False})
    assert answer["escalationId"] is None
    assert casefile.told(told.Escalated) == []
    assert [event.indication for event in casefile.told(told.IndicationObserved)] == ["IF03"]


def test_reasons_that_do_not_fit_are_refused(casefile: Running) -> None:
    a_supported_case(casefile)
    assert refused(casefile, f"{PART_PATH}/escalations", GROUNDS | {"indications": ["IF04"]}) == (
        "BurdenIsNoSoleGround"
    )
    assert refused(casefile, f"{PART_PATH}/escalations", GROUNDS | {"indications": ["FI01"]}) == (
        "IndicationPointsTheOtherWay"
    )
    unknown = post(casefile, f"{PART_PATH}/escalations", GROUNDS | {"indications": ["XX99"]})
    assert unknown.status_code == 400


def test_the_whole_can_be_scaled_up_and_down(casefile: Running) -> None:
    an_open_case(casefile)
    tell(casefile, a_volunteer(), a_volunteer("Bram", SECOND))
    whole = done(casefile, f"/cases/{CASE}/escalations", GROUNDS)
    assert casefile.told(told.Escalated)[0].part_id is None
    assert {part["escalation"] for part in whole["parts"]} == {whole["escalationId"]}
    done(casefile, f"/cases/{CASE}/indications", {"indication": "ON07", "reportedByRole": "role_resident"})
    assert refused(casefile, f"/cases/{CASE}/de-escalations", GROUNDS | {"indications": ["FI01"]}) == (
        "NothingToScale"
    )


def test_scaling_down_goes_back_to_whom_the_resident_knows(casefile: Running) -> None:
    completed_handover(casefile)
    body = GROUNDS | {"indications": ["FI01", "FI03"], "receiver": str(a_supporter_id("Anouk"))}
    answer = done(casefile, f"{PART_PATH}/de-escalations", body)
    assert answer["handovers"][0]["direction"] == "down"
    down = casefile.told(told.DeEscalated)[0]
    assert (down.part_id, down.receiver) == (FIRST, a_supporter_id("Anouk")), "nobody is looked for"
    handover = f"/cases/{CASE}/handovers/{answer['handovers'][0]['handoverId']}"
    done(casefile, f"{handover}/declines", {"by": "receiver"}, **as_supporter("Anouk"))
    assert casefile.told(told.WarmHandoverDeclined) == [], "matching would end the match"


def test_a_note_sent_twice_is_one_and_another_under_its_id_is_refused(casefile: Running) -> None:
    a_supported_case(casefile)
    body = {
        "contactId": str(an_id("contact")),
        "kind": "ck_phone",
        "supporterId": str(a_supporter_id("Anouk")),
        "happenedAt": "2026-01-05T10:00:00Z",
    }
    done(casefile, f"{PART_PATH}/contacts", body)
    done(casefile, f"{PART_PATH}/contacts", body)
    assert len(casefile.told(told.SupportLogged)) == 1
    assert (
        refused(casefile, f"{PART_PATH}/contacts", body | {"kind": "ck_letter"}) == "ContactLoggedOtherwise"
    )
    other = body | {"contactId": str(an_id("other")), "supporterId": str(a_supporter_id("Gijs"))}
    assert refused(casefile, f"{PART_PATH}/contacts", other) == "NotKnownInThisCase"
    future = body | {"contactId": str(an_id("other")), "happenedAt": "2099-01-01T10:00:00Z"}
    assert refused(casefile, f"{PART_PATH}/contacts", future) == "HappenedInTheFuture"


def test_the_same_key_gives_the_same_answer(casefile: Running) -> None:
    a_supported_case(casefile)
    first = done(casefile, f"{PART_PATH}/escalations", GROUNDS, key="once")
    assert done(casefile, f"{PART_PATH}/escalations", GROUNDS, key="once") == first
    assert len(casefile.told(told.Escalated)) == 1
    other = post(casefile, f"{PART_PATH}/escalations", GROUNDS | {"indications": ["IF01"]}, key="once")
    assert other.status_code == 409
    assert asked(casefile, "/commands/once")["status"] == "applied"


def test_a_further_question_and_a_closed_case_that_lives_again(casefile: Running) -> None:
    a_supported_case(casefile)
    question = {
        "question": "Mag ik hier blijven wonen?",
        "doneWhen": "Er ligt een antwoord van de verhuurder",
        "lifeDomains": ["wonen"],
    }
    added = done(casefile, f"/cases/{CASE}/parts", question)
    assert of_part(added, UUID(added["partId"]))["onList"] == ["new_part"]
    done(casefile, f"/cases/{CASE}/closings", {"reason": "close_withdrawn"})
    assert refused(casefile, f"/cases/{CASE}/parts", question) == "CaseIsClosed"
    opened = done(casefile, f"/cases/{CASE}/reopenings", {"parts": [question]})
    assert opened["consentedParties"] == []
    again = UUID(opened["partIds"][0])
    tell(casefile, a_volunteer("Bram", again))
    assert casefile.told(told.AssignmentRefused)[-1].reason == "consent_missing"
    consents(casefile, COORDINATION)
    consents(casefile, INFORMAL)
    tell(casefile, a_volunteer("Bram", again, match_id=an_id("match", "again")))
    assert of_part(asked(casefile, f"/cases/{CASE}"), again)["responsible"] == str(a_supporter_id("Bram"))


def test_consent_withdrawn_stops_a_running_handover_at_once(casefile: Running) -> None:
    a_supported_case(casefile)
    consent = next(
        each.consent_id for each in casefile.told(told.InvolvementAllowed) if each.party.id == FORMAL
    )
    tell(casefile, a_formal_supporter(answers=escalated(casefile)))
    withdraws(casefile, consent)
    standing = asked(casefile, f"/cases/{CASE}")
    assert standing["handovers"] == []
    assert of_part(standing)["responsible"] == str(a_supporter_id("Anouk"))
    assert casefile.told(told.WarmHandoverCancelled)[0].reason == "consent_withdrawn"
    assert refused(casefile, f"{PEOPLE_PATH}/consents/{consent}/withdrawals") == "ConsentIsOver"


def test_a_case_that_closed_with_its_last_part_still_takes_the_answer_about_the_pilot_light(
    casefile: Running,
) -> None:
    an_open_case(casefile, "first")
    tell(casefile, a_volunteer())
    done(casefile, f"{PART_PATH}/closings", {"reason": "close_self_again"})
    body = {"reason": "close_self_again", "waakvlam": {"agreed": False}}
    done(casefile, f"/cases/{CASE}/closings", body)
    assert refused(casefile, f"/cases/{CASE}/closings", body) == "CaseIsClosed"
    changed_mind = {"agreed": True, "dueAfterDays": 91, "everyDays": 91}
    check = done(casefile, f"/cases/{CASE}/waakvlam-checks", changed_mind)["checkId"]
    path = f"/cases/{CASE}/waakvlam-checks/{check}"
    done(casefile, f"{path}/reassignments", {"responsible": str(a_supporter_id("Anouk"))})
    again = done(casefile, f"{path}/outcomes", {"outcome": "wo_fine"}, **as_supporter("Anouk"))
    assert again["nextCheckId"]
    done(casefile, f"/cases/{CASE}/waakvlam-checks/{again['nextCheckId']}/stops")
    assert [len(casefile.told(kind)) for kind in (told.WaakvlamScheduled, told.WaakvlamStopped)] == [2, 1]


def test_a_pilot_light_needs_a_moment(casefile: Running) -> None:
    a_supported_case(casefile)
    body = {"reason": "close_agreements", "waakvlam": {"agreed": True}}
    assert refused(casefile, f"/cases/{CASE}/closings", body) == "MomentMissing"
    assert casefile.told(told.CaseClosed) == []


def test_one_of_two_coordinators_gets_what_stands_on_the_list(casefile: Running) -> None:
    a_supported_case(casefile)
    place = f"/cases/{CASE}/list-items/{SECOND}"
    done(casefile, f"{place}/claims", subject="one")
    assert refused(casefile, f"{place}/claims", subject="two") == "TakenByAnotherCoordinator"
    assert refused(casefile, f"{place}/settlements", {"reason": "new_part"}) == "PartHasNobody"
    done(casefile, f"{place}/releases", subject="one")
    done(casefile, f"{place}/claims", subject="two")
