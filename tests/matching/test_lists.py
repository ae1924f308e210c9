"""What the lists show, and that they show the same after a rebuild (P8)."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.matching.telling import (
    CASE,
    COORDINATION,
    FORMAL,
    PART,
    SEARCH,
    a_closed_part,
    a_part_added,
    a_registration,
    an_escalation,
    chosen,
    done,
    matched,
    offered,
    proposed,
    registered,
    running_match,
    tell,
)
from tests.support.ids import a_case_id, a_part_id
from tests.support.running import Running

from chassis.views import rebuild
from matching.domain.names import search_id_of
from matching.views import VIEWS


def ids(matching: Running, path: str, name: str, **who: str) -> list[str]:
    return [row[name] for row in matching.get(path, **who).json()["items"]]


def test_names_are_opened_for_the_own_organisation_only(matching: Running) -> None:
    registered(matching, "Joost")
    registered(matching, "Mirjam")
    (own,) = matching.get("/supporters").json()["items"]
    assert (own["name"], own["phone"], own["formality"], own["standing"]) == (
        "Joost",
        "06 5550 0002",
        "informal",
        "active",
    )
    assert "reason" not in own
    everybody = matching.get("/supporters?network=almere").json()["items"]
    assert {(each["organisation"], each["name"], each["hidden"]) for each in everybody} == {
        (COORDINATION, "Joost", False),
        (FORMAL, None, True),
    }
    assert ids(matching, "/supporters?network=almere", "name", by=FORMAL) == ["Mirjam"]


def test_nothing_personal_is_stored_in_the_clear(matching: Running) -> None:
    matching.post("/supporters", a_registration("Joost") | {"name": "Joost Canary"})
    with psycopg.connect(matching.database.url("admin")) as conn:
        stored = conn.execute(
            "select string_agg(convert_from(state, 'UTF8'), '') from store.event"
        ).fetchone()
        answers = conn.execute("select string_agg(answer::text, '') from store.command").fetchone()
        sent = conn.execute(
            "select string_agg(convert_from(payload, 'UTF8'), '') from store.outbox"
        ).fetchone()
    for found in (stored, answers, sent):
        assert found is not None
        assert "Canary" not in (found[0] or "")
        assert "06 5550 0002" not in (found[0] or "")


def test_supporters_come_in_pages(matching: Running) -> None:
    for _ in range(3):
        registered(matching, "Joost")
    first = matching.get("/supporters?limit=2").json()
    second = matching.client.get(first["_links"]["next"]["href"], headers=matching.headers()).json()
    assert len({row["supporterId"] for row in first["items"] + second["items"]}) == 3
    assert second["_links"].get("next") is None


def test_searches_are_found_by_case_part_and_stage(matching: Running) -> None:
    joost = registered(matching, "Joost", places=2)
    other = a_case_id("another case")
    tell(matching, a_part_added(), a_part_added("second"))
    tell(matching, a_part_added("elsewhere"), about=other)
    proposed(matching, joost)
    matching.look()
    assert len(ids(matching, "/searches", "searchId")) == 3
    assert len(ids(matching, f"/searches?caseId={CASE}", "searchId")) == 2
    assert ids(matching, f"/searches?partId={PART}", "searchId") == [str(SEARCH)]
    assert ids(matching, "/searches?stage=proposed", "searchId") == [str(SEARCH)]
    assert len(ids(matching, "/searches?limit=2", "searchId")) == 2


def test_supporter_organisation_sees_where_its_supporter_is_asked(matching: Running) -> None:
    mirjam = registered(matching, "Mirjam")
    tell(matching, a_part_added())
    assert ids(matching, "/searches", "searchId", by=FORMAL) == []
    match_id = proposed(matching, mirjam)
    matching.look()
    assert ids(matching, "/searches", "matchId", by=FORMAL) == [str(match_id)]
    assert matching.get(f"/searches/{SEARCH}", by=FORMAL).status_code == 200
    done(matching, f"/matches/{match_id}/declines", {"by": "supporter"}, by=FORMAL)
    matching.look()
    assert ids(matching, "/searches", "searchId", by=FORMAL) == []
    assert matching.get(f"/searches/{SEARCH}", by=FORMAL).status_code == 404


def test_list_tells_the_same_as_the_search_itself(matching: Running) -> None:
    eventful(matching)
    for row in matching.get("/searches?limit=100").json()["items"]:
        shown = matching.get(f"/searches/{row['searchId']}").json()
        assert row == shown


def test_rebuilt_lists_are_the_same(matching: Running) -> None:
    eventful(matching)
    service = matching.database.service
    with psycopg.connect(matching.database.url("admin"), autocommit=True) as conn:
        conn.execute(f"set role {service.owner}")
        before = rows(conn)
        for view in VIEWS:
            rebuild(conn, view, api=service.api, worker=service.worker, progress=lambda _done, _total: None)
        assert rows(conn) == before
    assert all(before.values()), "each list has something to show"


def rows(conn: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    return {
        view.name: conn.execute(f"select * from views.{view.relation_name} order by 1").fetchall()
        for view in VIEWS
    }


def eventful(matching: Running) -> None:
    """All kinds of things happened, in two cases."""
    joost = registered(matching, "Joost", places=3)
    samira = registered(matching, "Samira", places=2)
    mirjam = registered(matching, "Mirjam", places=2)
    other = a_case_id("another case")
    tell(matching, a_part_added(), a_part_added("second"), an_escalation())
    tell(matching, a_part_added("elsewhere"), a_part_added("arabic", languages=("fa",)), about=other)
    done(matching, f"/matches/{running_match(matching, joost)}/no-clicks")
    second, elsewhere = search_id_of(a_part_id("second")), search_id_of(a_part_id("elsewhere"))
    matched(matching, samira, second)
    done(matching, f"/matches/{proposed(matching, joost, elsewhere)}/declines", {"by": "resident"})
    chosen(matching, samira, elsewhere)
    assert offered(matching, search_id_of(a_part_id("arabic"))) == []
    done(matching, f"/supporters/{joost}/pauses")
    done(matching, f"/supporters/{joost}/resumptions")
    done(matching, f"/supporters/{samira}/places", {"places": 4})
    done(matching, f"/supporters/{mirjam}/departures", {"erased": True})
    tell(matching, a_closed_part())
    matching.look()
