"""GET /v1/requests: what an organisation takes care of, newest first; names only while a request waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.intake.bodies import a_yes, accepted, explained, received
from tests.support.running import Running

from chassis.views import rebuild
from intake.views.requests import Requests


def listed(intake: Running, query: str = "", *, by: str | None = None) -> list[dict[str, Any]]:
    intake.look()
    answer = intake.get(f"/requests{query}", by=by)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def ids(items: list[dict[str, Any]]) -> list[UUID]:
    return [UUID(item["requestId"]) for item in items]


def test_list_tells_where_each_request_stands(intake: Running) -> None:
    one, two, three = received(intake), explained(intake), accepted(intake)
    four = explained(intake)
    intake.post(f"/requests/{four}/declines")

    assert {UUID(item["requestId"]): item["state"] for item in listed(intake)} == {
        one: "received",
        two: "explained",
        three: "accepted",
        four: "declined",
    }


def test_list_holds_names_and_nothing_else_that_was_told(intake: Running) -> None:
    explained(intake)
    intake.look()

    text = intake.get("/requests").text
    assert "Nour" in text
    assert "Marloes" in text
    assert "55500001" not in text
    assert "brieven" not in text


def test_after_the_answer_there_are_no_names(intake: Running) -> None:
    yes, no = accepted(intake), explained(intake)
    intake.post(f"/requests/{no}/declines")
    items = {UUID(item["requestId"]): item for item in listed(intake)}

    assert {items[yes]["residentName"], items[no]["residentName"], items[no]["requesterName"]} == {None}


def test_list_can_be_narrowed_to_a_state(intake: Running) -> None:
    received(intake)
    two = explained(intake)

    assert ids(listed(intake, "?state=explained")) == [two]


def test_newest_comes_first_and_pages_go_on_where_the_last_ended(intake: Running) -> None:
    found = []
    for _ in range(5):
        found.append(received(intake))
        intake.later(timedelta(minutes=1))
    intake.look()

    first = intake.get("/requests?limit=2").json()
    second = intake.get(first["_links"]["next"]["href"].removeprefix("/v1")).json()
    third = intake.get(second["_links"]["next"]["href"].removeprefix("/v1")).json()

    assert ids(first["items"] + second["items"] + third["items"]) == found[::-1]
    assert third["_links"].get("next") is None


def test_another_organisation_sees_its_own_only(intake: Running) -> None:
    """P17."""
    received(intake)

    assert listed(intake, by="mee_samen") == []


def test_languages_that_turned_out_later_are_shown(intake: Running) -> None:
    """INT-16."""
    request_id = explained(intake, languages=[])
    answer = intake.post(f"/requests/{request_id}/acceptances", a_yes(intake, languages=["ti"]))
    assert answer.status_code == 201

    assert listed(intake)[0]["languages"] == ["ti"]


def test_rebuilt_list_is_the_same(intake: Running) -> None:
    """P8."""
    received(intake)
    accepted(intake)
    request_id = explained(intake)
    intake.post(f"/requests/{request_id}/declines")
    before = listed(intake)

    with intake.as_owner() as conn:
        rebuild(conn, Requests(), api="intake_api", worker="intake_worker")

    assert listed(intake) == before
