"""Who saw my data: every look, denials and emergencies included, in plain Dutch, to whom it concerns only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.chassis.edge_lamps import CANARY
from tests.chassis.guarded_room import ORGANISATION, PERSON, GuardedRoom, LampWords, a_guarded_room
from tests.support.guarded_lamps import consent_of
from tests.support.stack import ServiceDatabase

from chassis.access.seen import seen_in

FRIEND: dict[str, Any] = {"sub": "fenna", "roles": ["role_friend"], ORGANISATION: "elsewhere"}
STRANGER: dict[str, Any] = {"sub": "sven", "roles": ["role_keeper"], ORGANISATION: "elsewhere"}
AUDITOR: dict[str, Any] = {"sub": "ada", "roles": ["role_auditor"]}
URL = f"/people/{PERSON}/accesses"


@pytest.fixture
def room(database: ServiceDatabase, tmp_path: Path) -> Iterator[GuardedRoom]:
    with a_guarded_room(database, tmp_path) as one:
        yield one


def grant(room: GuardedRoom, subject: UUID, grantee: str, kind: str) -> None:
    room.look_in(
        "insert into store.access_grant (grant_id, subject_id, grantee, kind, categories, valid_from, over)"
        " values (%s, %s, %s, %s, '{*}', '2020-01-01', false)",
        uuid4(),
        subject,
        grantee,
        kind,
    )


@pytest.fixture
def lamp(room: GuardedRoom) -> UUID:
    """A lamp of the person, that burns."""
    lamp_id = uuid4()
    assert room.ask("POST", f"/lamps/{lamp_id}/hangings", key="hang").status_code == 201
    assert room.ask("POST", f"/lamps/{lamp_id}/lightings", key="light").status_code == 201
    grant(room, lamp_id, f"person:{PERSON}", "own")
    return lamp_id


def told(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_person_reads_every_look_and_change_and_who_was_turned_away(room: GuardedRoom, lamp: UUID) -> None:
    room.ask("GET", f"/lamps/{lamp}", **FRIEND)
    room.ask("GET", f"/lamps/{lamp}", **STRANGER)

    denied, friend, lit, hung = told(room.ask_as_person(URL, PERSON))

    assert denied["outcome"] == "denied"
    assert denied["organisation"] == {"id": "elsewhere", "name": "Elders"}
    assert denied["sentence"].startswith(
        "Iemand van Elders (lampenist) vroeg iets over u, maar kreeg niets te zien"
    )
    assert denied["grounds"] == []
    assert friend["outcome"] == "shown"
    assert friend["role"] == {"id": "role_friend", "name": "Vriend"}
    assert friend["dataCategories"] == [{"id": "dc_light", "name": "licht"}]
    assert friend["grounds"] == [{"kind": "consent", "id": str(consent_of(lamp))}]
    assert friend["sentence"].startswith("Iemand van Elders (vriend) bekeek gegevens van u (licht).")
    assert friend["sentence"].endswith("Dat mocht, omdat u daar toestemming voor gaf.")
    assert friend["emergency"] is False
    assert "werkte aan gegevens van u" in lit["sentence"]
    assert "omdat deze organisatie u helpt" in lit["sentence"]
    assert hung["outcome"] == "shown"


def test_nobody_is_named_and_no_pseudonym_shown(room: GuardedRoom, lamp: UUID) -> None:
    answer = room.ask_as_person(URL, PERSON)

    text = json.dumps(told(answer))
    assert "kim" not in text
    assert CANARY not in text
    assert room.records()[0]["who"] not in text


def test_this_reading_is_itself_recorded_and_read_the_next_time(room: GuardedRoom, lamp: UUID) -> None:
    told(room.ask_as_person(URL, PERSON))

    own, *_ = told(room.ask_as_person(URL, PERSON))

    assert own["byThemselves"] is True
    assert own["sentence"].startswith("U bekeek of veranderde zelf gegevens van u.")
    record = room.records()[-1]
    assert (record["action"], record["persons"]) == ("readAccesses", [str(PERSON)])


@pytest.mark.parametrize("claims", [{}, FRIEND, STRANGER, AUDITOR])
def test_for_others_there_is_no_such_person(room: GuardedRoom, lamp: UUID, claims: dict[str, Any]) -> None:
    """Who helps somebody does not read who else does; nor does an auditor of nothing of theirs."""
    answer = room.ask("GET", URL, **claims)
    absent = room.ask("GET", f"/people/{uuid4()}/accesses", **claims)

    assert answer.status_code == absent.status_code == 404
    assert answer.content == absent.content
    assert room.records()[-2]["decision"] == "deny"


def test_another_person_is_told_nothing(room: GuardedRoom, lamp: UUID) -> None:
    assert room.ask_as_person(URL, uuid4()).status_code == 404


def test_who_represents_somebody_reads_it_in_their_name_only(room: GuardedRoom, lamp: UUID) -> None:
    daughter = uuid4()
    assert room.ask_as_person(URL, daughter, represents=PERSON).status_code == 404

    grant(room, lamp, f"person:{daughter}:for:{PERSON}", "own")

    assert len(told(room.ask_as_person(URL, daughter, represents=PERSON))) >= 1
    assert room.ask_as_person(URL, daughter).status_code == 404
    latest = told(room.ask_as_person(URL, PERSON))[0]
    assert latest["sentence"].startswith("Iemand die namens u spreekt bekeek gegevens van u")
    assert latest["byThemselves"] is False


def test_auditor_reads_what_is_about_the_cases_that_they_review(room: GuardedRoom, lamp: UUID) -> None:
    other = uuid4()
    room.ask("POST", f"/lamps/{other}/hangings", key="other")
    room.ask("POST", f"/lamps/{other}/lightings", key="other-light")
    grant(room, other, f"person:{PERSON}", "own")
    grant(room, lamp, "role_auditor@home", "audit")

    seen = told(room.ask("GET", URL, **AUDITOR))

    mine = {str(lamp)}
    by_id = {record["id"]: record for record in room.records()}
    assert seen
    assert all(set(by_id[row["id"]]["subjects"]) & mine for row in seen)
    assert len(told(room.ask_as_person(URL, PERSON))) > len(seen)


def test_pages_follow_each_other_without_a_gap(room: GuardedRoom, lamp: UUID) -> None:
    for _ in range(5):
        room.ask("GET", f"/lamps/{lamp}")
    expected = [record["id"] for record in reversed(room.records()) if record["subjects"] == [str(lamp)]]
    seen: list[str] = []
    href = f"{URL}?limit=2"
    while href:
        page = room.ask_as_person(href, PERSON).json()
        seen += [row["id"] for row in page["items"]]
        href = (page["_links"].get("next") or {"href": ""})["href"].removeprefix("/v1")

    assert [one for one in seen if one in expected] == expected
    assert len(seen) == len(set(seen))


def an_entry(**changed: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "recordedAt": 1772452800000,
        "organisation": "home",
        "role": "role_keeper",
        "onBehalfOf": None,
        "activity": "casefile.break-glass",
        "kind": "R",
        "categories": [],
        "basis": [],
        "status": "ok",
        "breakGlass": False,
    } | changed


@pytest.mark.parametrize(
    ("changed", "begins"),
    [
        ({"kind": "E", "basis": [{"kind": "break_glass", "id": str(uuid4())}], "breakGlass": True},
         "Iemand van Thuis (lampenist) opende uw gegevens in een noodgeval."
         " Het ging om: een zaak openen in nood. Dat mocht, omdat er een noodgeval was."),
        ({"status": "failed"}, "Iemand van Thuis (lampenist) vroeg iets over u, maar kreeg geen antwoord"),
        ({"status": "refused"}, "Iemand van Thuis (lampenist) probeerde iets, maar dat kon niet."),
        ({"role": ""}, "Iemand van Thuis bekeek gegevens van u."),
        ({"organisation": "-", "role": ""}, "Iemand met een code bekeek gegevens van u."),
        ({"organisation": "-", "status": "not_found"}, "U vroeg zelf iets, maar kreeg niets te zien."),
        ({"kind": "X"}, "Iemand van Thuis (lampenist) kreeg een kopie van gegevens van u."),
        ({"activity": "old.gone"}, "Iemand van Thuis (lampenist) bekeek gegevens van u. Het ging om: een"),
    ],
)  # fmt: skip
def test_every_look_is_told_in_a_sentence(changed: dict[str, Any], begins: str) -> None:
    seen = seen_in(an_entry(**changed), LampWords())

    assert seen.sentence.startswith(begins)
    assert seen.sentence.endswith(".")
    assert seen.break_glass is (changed.get("kind") == "E")
