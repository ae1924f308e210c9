"""Explained, and then yes or no, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.intake.bodies import a_yes, accepted, an_explanation, explained, received
from tests.support.running import Running

from contracts.intake import RequestDeclinedByResident, RightExplained, SupportAccepted


def test_explanation_is_told_to_others(intake: Running) -> None:
    """INT-07, INT-23."""
    request_id = explained(intake)

    [told] = intake.told(RightExplained)
    assert told.request_id == request_id
    assert told.explained_by_role == "role_coordinator"


def test_yes_opens_a_case_under_the_same_id(intake: Running) -> None:
    """INT-08."""
    request_id = explained(intake)

    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake)).json()

    assert answer["caseId"] == answer["requestId"] == str(request_id)
    assert answer["state"] == "accepted"
    assert len(answer["partIds"]) == 2


def test_yes_carries_consent_proof_and_parts_sealed(intake: Running) -> None:
    """CON-03, INT-11, INT-13, INT-16, CLR-22."""
    request_id = accepted(intake)

    [told] = intake.told(SupportAccepted)
    shown = intake.get("/consent-texts?network=almere").json()
    assert told.consent.text_sha256 == shown["textSha256"]
    assert told.consent.purpose == "cp_support"
    assert told.languages == ("ar", "nl")
    assert [part.formality for part in told.parts] == ["informal", "any"]
    assert [part.life_domains for part in told.parts] == [("financien",), ("wonen", "gezondheid")]
    sealer = intake.service.base.sealer
    assert told.resident_name is not None
    assert sealer.open(told.resident_name) == "Nour"
    assert sealer.open(told.parts[0].done_when) == "Alle brieven zijn beantwoord"
    assert told.resident == told.resident_name.person
    assert told.request_id == request_id
    assert "brieven" not in told.model_dump_json()


def test_yes_before_the_explanation_is_refused_and_leaves_nothing(intake: Running) -> None:
    """INT-07, P2."""
    request_id = received(intake)
    before = intake.stored()

    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake))

    assert answer.status_code == 409
    assert answer.json()["title"] == "RightNotExplained"
    assert "explain the right" in answer.json()["detail"]
    assert intake.stored() == before


def test_consent_to_a_text_that_nobody_knows_is_malformed(intake: Running) -> None:
    request_id = explained(intake)
    body = a_yes(intake)
    body["consent"]["textSha256"] = "0" * 64

    answer = intake.post(f"/requests/{request_id}/acceptances", body)

    assert answer.status_code == 400
    [fault] = answer.json()["faults"]
    assert fault["pointer"] == "#/consent/textSha256"
    assert "/v1/consent-texts" in fault["reason"]


def test_consent_to_another_purpose_is_refused(intake: Running) -> None:
    """CON-03."""
    request_id = explained(intake)
    other = intake.get("/consent-texts?network=almere&purpose=cp_handover").json()
    body = a_yes(intake)
    body["consent"] |= {"textId": other["textId"], "textSha256": other["textSha256"]}

    assert intake.post(f"/requests/{request_id}/acceptances", body).json()["title"] == (
        "ConsentIsForSomethingElse"
    )


@pytest.mark.parametrize("parts", [[], [{"question": "x", "lifeDomains": ["wonen"]}]])
def test_part_has_a_question_and_a_done_when(intake: Running, parts: list[Any]) -> None:
    """CLR-22."""
    request_id = explained(intake)

    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake, parts=parts))

    assert answer.status_code == 400


def test_more_text_than_fits_in_a_message_is_malformed(intake: Running) -> None:
    request_id = explained(intake)
    part = {"question": "é" * 3900, "doneWhen": "é" * 3900, "lifeDomains": ["wonen"]}

    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake, parts=[part] * 3))

    assert answer.status_code == 400
    assert "too much text" in answer.text


def test_as_much_text_as_is_allowed_fits_in_a_message(intake: Running) -> None:
    request_id = explained(intake)
    part = {"question": "é" * 1350, "doneWhen": "x", "lifeDomains": ["wonen"]}

    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake, parts=[part] * 12))

    assert answer.status_code == 201, answer.text
    assert len(intake.told(SupportAccepted)) == 1


def test_no_asks_no_reason(intake: Running) -> None:
    """INT-08."""
    request_id = explained(intake)

    assert intake.post(f"/requests/{request_id}/declines", {"reason": "x"}).status_code == 400
    assert intake.post(f"/requests/{request_id}/declines").json()["state"] == "declined"
    [told] = intake.told(RequestDeclinedByResident)
    assert told.outcome == "ro_declined_by_resident"


@pytest.mark.parametrize(("answer", "title"), [("yes", "RequestAccepted"), ("no", "RequestDeclined")])
def test_after_an_answer_everything_else_is_refused(intake: Running, answer: str, title: str) -> None:
    request_id = accepted(intake) if answer == "yes" else explained(intake)
    if answer == "no":
        intake.post(f"/requests/{request_id}/declines")

    for path, body in (
        ("explanations", an_explanation()),
        ("acceptances", a_yes(intake)),
        ("declines", {}),
    ):
        refused = intake.post(f"/requests/{request_id}/{path}", body)
        assert (refused.status_code, refused.json()["title"]) == (409, title)


def test_another_organisation_finds_nothing(intake: Running) -> None:
    """P17: absent and forbidden look alike."""
    request_id = explained(intake)

    others = intake.post(f"/requests/{request_id}/declines", by="mee_samen")
    absent = intake.post(f"/requests/{uuid4()}/declines", by="mee_samen")

    assert others.status_code == absent.status_code == 404
    assert others.json() == absent.json()


def test_coordinator_reads_what_people_told_until_the_yes(intake: Running) -> None:
    """After the yes the case file answers for the resident's data, and intake says so."""
    request_id = explained(intake, sourceNote="Kent haar al lang")

    shown = intake.get(f"/requests/{request_id}").json()
    assert shown["resident"] == {"name": "Nour", "phone": "06 55500001", "safeContact": None}
    assert shown["requester"] == {"relation": "professional", "name": "Marloes", "phone": "036-5550000"}
    assert shown["question"] == "Ik snap de brieven niet"
    assert shown["sourceNote"] == "Kent haar al lang"
    assert shown["explainedAt"].endswith("Z")

    intake.post(f"/requests/{request_id}/acceptances", a_yes(intake))
    gone = intake.get(f"/requests/{request_id}")
    assert gone.status_code == 410
    assert "case file" in gone.json()["detail"]
    assert "Nour" not in gone.text


def test_what_was_told_is_not_shown_after_a_no(intake: Running) -> None:
    request_id = explained(intake)
    intake.post(f"/requests/{request_id}/declines")

    shown = intake.get(f"/requests/{request_id}").json()

    assert shown["state"] == "declined"
    assert shown["resident"] == {"name": None, "phone": None, "safeContact": None}
    assert shown["question"] is None


def test_erased_values_are_shown_as_absent(intake: Running) -> None:
    request_id = explained(intake)
    intake.erase_all_keys()

    shown = intake.get(f"/requests/{request_id}").json()
    assert shown["resident"] == {"name": None, "phone": None, "safeContact": None}


def test_unknown_id_is_absent(intake: Running) -> None:
    assert intake.get(f"/requests/{UUID(int=0)}").status_code == 404
