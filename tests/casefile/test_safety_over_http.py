"""A safety risk over HTTP: listed and told at once, on a ground, and answered in time (CON-18)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from tests.casefile.telling import (
    CASE,
    COORDINATION,
    FIRST,
    NOUR,
    Body,
    a_supported_case,
    as_supporter,
    asked,
    done,
    of_part,
    post,
    refused,
)
from tests.support.running import Running

from contracts.casefile import Escalated, SafetyRiskFlagged

RISKS = f"/cases/{CASE}/safety-risks"
WORDS = "Zij zei dat zij er niet meer wil zijn"
RISK: Body = {
    "partId": str(FIRST),
    "kind": "to_self",
    "words": WORDS,
    "told": [{"partyKind": "authority", "party": "politie", "ground": "vital_interest"}],
    "reportedByRole": "role_supporter",
}


def test_a_supporter_marks_a_risk_and_everybody_who_must_know_knows(casefile: Running) -> None:
    a_supported_case(casefile)
    answer = done(casefile, RISKS, RISK, **as_supporter("Anouk"))
    assert answer["escalationId"]
    assert "safety_risk" in of_part(answer)["onList"]
    (told,) = casefile.told(SafetyRiskFlagged)
    assert (told.part_ids, told.kind, told.priority) == ((FIRST,), "to_self", True)
    (scaled,) = casefile.told(Escalated)
    assert (scaled.priority, scaled.indications) == (True, ("IF06",))


def test_the_history_tells_who_was_told_on_which_ground_and_no_word_of_it(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, RISKS, RISK, **as_supporter("Anouk"))
    history = asked(casefile, f"/cases/{CASE}/history?limit=100")
    (flagged,) = [each for each in history["items"] if each["kind"] == "SafetyRiskFlagged"]
    assert "politie, omdat er levensgevaar of ernstig gevaar was" in flagged["sentence"]
    assert WORDS not in str(history)
    assert not [row for row in casefile.everything_stored() if WORDS.encode() in row]


def test_sharing_without_a_ground_or_with_consent_that_was_not_given_is_refused(casefile: Running) -> None:
    a_supported_case(casefile)
    without = RISK | {"told": [{"partyKind": "authority", "party": "politie"}]}
    assert refused(casefile, RISKS, without) == "SharingNeedsAGround"
    no_consent = RISK | {"told": [{"partyKind": "organisation", "party": "emergis", "ground": "consent"}]}
    assert refused(casefile, RISKS, no_consent) == "NoConsentToTellParty"
    by_consent = {"partyKind": "organisation", "party": "humanitas", "ground": "consent"}
    done(casefile, RISKS, RISK | {"told": [by_consent]})
    assert len(casefile.told(SafetyRiskFlagged)) == 1


def test_the_resident_can_say_it_themselves(casefile: Running) -> None:
    a_supported_case(casefile)
    headers = casefile.provider.person_headers(NOUR) | {"Idempotency-Key": "help"}
    body = RISK | {"reportedByRole": "role_resident", "told": []}
    assert casefile.client.post(f"/v1{RISKS}", json=body, headers=headers).status_code == 201


def test_garbage_the_wrong_organisation_and_an_absent_case_change_nothing(casefile: Running) -> None:
    a_supported_case(casefile)
    for garbage in (
        {"kind": "to_self"},
        RISK | {"kind": "elsewhere"},
        RISK | {"told": [{"partyKind": "authority", "party": "De Politie", "ground": "vital_interest"}]},
        RISK | {"told": [{"partyKind": "authority", "ground": "gut_feeling"}]},
        RISK | {"told": [RISK["told"][0]] * 21},
        RISK | {"words": ""},
    ):
        assert post(casefile, RISKS, garbage).status_code == 400
    stranger = post(casefile, RISKS, RISK, by="emergis")
    absent = post(casefile, f"/cases/{uuid4()}/safety-risks", RISK, by="emergis")
    assert (stranger.status_code, stranger.json()) == (404, absent.json())
    assert post(casefile, RISKS, RISK, role="role_administrator").status_code == 404
    assert casefile.told(SafetyRiskFlagged) == []


def test_pressing_twice_is_one_risk(casefile: Running) -> None:
    a_supported_case(casefile)
    first = done(casefile, RISKS, RISK, key="once")
    assert done(casefile, RISKS, RISK, key="once") == first
    assert len(casefile.told(SafetyRiskFlagged)) == 1


def test_taking_it_from_the_list_is_the_reaction_and_its_time_is_told(casefile: Running) -> None:
    a_supported_case(casefile)
    done(casefile, RISKS, RISK)
    casefile.move_clock(timedelta(minutes=30))
    done(casefile, f"/cases/{CASE}/list-items/{FIRST}/claims")
    assert "safety_reaction" not in casefile.deadlines()
    history = asked(casefile, f"/cases/{CASE}/history?limit=100")
    (reacted,) = [each for each in history["items"] if each["kind"] == "SafetyRiskReactedTo"]
    assert 1800 <= reacted["facts"]["after_seconds"] < 1900
    assert "na 30 minuten" in reacted["sentence"]


def test_silence_is_told_again_and_a_late_reaction_is_still_one(casefile: Running) -> None:
    a_supported_case(casefile)
    risk = done(casefile, RISKS, RISK)["riskId"]
    casefile.later(timedelta(hours=4, minutes=1))
    assert "safety_reaction_overdue" in of_part(asked(casefile, f"/cases/{CASE}"))["onList"]
    reasons = {each["reason"] for each in asked(casefile, "/worklist")["items"]}
    assert {"safety_risk", "safety_reaction_overdue"} <= reasons
    done(casefile, f"{RISKS}/{risk}/reactions", by=COORDINATION)
    assert "safety_reaction_overdue" not in of_part(asked(casefile, f"/cases/{CASE}"))["onList"]
    assert refused(casefile, f"{RISKS}/{risk}/reactions") == "ReactedAlready"
    assert refused(casefile, f"{RISKS}/{uuid4()}/reactions") == "RiskUnknown"
