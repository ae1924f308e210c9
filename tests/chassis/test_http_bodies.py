"""What a request must be: small, JSON, not too deep, clean, in time; and how its faults are told."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from tests.chassis.edge_lamps import CANARY, Room, a_room, ask, every_text
from tests.support.ids import an_id

from chassis.http.json_checks import MAX_DEPTH, body_faults, too_deep
from chassis.http.requests import MAX_BODY_BYTES, RequestChecks

SWITCH = f"/v1/lamps/{an_id('lamp')}/switchings"
GOOD = {"switchedAt": "2026-03-02T10:00:00Z", "howBright": 5}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return a_room(tmp_path)


Post = Callable[..., httpx2.Response]


@pytest.fixture
def post(room: Room) -> Post:
    """Sends raw bytes as a signed-in caller."""

    def send(content: Any, **headers: str) -> httpx2.Response:
        wanted = {"Content-Type": "application/json", "Idempotency-Key": "key-1"}
        wanted |= {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(room.app, "POST", SWITCH, headers=room.provider.headers() | wanted, content=content)

    return send


def faults(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.status_code == 400, answer.text
    assert CANARY not in answer.text
    found: list[dict[str, str]] = answer.json()["faults"]
    return found


def body(**changed: Any) -> bytes:
    return json.dumps(GOOD | changed).encode()


def test_all_faults_are_told_together(post: Post) -> None:
    bad = body(
        switchedAt="2026-03-02T10:00:00",
        howBright=500,
        colour=CANARY,
        way=CANARY,
        notes=["short", CANARY],
        byRoom={CANARY: CANARY},
        lamp=CANARY,
        **{CANARY: 1},
    )

    assert faults(post(bad)) == [
        {
            "in": "body",
            "pointer": "#/switchedAt",
            "reason": "must be a time with its offset, such as 2030-01-31T12:00:00Z",
        },
        {"in": "body", "pointer": "#/howBright", "reason": "must be at most 100"},
        {"in": "body", "pointer": "#/colour", "reason": "is not a colour of the list"},
        {"in": "body", "pointer": "#/way", "reason": "must be one of 'hand' or 'timer'"},
        {"in": "body", "pointer": "#/notes/1", "reason": "must have at most 20 characters"},
        {"in": "body", "pointer": "#/byRoom/*", "reason": "must be a whole number"},
        {"in": "body", "pointer": "#/lamp", "reason": "must be a UUID"},
        {"in": "body", "pointer": "#", "reason": "has a field that is not known here"},
    ]


def test_text_of_a_plain_value_error_is_not_shown(post: Post) -> None:
    assert faults(post(body(howBright=13))) == [
        {"in": "body", "pointer": "#/howBright", "reason": "is not valid"}
    ]


@pytest.mark.parametrize(
    "moment",
    [
        0,
        1772445600,
        "1772445600",
        "2026-03-02",
        "2026-03-02 10:00:00Z",
        "2026-03-02T10:00:00",
        "2026-03-02T10:00:00z",
        "2026-02-30T10:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        None,
    ],
)
def test_times_are_written_as_rfc_3339_with_an_offset(post: Post, moment: Any) -> None:
    [fault] = faults(post(body(switchedAt=moment)))

    assert fault["pointer"] == "#/switchedAt"
    assert fault["reason"].endswith("such as 2030-01-31T12:00:00Z")


def test_address_and_query_are_checked_too(room: Room) -> None:
    answer = ask(room.app, "GET", f"/v1/lamps/{CANARY}", headers=room.provider.headers())

    assert faults(answer) == [{"in": "path", "field": "lamp_id", "reason": "must be a UUID"}]


def test_parameter_that_is_not_known_is_refused(room: Room) -> None:
    answer = ask(room.app, "GET", f"/v1/lamps?{CANARY}=1&limit=2", headers=room.provider.headers())

    assert faults(answer) == [{"in": "query", "field": "*", "reason": "is not a parameter of this address"}]


def test_numbers_in_bodies_are_numbers(post: Post) -> None:
    assert post(body(howBright=5.0)).status_code == 201
    for value in ("5", True, 5.5):
        assert faults(post(body(howBright=value)))[0]["reason"] == "must be a whole number"


def test_number_of_faults_is_bounded(post: Post) -> None:
    assert len(faults(post(body(notes=["x" * 21] * 2000)))) == 100


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "is not valid JSON"),
        (b"nothing", "is not valid JSON"),
        (b'{"a": NaN}', "has a number that JSON does not know"),
        (b'{"a": -Infinity}', "has a number that JSON does not know"),
        (b'{"howBright": 1, "howBright": 2}', "has an object that names a field twice"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        ('{"a": "\ud800"}'.encode("utf-8", "surrogatepass"), "is not UTF-8"),
        (b'{"a": "\x00"}', "is not valid JSON"),
        (b'{"a": "\\u0000"}', "has a text with a NUL character or half of a surrogate pair"),
        (b'{"\\u0000": 1}', "has a text with a NUL character or half of a surrogate pair"),
        (b'[["\\ud83d"]]', "has a text with a NUL character or half of a surrogate pair"),
        (b'{"a": ' + b"9" * 5000 + b"}", "has a number that is too large"),
        (b"[" * 33 + b"]" * 33, "is nested deeper than 32 levels"),
        (b'{"a":' * 2000, "is nested deeper than 32 levels"),
        (b"[" * 60_000, "is nested deeper than 32 levels"),
    ],
)
def test_body_that_is_not_clean_json_is_malformed(post: Post, content: bytes, reason: str) -> None:
    assert faults(post(content)) == [{"in": "body", "pointer": "#", "reason": reason}]


def test_body_that_is_not_an_object_is_malformed(post: Post) -> None:
    for content in (b"[]", b'"x"', b"3", b"null"):
        assert faults(post(content))[0]["in"] == "body"


def test_missing_body_is_malformed(post: Post) -> None:
    assert faults(post(b"")) == [{"in": "body", "pointer": "#", "reason": "is missing"}]


def test_escaped_pair_and_backslashes_are_fine(post: Post) -> None:
    content = b'{"switchedAt":"2026-03-02T10:00:00Z","howBright":5,"notes":["\\ud83d\\ude00","\\\\u0000"]}'

    assert post(content).status_code == 201


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ('Application/JSON;charset="UTF-8"', 201),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/merge-patch+json", 415),
        ("", 415),
    ],
)
def test_bodies_are_json_by_name(post: Post, content_type: str, status: int) -> None:
    answer = post(body(), **{"Content-Type": content_type})

    assert answer.status_code == status
    assert answer.headers["content-type"].endswith("json")


def test_compressed_body_is_not_taken(post: Post) -> None:
    assert post(body(), Content_Encoding="gzip").status_code == 415


@pytest.mark.parametrize("where", ["/v1/lamps/%00", "/v1/lamps?inRoom=%00", "/v1/lamps?inRoom=%ff"])
def test_nul_and_bad_utf8_in_an_address_are_malformed(room: Room, where: str) -> None:
    answer = ask(room.app, "GET", where, headers=room.provider.headers())

    assert faults(answer)[0]["reason"] == "has characters that are not allowed"


def test_body_of_the_limit_is_taken_and_one_byte_more_is_not(post: Post) -> None:
    exact = body() + b" " * (MAX_BODY_BYTES - len(body()))

    assert post(exact).status_code == 201
    assert post(exact + b" ").status_code == 413


def test_length_is_counted_while_reading(room: Room, post: Post) -> None:
    """Without a declared length, or with a false one, what arrives counts."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * MAX_BODY_BYTES:
            sent += 1024
            yield b" " * 1024

    assert post(endless()).status_code == 413
    assert sent <= MAX_BODY_BYTES + 2 * 1024
    assert room.callers == []


@pytest.mark.parametrize("length", ["x", "-1", "9" * 30, str(MAX_BODY_BYTES + 1)])
def test_declared_length_that_is_too_large_or_no_number_is_refused_unread(room: Room, length: str) -> None:
    status, reads = asyncio.run(_raw(room, {b"content-length": length.encode()}, []))

    assert (status, reads) == (413, 0)


def test_body_that_does_not_come_is_given_up() -> None:
    async def never(*_: Any) -> None:
        raise AssertionError("the app must not be asked")

    async def slow() -> Any:
        await asyncio.Event().wait()

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    checks = RequestChecks(never, query_names=lambda *_: None, body_within=0.01)
    asyncio.run(checks(_scope({}), slow, send))

    assert sent[0]["status"] == 408


def test_asker_who_leaves_halfway_is_not_answered(room: Room) -> None:
    half = {"type": "http.request", "body": b"{", "more_body": True}

    assert asyncio.run(_raw(room, {}, [half, {"type": "http.disconnect"}])) == (None, 2)
    assert room.callers == []


def _scope(headers: dict[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": SWITCH,
        "raw_path": SWITCH.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(b"content-type", b"application/json"), *headers.items()],
    }


async def _raw(room: Room, headers: dict[bytes, bytes], messages: list[Any]) -> tuple[int | None, int]:
    sent: list[Any] = []
    reads = 0

    async def receive() -> Any:
        nonlocal reads
        reads += 1
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await room.app(_scope(headers), receive, send)
    return (sent[0]["status"] if sent else None), reads


# Depth, without parsing.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=40,
)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(JSON, st.booleans())
def test_depth_is_that_of_the_brackets_outside_texts(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace")

    for limit in range(5):
        assert too_deep(text, limit) == (depth(value) > limit)


@given(st.lists(st.sampled_from(['"', "\\", "[", "]", "{", "}", "a", " "]), max_size=200))
def test_any_soup_of_brackets_and_quotes_is_told_apart(parts: list[str]) -> None:
    """What a parser takes, the check measures rightly; what it does not take may be measured anyhow."""
    text = "".join(parts)
    try:
        value = json.loads(text)
    except ValueError:
        too_deep(text.encode(), 1)
        return
    assert too_deep(text.encode(), 1) == (depth(value) > 1)


@pytest.mark.parametrize("unit", [b'"', b'\\"', b'"\\"[', b"\\", b'["', b"{", b'[{"a\\'])
def test_measuring_takes_time_in_proportion_to_the_length(unit: bytes) -> None:
    """A quadratic search would take minutes for a body of the limit."""
    content = b'"' + b"[" * 40 + unit * (MAX_BODY_BYTES // len(unit))
    begun = time.perf_counter()

    too_deep(content)
    body_faults(content)

    assert time.perf_counter() - begun < 1.0


@given(JSON)
def test_clean_json_has_no_faults(value: Any) -> None:
    text = json.dumps(value)
    unclean = any("\0" in t or any("\ud800" <= c <= "\udfff" for c in t) for t in every_text(value))

    assert bool(body_faults(text.encode())) == (unclean or depth(value) > MAX_DEPTH)


# On a real server.


@pytest.fixture
def address(room: Room) -> Iterator[str]:
    """The app behind uvicorn, on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        room.app, log_config=None, access_log=False, lifespan="off", server_header=False, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


def test_real_server_keeps_the_rules(room: Room, address: str) -> None:
    headers = room.provider.headers() | {"Idempotency-Key": "key-1"}
    with httpx2.Client(base_url=address) as client:
        assert client.post(SWITCH, headers=headers, json=GOOD).status_code == 201
        assert client.post(SWITCH + "/", headers=headers, json=GOOD).status_code == 404
        too_large = client.post(SWITCH, headers=headers, content=b" " * (MAX_BODY_BYTES + 1))
        assert too_large.status_code == 413
        assert too_large.headers["connection"] == "close"
        bug = client.get("/v1/faults/bug", headers=headers)
        assert (bug.status_code, CANARY in bug.text) == (500, False)
        assert bug.headers["api-version"] == "1.2.3"


def test_real_server_cuts_off_a_body_without_end(room: Room, address: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100_000):
            yield b" " * 1024

    headers = room.provider.headers() | {"Idempotency-Key": "key-1", "Content-Type": "application/json"}
    with httpx2.Client(base_url=address) as client:
        try:
            assert client.post(SWITCH, headers=headers, content=endless()).status_code == 413
        except httpx2.TransportError:
            pass  # The server answered and closed; whether the client reads that first is chance.
    assert room.callers == []
