"""Every answer keeps the Dutch API rules, and no error repeats a word of what was asked."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.chassis.edge_lamps import CANARY, Room, a_room, ask
from tests.support.ids import an_id

from chassis.signin import Principal

LAMP = an_id("lamp")
SWITCH = f"/v1/lamps/{LAMP}/switchings"
GOOD = {"switchedAt": "2026-03-02T10:00:00+01:00", "howBright": 5}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return a_room(tmp_path)


@pytest.fixture
def signed_in(room: Room) -> dict[str, str]:
    return room.provider.headers()


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"]
    assert CANARY not in answer.text
    return body


def test_command_is_answered_in_camel_case_and_utc(room: Room, signed_in: dict[str, str]) -> None:
    answer = ask(room.app, "POST", SWITCH, headers=signed_in | {"Idempotency-Key": "k"}, json=GOOD)

    assert answer.status_code == 201
    assert answer.json() == {"lampId": str(LAMP), "switchedAt": "2026-03-02T09:00:00Z"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/lamps"),
        ("GET", "/v1/openapi.json"),
        ("GET", "/v1/health/live"),
        ("GET", "/nowhere"),
        ("PUT", "/v1/lamps"),
        ("POST", SWITCH),
        ("GET", "/v1/lamps?limit=0"),
    ],
)
def test_every_answer_has_version_and_safe_headers(room: Room, method: str, path: str) -> None:
    headers = ask(room.app, method, path).headers

    assert headers["api-version"] == "1.2.3"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "max-age=" in headers["strict-transport-security"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("fault", "status", "title"),
    [
        ("refused", 409, "LampBurnsAlready"),
        ("not-found", 404, "Not Found"),
        ("key-reused", 409, "KeyReused"),
        ("erased", 410, "Gone"),
        ("conflict", 503, "Service Unavailable"),
        ("unavailable", 503, "Service Unavailable"),
        ("database", 503, "Service Unavailable"),
        ("bug", 500, "Internal Server Error"),
        ("cancelled", 500, "Internal Server Error"),
    ],
)
def test_refusals_and_faults_are_problem_documents(
    room: Room, signed_in: dict[str, str], fault: str, status: int, title: str
) -> None:
    answer = ask(room.app, "GET", f"/v1/faults/{fault}", headers=signed_in)

    assert problem(answer, status)["title"] == title
    assert ("retry-after" in answer.headers) == (status == 503)


def test_refusal_has_a_type_of_its_own_and_says_why(room: Room, signed_in: dict[str, str]) -> None:
    body = problem(ask(room.app, "GET", "/v1/faults/refused-detail", headers=signed_in), 409)

    assert body["type"].endswith("/lamp-burns-already")
    assert body["detail"] == "It burns since yesterday."


def test_denied_and_absent_look_alike(room: Room, signed_in: dict[str, str]) -> None:
    denied = ask(room.app, "GET", "/v1/faults/not-allowed", headers=signed_in)
    absent = ask(room.app, "GET", "/v1/faults/not-found", headers=signed_in)
    nowhere = ask(room.app, "GET", "/v1/nowhere", headers=signed_in)

    assert denied.content == absent.content == nowhere.content
    assert denied.headers == absent.headers == nowhere.headers


def test_bug_tells_a_trace_id_and_logs_no_text_of_the_error(
    room: Room, signed_in: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        body = problem(ask(room.app, "GET", "/v1/faults/bug", headers=signed_in), 500)

    assert set(body) == {"type", "title", "status", "detail", "traceId"}
    assert body["traceId"] in caplog.text
    assert "RuntimeError" in caplog.text
    assert "go_wrong" in caplog.text
    assert CANARY not in caplog.text


def test_answer_that_is_not_what_was_promised_is_a_bug_without_its_values(
    room: Room, signed_in: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        problem(ask(room.app, "GET", "/v1/broken-answer", headers=signed_in), 500)

    assert CANARY not in caplog.text


def test_answer_that_breaks_off_logs_no_text_of_the_error(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(room.app, "GET", "/v1/broken-off")

    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text


def test_trailing_slash_is_another_address_and_no_redirect(room: Room, signed_in: dict[str, str]) -> None:
    problem(ask(room.app, "GET", "/v1/lamps/", headers=signed_in), 404)


def test_method_that_is_not_there_names_those_that_are(room: Room) -> None:
    answer = ask(room.app, "DELETE", f"/v1/lamps/{LAMP}")

    problem(answer, 405)
    assert answer.headers["allow"] == "GET, PUT"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/*;q=0.5", 200),
        ("text/html, */*;q=0.1", 200),
        ("", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("application/json; q=0.000, text/csv", 406),
    ],
)
def test_answer_is_json_or_nothing(room: Room, signed_in: dict[str, str], accept: str, status: int) -> None:
    answer = ask(room.app, "GET", "/v1/lamps", headers=signed_in | {"Accept": accept})

    assert answer.status_code == status
    if status == 406:
        problem(answer, 406)


# Who asks.


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, "Bearer"),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, "Bearer"),
        ({"Authorization": "Bearer"}, "Bearer"),
        ({"Authorization": f"Bearer {CANARY}"}, 'Bearer error="invalid_token"'),
    ],
)
def test_who_is_not_signed_in_gets_a_challenge(room: Room, headers: dict[str, str], challenge: str) -> None:
    for method, path, body in (("GET", "/v1/lamps", None), ("POST", SWITCH, {"no": "thing"})):
        answer = ask(room.app, method, path, headers=headers, json=body)

        problem(answer, 401)
        assert answer.headers["www-authenticate"] == challenge


def test_caller_has_principal_key_and_fingerprint(room: Room, signed_in: dict[str, str]) -> None:
    ask(room.app, "POST", SWITCH, headers=signed_in | {"Idempotency-Key": "key-1"}, json=GOOD)

    [caller] = room.callers
    assert caller.principal == Principal("f81d4fae", "welzijn", frozenset({"coordinator"}))
    assert (caller.organisation, caller.subject, caller.key) == ("welzijn", "f81d4fae", "key-1")
    assert len(caller.body_hmac) == 32
    assert "body_hmac" not in repr(caller)


def test_fingerprint_is_of_method_address_and_body(room: Room, signed_in: dict[str, str]) -> None:
    headers = signed_in | {"Idempotency-Key": "key-1"}
    other = f"/v1/lamps/{an_id('other')}/switchings"
    for path, body in (
        (SWITCH, GOOD),
        (SWITCH, GOOD),
        (SWITCH, GOOD | {"howBright": 6}),
        (other, GOOD),
        (f"/v1/lamps/{LAMP}/blinks", None),
    ):
        assert ask(room.app, "POST", path, headers=headers, json=body).is_success

    first, again, *others = [caller.body_hmac for caller in room.callers]
    assert first == again
    assert len({first, *others}) == 4


@pytest.mark.parametrize("key", [b"", b"a b", b"a/b", "é".encode(), b"k" * 201, b"a\tb"])
def test_key_is_visible_ascii_of_at_most_200(room: Room, signed_in: dict[str, str], key: bytes) -> None:
    answer = ask(
        room.app,
        "POST",
        SWITCH,
        headers=[(b"Authorization", signed_in["Authorization"].encode()), (b"Idempotency-Key", key)],
        json=GOOD,
    )

    assert problem(answer, 400)["faults"][0]["field"] == "Idempotency-Key"


def test_change_needs_a_key(room: Room, signed_in: dict[str, str]) -> None:
    answer = ask(room.app, "POST", SWITCH, headers=signed_in, json=GOOD)

    assert problem(answer, 400)["faults"] == [
        {"in": "header", "field": "Idempotency-Key", "reason": "is missing"}
    ]


# What became of a command.


def test_command_that_was_applied_is_told_with_its_answer(room: Room, signed_in: dict[str, str]) -> None:
    room.answers["welzijn", "f81d4fae", "key:1~?"] = {"lampId": "x"}

    applied = ask(room.app, "GET", "/v1/commands/key:1~%3F", headers=signed_in)
    unknown = ask(room.app, "GET", "/v1/commands/key-2", headers=signed_in)
    others = ask(room.app, "GET", "/v1/commands/key:1~%3F", headers=room.provider.headers(sub="other"))

    assert applied.json() == {"status": "applied", "answer": {"lampId": "x"}}
    assert unknown.json() == others.json() == {"status": "unknown", "answer": None}
    problem(ask(room.app, "GET", "/v1/commands/key-1"), 401)


# Health and description.


def test_health_is_open_and_tells_reasons_as_codes(room: Room) -> None:
    assert ask(room.app, "GET", "/v1/health/live").json() == {"status": "alive"}
    assert ask(room.app, "GET", "/v1/health/ready").json() == {"status": "ready"}

    room.reasons = ["database-away", "bus-away"]

    answer = ask(room.app, "GET", "/v1/health/ready")
    assert problem(answer, 503)["reasons"] == ["database-away", "bus-away"]
    assert "retry-after" in answer.headers
    assert ask(room.app, "GET", "/v1/health/live").is_success


def test_description_is_open_to_every_origin_and_tells_how_the_api_behaves(room: Room) -> None:
    answer = ask(room.app, "GET", "/v1/openapi.json", headers={"Origin": "https://elders.example"})
    document = answer.json()

    assert answer.headers["access-control-allow-origin"] == "*"
    assert document["openapi"] >= "3"
    assert document["servers"] == [{"url": "/v1"}]
    assert document["info"]["contact"]["url"]
    assert document["info"]["version"] == "1.2.3"
    assert set(document["paths"]) >= {"/lamps", "/lamps/{lamp_id}/switchings", "/commands/{key}"}
    assert not [path for path in document["paths"] if path.startswith("/v1") or path.endswith("/")]
    text = json.dumps(document)
    assert "422" not in text
    assert "HTTPValidationError" not in text
    operation = document["paths"]["/lamps/{lamp_id}/switchings"]["post"]
    assert set(operation["responses"]) == {"201", "400", "401", "404", "409", "503", "default"}
    assert operation["responses"]["400"] == {"$ref": "#/components/responses/Malformed"}
    assert "API-Version" in operation["responses"]["201"]["headers"]
    assert operation["security"] == [{"signIn": []}]
    assert "security" not in document["paths"]["/health/live"]["get"]


def test_cors_is_open_for_the_description_only(room: Room, signed_in: dict[str, str]) -> None:
    answer = ask(room.app, "GET", "/v1/lamps", headers=signed_in | {"Origin": "https://elders.example"})

    assert "access-control-allow-origin" not in answer.headers


def test_library_pages_and_redirects_are_off(room: Room) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/v1/docs", "/"):
        problem(ask(room.app, "GET", path), 404)


# Pages.


def test_pages_follow_each_other_to_the_end(room: Room, signed_in: dict[str, str]) -> None:
    seen: list[int] = []
    href, pages = "/v1/lamps?limit=2&inRoom=attic", 0
    while href:
        page = ask(room.app, "GET", href, headers=signed_in).json()
        assert page["_links"]["self"]["href"] == href
        seen += [row["place"] for row in page["items"]]
        href, pages = (page["_links"]["next"] or {"href": ""})["href"], pages + 1

    assert seen == [0, 1, 2, 3, 4]
    assert pages == 3


def test_next_page_keeps_the_other_parameters(room: Room, signed_in: dict[str, str]) -> None:
    page = ask(room.app, "GET", "/v1/lamps?limit=2&inRoom=attic", headers=signed_in).json()

    href = page["_links"]["next"]["href"]
    assert href.startswith("/v1/lamps?limit=2&inRoom=attic&cursor=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        CANARY,
        "e30",
        "W10",
        "WzFd",
        "WyJhIiwiYiJd",
        "W3RydWUsMV0",
        "WzEsWzJdXQ",
        "W251bGwsMV0",
        "\u00e9",
        "W1tbW1tb",
        "W1swXSwwXQ==",
        "A" * 513,
    ],
)
def test_cursor_that_is_not_ours_is_malformed(room: Room, signed_in: dict[str, str], cursor: str) -> None:
    answer = ask(room.app, "GET", "/v1/lamps", params={"cursor": cursor}, headers=signed_in)

    [fault] = problem(answer, 400)["faults"]
    assert (fault["in"], fault["field"]) == ("query", "cursor")


@pytest.mark.parametrize("limit", ["0", "101", "x", ""])
def test_limit_is_between_1_and_100(room: Room, signed_in: dict[str, str], limit: str) -> None:
    answer = ask(room.app, "GET", "/v1/lamps", params={"limit": limit}, headers=signed_in)

    assert problem(answer, 400)["faults"][0]["field"] == "limit"


def test_requests_at_once_do_not_see_each_other(room: Room, signed_in: dict[str, str]) -> None:
    async def many() -> list[int]:
        transport = httpx2.ASGITransport(app=room.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://lamps.example") as client:
            answers = await asyncio.gather(
                *(
                    client.post(
                        SWITCH,
                        headers=signed_in | {"Idempotency-Key": f"k{n}"},
                        json=GOOD | {"howBright": n + 20},
                    )
                    for n in range(50)
                )
            )
        return [answer.status_code for answer in answers]

    assert asyncio.run(many()) == [201] * 50
    assert {caller.key for caller in room.callers} == {f"k{n}" for n in range(50)}
    assert len({caller.body_hmac for caller in room.callers}) == 50
