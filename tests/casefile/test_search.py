"""POST /v1/cases/_zoek: residents are found by name, phone or number; names are opened for a page."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.casefile.naming import found, listed, named, names
from tests.casefile.telling import ELSEWHERE, Body, done, get
from tests.support.ids import a_case_id
from tests.support.running import As, Running

from casefile.views.people import PEOPLE
from chassis.views import Rows, rebuild
from chassis.views.opening import OpeningView


@pytest.fixture
def people(casefile: Running) -> Running:
    """Casefile with a few residents."""
    named(casefile, "Fatima Elidrissi", "06 1234 5678")
    named(casefile, "Jan van den Berg", "+31 118 555 001")
    named(casefile, "Piet Jansen")
    return casefile


def test_found_by_name_beginning_sound_phone_and_number(people: Running) -> None:
    for typed in ("El Idrissi", "fatima el-idr", "Idrisi", "5678", "0612345678"):
        assert names(found(people, typed)) == ["Fatima Elidrissi"], typed
    for typed in ("Vandenberg", "berg", "5001", "Jan Berg"):
        assert names(found(people, typed)) == ["Jan van den Berg"], typed
    (jansen,) = found(people, "Janssens")
    assert jansen["caseId"] == str(a_case_id("Piet Jansen"))
    assert names(found(people, jansen["number"])) == ["Piet Jansen"]
    assert found(people, "Niemand") == []
    assert names(found(people, "Jan"))[0] == "Jan van den Berg", "the closest first"


def test_an_organisation_that_takes_no_part_finds_nothing(people: Running) -> None:
    assert found(people, "Elidrissi", by=ELSEWHERE) == []


def test_who_reviews_histories_does_not_look_for_names(people: Running) -> None:
    auditor = As(role="role_auditor")
    assert people.post("/cases/_zoek", {"text": "Elidrissi"}, by=auditor).status_code == 404


def test_the_list_and_the_case_show_whose_it_is(people: Running) -> None:
    assert sorted(filter(None, listed(people).values())) == [
        "Fatima Elidrissi",
        "Jan van den Berg",
        "Piet Jansen",
    ]
    shown = get(people, f"/cases/{a_case_id('Piet Jansen')}").json()
    assert shown["residentName"] == "Piet Jansen"


def test_a_page_of_names_asks_the_key_ring_once(people: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    people.look()
    ring = people.service.base.keyring
    ring._remembered.forget_all()
    asked: list[str] = []
    execute = psycopg.Connection.execute

    def counted(self: Any, query: Any, *rest: Any, **options: Any) -> Any:
        asked.append(str(query))
        return execute(self, query, *rest, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", counted)
    assert len(listed(people)) == 3
    assert len([query for query in asked if "keyring.keys(" in query]) == 1


def test_answers_of_commands_that_are_kept_hold_no_name(people: Running) -> None:
    case_id = a_case_id("Piet Jansen")
    question = {"question": "Wonen?", "doneWhen": "Er is een huis", "lifeDomains": ["wonen"]}
    answer = done(people, f"/cases/{case_id}/parts", question)
    assert "residentName" not in answer


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "a"}, {"text": "x" * 121}, {"text": None}])
def test_nonsense_is_refused_and_not_repeated(casefile: Running, body: Body) -> None:
    answer = casefile.client.post("/v1/cases/_zoek", json=body, headers=casefile.headers())
    assert answer.status_code == 400
    assert "xxx" not in answer.text


def test_each_search_is_recorded_with_whom_it_found_and_never_with_the_text(people: Running) -> None:
    found(people, "Elidrissi")
    found(people, "Niemand")
    with psycopg.connect(people.database.url("admin")) as conn:
        rows = conn.execute("select entry from store.access_record order by number").fetchall()
    entries = [json.loads(row[0]) for row in rows if "casefile.find-case" in row[0]]
    assert [entry["subjects"] for entry in entries] == [[str(a_case_id("Fatima Elidrissi"))], []]
    assert {entry["kind"] for entry in entries} == {"S"}
    assert entries[0]["categories"] == ["dc_contact"]
    assert "lidrissi" not in json.dumps(entries).lower()


def test_the_view_holds_no_name_is_made_again_the_same_and_forgets_who_was_erased(people: Running) -> None:
    people.look()
    before = rows_of(people)
    assert len(before) == 3
    assert "lidrissi" not in str(before).lower()
    remade(people)
    assert rows_of(people) == before

    people.erase_all_keys()
    assert set(listed(people).values()) == {"gewist"}
    remade(people)
    assert found(people, "Elidrissi") == []
    assert found(people, "5678") == []


def test_forgetting_takes_the_tokens_of_one_person_away(people: Running) -> None:
    (fatima,) = found(people, "Elidrissi")
    person = UUID(fatima["personId"])
    people.service.base.eraser.erase(person, person, "resident", people.now())
    (view,) = (view for view in people.service.views if view.name == PEOPLE.name)
    with people.as_owner() as conn:
        view.forget(Rows(conn, table_of(conn)), [person])  # type: ignore[attr-defined]
    assert found(people, "Elidrissi") == []
    assert names(found(people, "Berg")) == ["Jan van den Berg"]


def test_a_key_ring_that_is_away_holds_up_this_view_and_no_other(
    casefile: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chassis.store.errors import Unavailable

    named(casefile, "Piet Jansen")
    sealer = casefile.service.base.sealer

    def away(*_: object) -> list[str | None]:
        raise Unavailable("away")

    monkeypatch.setattr(sealer, "open_each", away)
    casefile.follower.follow()
    assert casefile.follower.readiness() == ["view-people-Unavailable"]
    monkeypatch.undo()
    assert listed_numbers(casefile) == 1


def listed_numbers(casefile: Running) -> int:
    with casefile.as_owner() as conn:
        table = conn.execute("select table_name from views.tracking where view = 'cases'").fetchone()
        assert table
        row = conn.execute(f"select count(*) from views.{table[0]}").fetchone()
        assert row
        return int(row[0])


def rows_of(casefile: Running) -> list[Any]:
    with casefile.as_owner() as conn:
        return conn.execute(f"select to_jsonb(t) from views.{table_of(conn)} t order by case_id").fetchall()


def table_of(conn: psycopg.Connection[Any]) -> str:
    row = conn.execute("select table_name from views.tracking where view = 'people'").fetchone()
    assert row
    return str(row[0])


def remade(casefile: Running) -> None:
    (view,) = [
        each for each in casefile.service.views if isinstance(each, OpeningView) and each.name == "people"
    ]
    with casefile.as_owner() as conn:
        rebuild(conn, view, api=casefile.database.service.api, worker=casefile.database.service.worker)
