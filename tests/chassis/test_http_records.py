"""Who is answered, in which role, is recorded before the answer leaves; the register says what for (P11)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import PlainTextResponse
from tests.chassis.edge_lamps import CANARY, Room, a_room, ask
from tests.support.ids import an_id
from tests.support.tokens import ProviderForTests

from chassis.access.asking import Asking, current, handling
from chassis.access.grantees import grantees_of
from chassis.http import AsReader, create_app
from chassis.http.recorded import outcome_of
from chassis.http.signing_in import Askings
from chassis.signin import Principal
from chassis.store.errors import Unavailable
from contracts.processing import OTHER, register

LAMP = an_id("lamp")
PERSON, OTHER_PERSON = an_id("person"), an_id("other")
STAFF = frozenset({"role_coordinator", "role_supporter"})


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return a_room(tmp_path)


def an_app(tmp_path: Path, router: APIRouter, record: Any) -> tuple[FastAPI, ProviderForTests]:
    provider = ProviderForTests(tmp_path)
    app = create_app(
        "Casefile",
        "As casefile.",
        [router],
        service="casefile",
        verifier=provider.verifier(),
        body_hmac_key=bytes(32),
        readiness=list,
        record=record,
    )
    return app, provider


# As whom.


@pytest.mark.parametrize(
    ("principal", "grantees"),
    [
        (
            Principal("s1", "welzijn", STAFF, "role_supporter"),
            ("role_supporter@welzijn", "role_supporter:s1", "staff:s1"),
        ),
        (Principal("s1", "welzijn", STAFF), ("staff:s1",)),
        (Principal("s1", "welzijn"), ("staff:s1",)),
        (Principal("x", "-", kind="person", person=PERSON), (f"person:{PERSON}",)),
        (
            Principal("x", "-", kind="person", person=PERSON, represents=OTHER_PERSON),
            (f"person:{PERSON}:for:{OTHER_PERSON}",),
        ),
    ],
)
def test_grants_are_held_in_the_role_acted_in_and_no_other(
    principal: Principal, grantees: tuple[str, ...]
) -> None:
    assert grantees_of(principal) == grantees


def test_who_has_several_roles_says_which(room: Room) -> None:
    signed_in = room.provider.headers(roles=["role_coordinator", "role_auditor"])

    chosen = ask(room.app, "GET", "/v1/lamps", headers=signed_in | {"Acting-As": "role_auditor"})
    silent = ask(room.app, "GET", "/v1/lamps", headers=signed_in)
    foreign = ask(room.app, "GET", "/v1/lamps", headers=signed_in | {"Acting-As": "role_administrator"})
    malformed = ask(room.app, "GET", "/v1/lamps", headers=signed_in | {"Acting-As": "De baas"})

    assert chosen.status_code == 200
    assert silent.status_code == malformed.status_code == 400
    assert [answer.json()["faults"][0]["field"] for answer in (silent, malformed)] == ["Acting-As"] * 2
    assert foreign.status_code == 403
    assert [(one["role"], one["status"]) for one in room.records] == [
        ("role_auditor", "ok"),
        ("", "malformed"),
        ("", "not_found"),
        ("", "malformed"),
    ]


def test_description_tells_of_acting_as(room: Room) -> None:
    document = ask(room.app, "GET", "/v1/openapi.json").json()

    names = {one["name"] for one in document["paths"]["/lamps"]["get"]["parameters"]}
    assert "Acting-As" in names


def test_one_who_asks_is_known_while_they_are_answered_and_no_longer(tmp_path: Path) -> None:
    router, seen = APIRouter(), []

    @router.get("/cases")
    def cases(reader: AsReader) -> list[str]:
        seen.append(current())
        assert current() is reader
        return []

    app, provider = an_app(tmp_path, router, lambda _text: None)
    ask(app, "GET", "/v1/cases", headers=provider.headers())

    assert len(seen) == 1
    assert current() is None
    with handling():
        assert current() is None


# What is recorded.


def test_activity_and_its_purpose_come_from_the_register(tmp_path: Path) -> None:
    router, records = APIRouter(), []

    @router.get("/cases")
    def cases(reader: AsReader) -> list[str]:
        return []

    @router.get("/else")
    def something_else(reader: AsReader) -> list[str]:
        return []

    app, provider = an_app(tmp_path, router, lambda text: records.append(text))
    for path in ("/v1/cases", "/v1/else"):
        ask(app, "GET", path, headers=provider.headers())

    assert '"activity":"casefile.read-case"' in records[0]
    assert register().activities["casefile.read-case"].purpose in records[0]
    assert '"action":"cases"' in records[0]
    assert f'"activity":"{OTHER}"' in records[1]
    assert '"action":"somethingElse"' in records[1]


def test_record_is_canonical_json() -> None:
    import json

    from tests.support.guarded_lamps import asking

    text = asking().text()

    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("method", "status", "outcome"),
    [
        ("GET", 200, "ok"),
        ("POST", 201, "replayed"),
        ("GET", 403, "not_found"),
        ("GET", 404, "not_found"),
        ("POST", 400, "malformed"),
        ("POST", 415, "malformed"),
        ("POST", 409, "refused"),
        ("GET", 410, "erased"),
        ("GET", 429, "limited"),
        ("GET", 500, "failed"),
        ("GET", 503, "failed"),
    ],
)
def test_outcome_tells_nothing_between_denied_and_absent(method: str, status: int, outcome: str) -> None:
    assert outcome_of(method, status) == outcome


@pytest.mark.parametrize("fault", [Unavailable("database"), RuntimeError(CANARY)])
def test_what_cannot_be_recorded_is_not_answered(
    room: Room, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    room.cannot_record = fault
    signed_in = room.provider.headers()

    for path in (
        "/v1/lamps",
        f"/v1/lamps/{LAMP}",
        "/v1/faults/not-found",
        "/v1/faults/bug",
        "/v1/lamps?limit=0",
    ):
        answer = ask(room.app, "GET", path, headers=signed_in)
        assert answer.status_code == 503, path
        assert answer.json()["title"] == "Service Unavailable"
        assert answer.headers["retry-after"]
        assert answer.headers["api-version"] == "1.2.3"
        assert CANARY not in answer.text
    assert CANARY not in caplog.text
    assert ask(room.app, "GET", "/v1/lamps").status_code == 401
    assert ask(room.app, "GET", "/v1/health/live").status_code == 200


def test_bug_is_recorded_as_failed(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        ask(room.app, "GET", "/v1/faults/bug", headers=room.provider.headers())

    assert [one["status"] for one in room.records] == ["failed"]


def test_routes_that_want_a_sign_in_cannot_be_served_without_records(tmp_path: Path) -> None:
    router, opened = APIRouter(), APIRouter()

    @router.get("/cases")
    def cases(reader: AsReader) -> list[str]:
        return []

    @opened.get("/words")
    def words() -> list[str]:
        return []

    with pytest.raises(ValueError, match="record"):
        an_app(tmp_path, router, None)
    app, _ = an_app(tmp_path, opened, None)
    assert ask(app, "GET", "/v1/words").status_code == 200


def test_who_shows_a_code_is_recorded_unless_they_tried_too_often(tmp_path: Path) -> None:
    router, records = APIRouter(), []

    @router.get("/codes/{status}")
    def try_code(request: Request, status: int) -> PlainTextResponse:
        askings: Askings = request.app.state.askings
        asking: Asking = askings.of_guest(request.scope)
        assert asking.is_guest
        return PlainTextResponse("{}", status)

    app, _ = an_app(tmp_path, router, lambda text: records.append(text))
    for status in (200, 404, 429):
        ask(app, "GET", f"/v1/codes/{status}")

    assert len(records) == 2


# The register.


def test_register_is_open_and_every_activity_resolves(tmp_path: Path) -> None:
    app, _ = an_app(tmp_path, APIRouter(), lambda _text: None)

    items = ask(app, "GET", "/v1/processing-activities").json()["items"]

    assert {"casefile.read-case", OTHER} <= {one["id"] for one in items}
    assert not [one["id"] for one in items if one["id"].startswith("matching.")]
    for one in items:
        assert ask(app, "GET", f"/v1/processing-activities/{one['id']}").json() == one
    [read] = [one for one in items if one["id"] == "casefile.read-case"]
    assert read["name"] == "Een zaak lezen"
    assert {basis["ground"] for basis in read["legalBases"]} == {"statutory_task", "consent"}
    assert ask(app, "GET", "/v1/processing-activities/matching.match").status_code == 404
    assert ask(app, "GET", "/v1/processing-activities/nothing").status_code == 404
