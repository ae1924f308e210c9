"""Who may see and do what with supporters and searches: only those whom it concerns (P17, CON-09, CON-20)."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.matching.telling import (
    CASE,
    COORDINATION,
    FORMAL,
    PLACE,
    SEARCH,
    a_part_added,
    proposed,
    registered,
)
from tests.support.running import As, Running

from contracts.casefile import CaseOpened

NOUR = uuid4()
STEERS = ("role_network_coordinator", "role_policy_adviser", "role_administrator", "role_auditor")


def as_supporter(supporter_id: object, organisation: str = COORDINATION) -> As:
    return As(organisation, "role_supporter", str(supporter_id))


def an_opened_case(matching: Running) -> None:
    """Nour's case, with a search for its part."""
    facts: dict[str, Any] = dict(PLACE)
    opened = CaseOpened(
        number="2741-9063",
        network_version=1,
        resident=NOUR,
        languages=("nl",),
        opened_at=matching.now(),
        **facts,
    )
    matching.hear(opened, CASE)
    matching.hear(a_part_added(), CASE)
    matching.look()


def seen(matching: Running, by: As | str | None = None) -> list[str]:
    matching.look()
    answer = matching.get("/searches", by=by)
    assert answer.status_code == 200, answer.text
    return [item["searchId"] for item in answer.json()["items"]]


def test_resident_sees_the_options_and_chooses(matching: Running) -> None:
    """MAT-06, CON-05."""
    joost = registered(matching)
    an_opened_case(matching)
    assert matching.post(f"/searches/{SEARCH}/offers").status_code == 201

    assert seen(matching, As(person=NOUR)) == [str(SEARCH)]
    chosen = matching.post(f"/searches/{SEARCH}/choices", {"supporterId": str(joost)}, by=As(person=NOUR))
    assert (chosen.status_code, chosen.json()["supporterId"]) == (201, str(joost))
    match_id = chosen.json()["matchId"]
    accepted = matching.post(f"/matches/{match_id}/acceptances", {"by": "resident"}, by=As(person=NOUR))
    assert accepted.json()["acceptedBy"] == ["resident"]


def test_another_resident_sees_nothing_and_cannot_choose(matching: Running) -> None:
    joost = registered(matching)
    an_opened_case(matching)
    matching.post(f"/searches/{SEARCH}/offers")
    somebody = As(person=uuid4())

    assert seen(matching, somebody) == []
    assert matching.get(f"/searches/{SEARCH}", by=somebody).status_code == 404
    choice = matching.post(f"/searches/{SEARCH}/choices", {"supporterId": str(joost)}, by=somebody)
    assert choice.status_code == 404


def test_supporter_sees_only_what_they_are_asked_for_and_answers_for_themselves(matching: Running) -> None:
    joost = registered(matching)
    an_opened_case(matching)
    match_id = proposed(matching, joost)
    fenna = registered(matching, "Samira")

    assert seen(matching, as_supporter(joost)) == [str(SEARCH)]
    assert seen(matching, as_supporter(fenna)) == []
    for_the_resident = matching.post(
        f"/matches/{match_id}/acceptances", {"by": "resident"}, by=as_supporter(joost)
    )
    assert for_the_resident.status_code == 404
    own = matching.post(f"/matches/{match_id}/acceptances", {"by": "supporter"}, by=as_supporter(joost))
    assert own.json()["acceptedBy"] == ["supporter"]


def test_supporter_sees_themselves_and_pauses_without_asking_anybody(matching: Running) -> None:
    """QUA-08."""
    joost, samira = registered(matching), registered(matching, "Samira")
    (own,) = matching.get("/supporters", by=as_supporter(joost)).json()["items"]

    assert (own["supporterId"], own["name"]) == (str(joost), "Joost")
    assert matching.post(f"/supporters/{joost}/pauses", by=as_supporter(joost)).status_code == 201
    assert matching.post(f"/supporters/{samira}/pauses", by=as_supporter(joost)).status_code == 404


def test_volunteer_manager_registers_and_sees_but_sends_nobody_on_a_break(matching: Running) -> None:
    joost = registered(matching)
    manager = As(COORDINATION, "role_volunteer_manager")

    (row,) = matching.get("/supporters", by=manager).json()["items"]
    assert row["name"] == "Joost"
    assert matching.post(f"/supporters/{joost}/places", {"places": 2}, by=manager).status_code == 201
    assert matching.post(f"/supporters/{joost}/pauses", by=manager).status_code == 404


@pytest.mark.parametrize("role", STEERS)
def test_whoever_steers_or_reviews_gets_nothing(matching: Running, role: str) -> None:
    joost = registered(matching)
    an_opened_case(matching)
    who = As(COORDINATION, role)

    for path in ("/supporters", "/searches", f"/searches/{SEARCH}"):
        assert matching.get(path, by=who).status_code == 404
    for path in (f"/supporters/{joost}/pauses", f"/searches/{SEARCH}/offers"):
        assert matching.post(path, by=who).status_code == 404


def test_who_is_only_offered_is_no_ones_to_change(matching: Running) -> None:
    """An option of another organisation is seen in codes by whoever looks for somebody (CON-20)."""
    mirjam = registered(matching, "Mirjam")
    an_opened_case(matching)
    (option,) = matching.post(f"/searches/{SEARCH}/offers").json()["options"]
    assert option["supporterId"] == str(mirjam)

    assert matching.get("/supporters", by=COORDINATION).json()["items"] == []
    assert matching.get("/supporters", by=FORMAL).json()["items"][0]["name"] == "Mirjam"


def test_denied_and_absent_are_told_alike_and_both_are_recorded(matching: Running) -> None:
    an_opened_case(matching)
    denied = matching.get(f"/searches/{SEARCH}", by=FORMAL)
    absent = matching.get(f"/searches/{uuid4()}", by=FORMAL)

    assert denied.status_code == absent.status_code == 404
    bodies = [answer.json() | {"traceId": ""} for answer in (denied, absent)]
    assert bodies[0] == bodies[1]
    with psycopg.connect(matching.database.url("admin")) as conn:
        rows = conn.execute("select entry from store.access_record order by recorded_at, id").fetchall()
    looks = [json.loads(row[0]) for row in rows if json.loads(row[0])["action"] == "seeSearch"]
    assert [look["status"] for look in looks] == ["not_found", "not_found"]
