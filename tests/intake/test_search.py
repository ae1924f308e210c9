"""POST /v1/requests/_zoek: who waits for an answer is found by name, phone or number, and by nobody else."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.intake.bodies import Body, a_referral, a_yes, accepted, explained, received
from tests.support.running import Running

from chassis.views import Rows, rebuild
from chassis.views.opening import NotBound, OpeningView
from intake.views.people import PEOPLE

FATIMA = {"name": "Fatima Elidrissi", "phone": "06 1234 5678"}
SAFE: Body = {
    "ways": [
        {
            "channel": "phone",
            "shared": False,
            "days": ["monday", "friday"],
            "after": "09:00",
            "before": "12:00",
        },
        {"channel": "email", "address": "samen@voorbeeld.example", "shared": True},
    ],
    "voicemail": "no",
    "letters": "plain_envelope",
    "othersReading": ["haar broer leest de post"],
    "note": "Nooit op woensdag bellen",
}


def found(intake: Running, text: str, *, by: str | None = None) -> list[dict[str, Any]]:
    intake.look()
    answer = intake.client.post("/v1/requests/_zoek", json={"text": text}, headers=intake.headers(by))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def ids(items: list[dict[str, Any]]) -> list[UUID]:
    return [UUID(item["requestId"]) for item in items]


@pytest.mark.parametrize("typed", ["El Idrissi", "fatima el-idr", "IDRISSI", "5678", "0612345678", "Idrisi"])
def test_a_resident_is_found(intake: Running, typed: str) -> None:
    one = received(intake, resident=FATIMA)
    received(intake)

    items = found(intake, typed)
    assert ids(items) == [one]
    assert (items[0]["residentName"], items[0]["requesterName"]) == ("Fatima Elidrissi", "Marloes")


def test_who_asks_and_the_number_are_found_too(intake: Running) -> None:
    one = received(intake)
    (item,) = found(intake, "Marloes")
    assert ids(found(intake, item["number"])) == [one]
    assert ids(found(intake, "0000")) == [one], "the end of the referrer's phone number"


def test_another_organisation_finds_nothing(intake: Running) -> None:
    received(intake, resident=FATIMA)
    assert found(intake, "Elidrissi", by="humanitas") == []


def test_after_yes_or_no_nobody_is_found_here(intake: Running) -> None:
    no = explained(intake, resident=FATIMA)
    accepted(intake, resident=FATIMA)
    assert ids(found(intake, "Elidrissi")) == [no]
    intake.post(f"/requests/{no}/declines")
    assert found(intake, "Elidrissi") == []
    assert people(intake) == []


def test_twenty_at_most_and_that_there_are_more_is_said(intake: Running) -> None:
    for _ in range(21):
        received(intake, resident=FATIMA)
    intake.look()
    answer = intake.client.post("/v1/requests/_zoek", json={"text": "Elidrissi"}, headers=intake.headers())
    assert (len(answer.json()["items"]), answer.json()["more"]) == (20, True)


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": "a"}, {"text": "--"}, {"text": "x" * 121}, {"text": 7}, {"q": "a"}],
)
def test_nonsense_is_refused_and_not_repeated(intake: Running, body: Body) -> None:
    answer = intake.client.post("/v1/requests/_zoek", json=body, headers=intake.headers())
    assert answer.status_code == 400
    assert "xxx" not in answer.text


@pytest.mark.parametrize("text", ["'; drop table x; --", "%" * 20 + "aa", "\\u0000aa", "نور", "{}aa"])
def test_any_text_can_be_looked_for(intake: Running, text: str) -> None:
    assert found(intake, text) == []


def test_each_search_is_recorded_with_whom_it_found_and_never_with_the_text(intake: Running) -> None:
    one = received(intake, resident=FATIMA)
    found(intake, "Elidrissi")
    found(intake, "Niemand")
    entries = [entry for entry in records(intake) if entry["activity"] == "intake.find-request"]
    assert [entry["subjects"] for entry in entries] == [[str(one)], []]
    assert len(entries[0]["persons"]) == 2
    assert "lidrissi" not in json.dumps(entries).lower()


def test_the_view_holds_no_name_and_is_made_again_the_same(intake: Running) -> None:
    received(intake, resident=FATIMA)
    intake.look()
    before = people(intake)
    assert "lidrissi" not in str(before).lower()
    remade(intake)
    assert people(intake) == before
    assert len(found(intake, "Elidrissi")) == 1


def test_after_an_erasure_nobody_is_found_in_a_view_that_is_made_again(intake: Running) -> None:
    received(intake, resident=FATIMA)
    intake.look()
    intake.erase_all_keys()
    remade(intake)
    assert found(intake, "Elidrissi") == []
    assert found(intake, "5678") == []


def test_forgetting_takes_the_tokens_away(intake: Running) -> None:
    received(intake, resident=FATIMA)
    intake.look()
    with intake.as_owner() as conn:
        table = table_of(conn)
        (row,) = conn.execute(f"select persons from views.{table}").fetchall()
        PEOPLE.forget(Rows(conn, table), row[0])
    assert found(intake, "Elidrissi") == []
    assert len(people(intake)) == 1


def test_a_view_without_the_means_to_open_says_so(intake: Running) -> None:
    received(intake)
    with pytest.raises(NotBound), intake.as_owner() as conn:
        rebuild(conn, PEOPLE, api=intake.database.service.api, worker=intake.database.service.worker)


# How the resident is safely reached.


def test_safe_contact_is_shown_until_the_yes_and_then_no_more(intake: Running) -> None:
    request_id = explained(intake, resident=FATIMA | {"safeContact": SAFE})
    shown = intake.get(f"/requests/{request_id}").json()["resident"]["safeContact"]
    assert shown["ways"][0]["after"] == "09:00"
    assert {name: shown[name] for name in ("voicemail", "letters", "othersReading", "note")} == {
        name: SAFE[name] for name in ("voicemail", "letters", "othersReading", "note")
    }
    assert [way["shared"] for way in shown["ways"]] == [False, True]
    assert not [row for row in intake.everything_stored() if b"woensdag" in row or b"broer" in row]
    intake.post(f"/requests/{request_id}/acceptances", a_yes(intake))
    assert intake.get(f"/requests/{request_id}").status_code == 410


@pytest.mark.parametrize(
    "changed",
    [
        {"voicemail": "maybe"},
        {"ways": [{"channel": "pigeon", "shared": False}]},
        {"ways": [{"channel": "phone"}]},
        {"ways": [{"channel": "email", "address": "geen adres KANARIE", "shared": False}]},
        {"ways": [{"channel": "phone", "shared": False, "after": "12:00", "before": "09:00"}]},
        {"ways": [{"channel": "phone", "shared": False, "after": "25:00"}]},
        {"ways": [{"channel": "phone", "shared": False, "days": ["monday", "monday"]}]},
        {"ways": [{"channel": "visit", "shared": False}] * 7},
        {"othersReading": ["KANARIE" * 30]},
        {"othersReading": ["é" * 200] * 6, "note": "ë" * 500},
        {"note": ""},
        {"note": None, "letters": None},
        {"unknown": 1},
        {"ways": None},
    ],
)
def test_safe_contact_that_makes_no_sense_is_refused_and_not_repeated(intake: Running, changed: Body) -> None:
    body = {"resident": FATIMA | {"safeContact": SAFE | changed}}
    answer = intake.post("/requests", a_referral(**body))
    assert answer.status_code == 400, answer.text
    assert "KANARIE" not in answer.text


def records(intake: Running) -> list[dict[str, Any]]:
    with psycopg.connect(intake.database.url("admin")) as conn:
        rows = conn.execute("select entry from store.access_record order by number").fetchall()
    return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in rows]


def people(intake: Running) -> list[Any]:
    with intake.as_owner() as conn:
        return conn.execute(
            f"select to_jsonb(t) from views.{table_of(conn)} t order by request_id"
        ).fetchall()


def table_of(conn: psycopg.Connection[Any]) -> str:
    row = conn.execute("select table_name from views.tracking where view = 'people'").fetchone()
    assert row
    return str(row[0])


def remade(intake: Running) -> None:
    (view,) = [each for each in intake.service.views if isinstance(each, OpeningView)]
    with intake.as_owner() as conn:
        rebuild(conn, view, api=intake.database.service.api, worker=intake.database.service.worker)
