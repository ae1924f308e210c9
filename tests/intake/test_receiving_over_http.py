"""A request comes in over HTTP: any source, any door, resolved by the network's configuration."""

from __future__ import annotations

import re

import pytest
from tests.intake.bodies import a_referral, received
from tests.support.running import Running

from contracts.codes import codes
from contracts.intake import RequestReceived
from contracts.number import parse as parse_number


def test_request_gets_a_number_and_an_organisation(intake: Running) -> None:
    answer = intake.post("/requests", a_referral()).json()

    assert answer["organisation"] == "oco_almere"
    assert answer["state"] == "received"
    assert parse_number(answer["number"]) == answer["number"]


def test_others_hear_codes_and_nothing_personal(intake: Running) -> None:
    """INT-01, INT-04."""
    request_id = received(intake)

    [told] = intake.told(RequestReceived, request_id)
    assert told.source == "ref_huisarts"
    assert not told.requester_is_resident
    assert told.languages == ("ar", "nl")
    assert told.network_version == 1
    for word in ("Nour", "Marloes", "55500001", "brieven"):
        assert word not in told.model_dump_json()


def test_every_source_of_the_list_is_taken(intake: Running) -> None:
    """INT-01."""
    for source in codes("referral_sources"):
        assert intake.post("/requests", a_referral(source=source)).status_code == 201

    assert {told.source for told in intake.told(RequestReceived)} == set(codes("referral_sources"))


def test_unknown_source_is_malformed_and_the_allowed_ones_are_named(intake: Running) -> None:
    answer = intake.post("/requests", a_referral(source="ref_postduif"))

    assert answer.status_code == 400
    [fault] = answer.json()["faults"]
    assert fault["pointer"] == "#/source"
    for source in codes("referral_sources"):
        assert source in fault["reason"]
    assert "postduif" not in answer.text


def test_any_partner_may_enter_a_request_and_the_receiving_organisation_gets_it(intake: Running) -> None:
    """INT-02, INT-03."""
    answer = intake.post("/requests", a_referral(door="partner"), by="mee_samen").json()

    assert answer["organisation"] == "oco_almere"
    assert intake.get(f"/requests/{answer['requestId']}").status_code == 200
    assert intake.get(f"/requests/{answer['requestId']}", by="mee_samen").status_code == 404


@pytest.mark.parametrize(
    ("field", "known"),
    [("municipality", "almere"), ("door", "website"), ("network", "oosterschelde")],
)
def test_unknown_place_is_malformed_and_says_what_is_known(intake: Running, field: str, known: str) -> None:
    answer = intake.post("/requests", a_referral(**{field: "nergens"}))

    assert answer.status_code == 400
    [fault] = answer.json()["faults"]
    assert fault["pointer"] == f"#/{field}"
    assert known in fault["reason"]
    assert "nergens" not in answer.text
    assert intake.stored() == []


def test_two_regions_have_their_own_receiving_organisations(intake: Running) -> None:
    answer = intake.post(
        "/requests", a_referral(network="oosterschelde", municipality="goes", door="referrer")
    ).json()

    assert answer["organisation"] != "oco_almere"


def test_all_faults_are_told_together(intake: Running) -> None:
    answer = intake.post("/requests", {"network": "almere", "languages": ["Dutch!"], "door": "phone"})

    pointers = {fault["pointer"] for fault in answer.json()["faults"]}
    assert {"#/municipality", "#/source", "#/requester", "#/languages/0"} <= pointers


def test_phone_number_alone_is_enough(intake: Running) -> None:
    """F12: a request at night with a phone number only."""
    body = {
        "network": "almere",
        "municipality": "almere",
        "door": "website",
        "source": "ref_website",
        "requester": {"relation": "resident"},
        "resident": {"phone": "06 55500001"},
    }

    assert intake.post("/requests", body).status_code == 201


def test_request_without_anything_to_go_on_is_refused(intake: Running) -> None:
    body = a_referral(requester={"relation": "resident"}, resident={}, question=None)

    answer = intake.post("/requests", body)

    assert answer.status_code == 409
    assert answer.json()["title"] == "NothingToGoOn"
    assert intake.stored() == []


def test_same_key_and_body_make_one_request(intake: Running) -> None:
    """P3."""
    first = intake.post("/requests", a_referral(), key="night-1")
    again = intake.post("/requests", a_referral(), key="night-1")

    assert first.json() == again.json()
    assert len(intake.told(RequestReceived)) == 1
    # The referrer's link is a secret, and stored nowhere: only that there is one.
    kept = {name: value for name, value in first.json().items() if name != "referralToken"}
    kept["hasLink"] = True
    assert intake.get("/commands/night-1").json() == {"status": "applied", "answer": kept}


def test_same_key_with_another_body_is_refused(intake: Running) -> None:
    """P3."""
    intake.post("/requests", a_referral(), key="night-1")

    assert intake.post("/requests", a_referral(source="ref_politie"), key="night-1").status_code == 409


def test_number_that_is_taken_is_drawn_again(intake: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["2741-9063", "2741-9063", "5555-5555"])
    monkeypatch.setattr("intake.bootstrap.draw_number", lambda _random, _complete: next(drawn))

    numbers = [intake.post("/requests", a_referral()).json()["number"] for _ in range(2)]

    assert numbers == ["2741-9063", "5555-5555"]


def test_what_people_told_is_stored_sealed_only(intake: Running) -> None:
    """Nothing personal in the clear: not in events, answers, or what goes to the bus."""
    intake.post("/requests", a_referral(sourceNote="Belde over haar broer"))

    for row in intake.everything_stored():
        assert not re.search(rb"Nour|Marloes|55500001|5550000|brieven|broer", row)
