"""Consent as people record it: one call to give, one to withdraw, and everything follows (CON-03, AVG 7)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.casefile.telling import (
    CASE,
    COORDINATION,
    ELSEWHERE,
    FIRST,
    FORMAL,
    INFORMAL,
    NOUR,
    OOSTERSCHELDE,
    PEOPLE_PATH,
    SECOND,
    a_formal_supporter,
    a_supported_case,
    a_volunteer,
    a_yes,
    as_supporter,
    asked,
    completed_handover,
    consents,
    done,
    escalated,
    get,
    of_part,
    post,
    refused,
    tell,
    to,
    withdraws,
)
from tests.support.ids import a_match_id, a_person_id, an_id
from tests.support.running import Running

from contracts import casefile as told


def moment(casefile: Running, **later: float) -> str:
    return (casefile.now() + timedelta(**later)).isoformat().replace("+00:00", "Z")


def test_a_supporter_of_another_organisation_comes_in_by_consent_only(casefile: Running) -> None:
    tell(casefile, a_yes(casefile), a_volunteer())
    assert casefile.told(told.AssignmentRefused)[-1].reason == "consent_missing"
    consents(casefile, INFORMAL, FIRST)
    tell(casefile, a_volunteer(match_id=a_match_id("again")))
    assert of_part(asked(casefile, f"/cases/{CASE}"))["responsible"] is not None


def test_the_yes_of_the_request_is_the_first_consent(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    [one] = asked(casefile, f"{PEOPLE_PATH}/consents")["items"]
    assert (one["purpose"], one["party"]["id"], one["state"]) == ("cp_support", COORDINATION, "in_force")
    assert casefile.told(told.ConsentGiven, NOUR)[0].text_sha256 == "ab" * 32


def test_the_list_says_what_for_whom_until_when_and_how(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    until = moment(casefile, days=30)
    consents(casefile, INFORMAL, FIRST, validUntil=until, dataCategories=["dc_question"])
    done(casefile, f"{PEOPLE_PATH}/consent-refusals", refusal := refused_body(FORMAL))
    assert "text" not in refusal
    sentences = [one["sentence"] for one in asked(casefile, f"{PEOPLE_PATH}/consents")["items"]]
    assert sentences[1].startswith("Toestemming aan Humanitas, voor ondersteuning, voor 1 deelvraag,")
    assert "alleen over vraag en deelvragen" in sentences[1]
    assert sentences[1].endswith("gegeven mondeling.")
    assert sentences[2].startswith("Geen toestemming aan HerstelTalent")


def refused_body(party: str) -> dict[str, object]:
    said = to(party)
    return {name: said[name] for name in ("purpose", "party", "caseId")}


def test_withdrawing_ends_everything_in_one_call(casefile: Running) -> None:
    given = a_supported_case(casefile)
    tell(casefile, a_formal_supporter(answers=escalated(casefile)))
    withdraws(casefile, given[INFORMAL], **as_supporter("Anouk"))
    part = of_part(asked(casefile, f"/cases/{CASE}"))
    assert (part["responsible"], part["handover"]) == (None, None)
    assert "consent_withdrawn" in part["onList"]
    ended = casefile.told(told.InvolvementEnded)[-1]
    assert (ended.match_ids, ended.excluded) == ((a_match_id("Anouk"),), True)
    assert casefile.told(told.ConsentWithdrawn, NOUR)[-1].case_ids == (CASE,)
    history = [each for each in asked(casefile, f"/cases/{CASE}/history?limit=100")["items"]]
    chain = [e["kind"] for e in history if e["facts"].get("consent_id") == str(given[INFORMAL])]
    assert chain == ["InvolvementEnded", "PutOnList", "HandoverCancelled", "PutOnList"]
    assert any("trok de toestemming in: aan Humanitas" in each["sentence"] for each in history)


def test_it_expires_by_itself_after_a_reminder(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    consent = consents(casefile, INFORMAL, validUntil=moment(casefile, days=30))
    tell(casefile, a_volunteer())
    casefile.later(timedelta(days=17))
    reasons = {(item["about"], item["reason"]) for item in asked(casefile, "/worklist")["items"]}
    assert (str(consent), "consent_expires") in reasons
    casefile.later(timedelta(days=14))
    assert casefile.told(told.InvolvementEnded)[-1].reason == "expired"
    assert of_part(asked(casefile, f"/cases/{CASE}"))["onList"] == ["consent_withdrawn"]
    about = {item["about"] for item in asked(casefile, "/worklist")["items"]}
    assert str(consent) not in about


def test_only_the_text_in_force_is_asked(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    path = f"{PEOPLE_PATH}/consents"
    said = to(INFORMAL)
    assert refused(casefile, path, said | {"text": {"id": "ondersteuning", "sha256": "00" * 32}}) == (
        "ConsentTextNotInForce"
    )
    english = OOSTERSCHELDE.consent_text("cp_support", "en", casefile.now().date())
    done(casefile, path, said | {"text": {"id": english.id, "sha256": english.sha256}})
    assert casefile.told(told.ConsentGiven, NOUR)[-1].text_language == "en"


def test_only_covenant_partners_take_part(casefile: Running) -> None:
    """NET-02."""
    tell(casefile, a_yes(casefile))
    for party in (ELSEWHERE, "nobody_here"):
        assert refused(casefile, f"{PEOPLE_PATH}/consents", to(party)) == "PartyOutsideCovenant"


def test_an_authority_is_told_of_without_taking_part(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    consents(casefile, "tholen", purpose="cp_represent", kind="authority")
    assert asked(casefile, f"/cases/{CASE}")["consentedParties"] == [COORDINATION]
    assert casefile.told(told.InvolvementAllowed)[-1].purpose == "cp_represent"


def test_a_consent_that_was_never_given_is_reviewed_by_somebody_else(casefile: Running) -> None:
    given = a_supported_case(casefile)
    consent = f"{PEOPLE_PATH}/consents/{given[INFORMAL]}"
    corrected = done(casefile, f"{consent}/corrections", subject="one")
    assert corrected["state"] == "recorded_in_error"
    review = corrected["review"]["reviewId"]
    assert (review, "breach_review") in {
        (item["about"], item["reason"]) for item in asked(casefile, "/worklist")["items"]
    }
    decisions, outcome = f"{PEOPLE_PATH}/breach-reviews/{review}/decisions", {"outcome": "bo_no_harm"}
    assert refused(casefile, decisions, outcome, subject="one") == "ReviewNeedsAnotherPerson"
    done(casefile, decisions, outcome, subject="two")
    assert review not in {item["about"] for item in asked(casefile, "/worklist")["items"]}
    [shown] = asked(casefile, f"{PEOPLE_PATH}/breach-reviews")["items"]
    assert shown["outcome"] == "bo_no_harm"


def test_a_minor_consents_together_with_a_parent(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    path, said = f"{PEOPLE_PATH}/consents", to(INFORMAL) | {"age": 14}
    assert refused(casefile, path, said) == "RepresentativeNeeded"
    unknown = {"representationId": str(an_id("unknown")), "together": True}
    assert refused(casefile, path, said | {"representative": unknown}) == "NoRepresentationInForce"
    parent = {"representative": str(a_person_id("mother")), "kind": "rk_parent"}
    paper = done(casefile, f"{PEOPLE_PATH}/representations", parent)["representationId"]
    alone = {"representationId": paper, "together": False}
    assert refused(casefile, path, said | {"representative": alone}) == "PersonMustAgreeToo"
    adult = said | {"age": None, "representative": alone, "way": "cw_representative"}
    assert refused(casefile, path, adult) == "RepresentationKindNotHere", "a parent speaks for minors only"
    both = done(casefile, path, said | {"representative": alone | {"together": True}})
    assert both["state"] == "in_force"
    assert casefile.told(told.ConsentGiven, NOUR)[-1].by_representative


def test_the_way_has_to_fit(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    for way in ("cw_portal", "cw_representative"):
        assert refused(casefile, f"{PEOPLE_PATH}/consents", to(INFORMAL) | {"way": way}) == "WayDoesNotFit"


def test_a_partner_has_consents_of_their_own_and_lets_nobody_into_the_carers_case(casefile: Running) -> None:
    """INT-05, F2: the carer is the client."""
    tell(casefile, a_yes(casefile))
    partner = f"/people/{a_person_id('partner')}/consents"
    assert refused(casefile, partner, to(INFORMAL)) == "CaseOfAnotherPerson"
    done(casefile, partner, to(INFORMAL, purpose="cp_evaluation"))
    assert [e.purpose for e in casefile.told(told.InvolvementAllowed)] == ["cp_support"]
    assert len(asked(casefile, partner)["items"]) == 1


def test_consent_may_come_before_the_case(casefile: Running) -> None:
    body = to(INFORMAL) | {"caseId": None, "network": "oosterschelde"}
    done(casefile, f"{PEOPLE_PATH}/consents", body)
    tell(casefile, a_yes(casefile), a_volunteer())
    assert of_part(asked(casefile, f"/cases/{CASE}"))["responsible"] is not None


def test_who_takes_no_part_learns_nothing(casefile: Running) -> None:
    given = a_supported_case(casefile)
    denied = get(casefile, f"{PEOPLE_PATH}/consents", by=ELSEWHERE)
    absent = get(casefile, f"/people/{a_person_id('nobody')}/consents", by=ELSEWHERE)
    assert (denied.status_code, denied.text) == (404, absent.text)
    withdrawal = post(casefile, f"{PEOPLE_PATH}/consents/{given[INFORMAL]}/withdrawals", by=ELSEWHERE)
    assert withdrawal.status_code == 404


def test_narrowed_it_ends_what_it_was_and_no_more(casefile: Running) -> None:
    completed_handover(casefile)
    formal = next(e.consent_id for e in casefile.told(told.InvolvementAllowed) if e.party.id == FORMAL)
    path = f"{PEOPLE_PATH}/consents/{formal}/narrowings"
    standing = done(casefile, path, {"partIds": [str(SECOND)]})
    assert standing["partIds"] == [str(SECOND)]
    assert refused(casefile, path, {"partIds": [str(FIRST), str(SECOND)]}) == "ConsentNotNarrower"
    assert post(casefile, path, {}).status_code == 400
    assert casefile.told(told.InvolvementNarrowed)[-1].match_ids == (a_match_id("Farida"),)
    assert of_part(asked(casefile, f"/cases/{CASE}"))["onList"] == ["consent_withdrawn"]


def test_opened_again_the_consents_of_the_case_are_asked_anew(casefile: Running) -> None:
    given = a_supported_case(casefile)
    done(casefile, f"/cases/{CASE}/closings", {"reason": "close_agreements"})
    question = {"question": "Weer een brief", "doneWhen": "Beantwoord", "lifeDomains": ["financien"]}
    done(casefile, f"/cases/{CASE}/reopenings", {"parts": [question]})
    states = {UUID(c["consentId"]): c["state"] for c in asked(casefile, f"{PEOPLE_PATH}/consents")["items"]}
    assert states[given[INFORMAL]] == states[given[FORMAL]] == "asked_anew"
