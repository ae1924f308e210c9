"""No answer without a record: what cannot be recorded is not shown, and no byte leaves before it (P11)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.chassis.edge_lamps import CANARY
from tests.chassis.guarded_room import ORGANISATION, GuardedRoom, a_guarded_room
from tests.support.stack import ServiceDatabase

FRIEND: dict[str, Any] = {"sub": "fenna", "roles": ["role_friend"], ORGANISATION: "elsewhere"}
STRANGER: dict[str, Any] = {"sub": "sven", "roles": ["role_keeper"], ORGANISATION: "elsewhere"}


@pytest.fixture
def room(database: ServiceDatabase, tmp_path: Path) -> Iterator[GuardedRoom]:
    with a_guarded_room(database, tmp_path) as one:
        yield one


@pytest.fixture
def lamp(room: GuardedRoom) -> UUID:
    """A lamp that the keeper hung."""
    lamp_id = uuid4()
    assert room.ask("POST", f"/lamps/{lamp_id}/hangings", key=f"hang-{lamp_id}").status_code == 201
    return lamp_id


@pytest.fixture
def lit(room: GuardedRoom, lamp: UUID) -> UUID:
    """A lamp that burns: a friend may look at it."""
    assert room.ask("POST", f"/lamps/{lamp}/lightings", key=f"light-{lamp}").status_code == 201
    return lamp


def new(room: GuardedRoom, before: int) -> list[dict[str, Any]]:
    return room.records()[before:]


def break_recording(room: GuardedRoom) -> None:
    room.look_in("revoke execute on function store.record_access(text) from lamps_api")


# When it cannot be recorded, nothing is shown.


@pytest.mark.parametrize(
    "how",
    [
        "revoke execute on function store.record_access(text) from lamps_api",
        "create or replace function store.record_access(p_entry text) returns void language plpgsql"
        " as $$ begin raise exception 'out of order'; end $$",
        "alter table store.access_record add check (false) not valid",
    ],
)
def test_without_a_record_there_is_no_answer(room: GuardedRoom, lit: UUID, how: Any) -> None:
    room.look_in(how)
    for answer in (
        room.ask("GET", f"/lamps/{lit}"),
        room.ask("GET", "/lamps"),
        room.ask("GET", f"/lamps/{uuid4()}"),
        room.ask("GET", f"/lamps/{lit}/stream"),
        room.ask("GET", "/lamps?limit=0"),
        room.ask("GET", f"/commands/light-{lit}"),
        room.ask("POST", f"/lamps/{lit}/lightings", key="again"),
        room.ask("POST", f"/lamps/{lit}/lightings", key=f"light-{lit}"),
    ):
        assert answer.status_code == 503, answer.request.url
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"]
        assert answer.headers["api-version"]
        assert CANARY not in answer.text
        assert str(lit) not in answer.text
    assert room.ask("GET", "/health/live").status_code == 200


def test_command_whose_record_cannot_be_written_is_not_applied(room: GuardedRoom, lamp: UUID) -> None:
    room.look_in("alter table store.access_record add check (false) not valid")

    assert room.ask("POST", f"/lamps/{lamp}/lightings", key="k").status_code == 503

    assert room.look_in("select count(*) from store.event where subject_id = %s", lamp) == [(1,)]
    assert room.look_in("select count(*) from store.command where key = 'k'") == [(0,)]


def test_connection_lost_before_the_commit_shows_nothing(room: GuardedRoom, lamp: UUID) -> None:
    def lose() -> None:
        room.look_in(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and usename = 'lamps_api'"
        )

    room.looked = lose
    answer = room.ask("GET", f"/lamps/{lamp}")

    assert answer.status_code == 503
    assert CANARY not in answer.text


def test_read_that_fails_after_its_rows_were_read_shows_nothing(
    room: GuardedRoom, lamp: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = room.ask("GET", f"/lamps/{lamp}/breaking")

    assert answer.status_code == 500
    assert CANARY not in answer.text + caplog.text
    record = room.records()[-1]
    assert (record["status"], record["subjects"]) == ("failed", [str(lamp)])


# Mistakes of a program.


@pytest.mark.parametrize("mistake", ["undecided", "swallowing"])
def test_read_without_a_decision_shows_nothing(room: GuardedRoom, lit: UUID, mistake: str) -> None:
    answer = room.ask("GET", f"/lamps/{lit}/{mistake}", **STRANGER)

    assert answer.status_code in (404, 500)
    assert CANARY not in answer.text


def test_look_that_begins_after_the_answer_did_reads_nothing(room: GuardedRoom, lamp: UUID) -> None:
    before = len(room.records())

    answer = room.ask("GET", f"/lamps/{lamp}/late")

    assert CANARY not in answer.text
    assert len(new(room, before)) == 1


def test_record_is_committed_before_the_first_byte(room: GuardedRoom, lamp: UUID) -> None:
    """Also of an answer that streams."""
    seen: list[tuple[str, int]] = []
    before = len(room.records())

    async def asked() -> None:
        headers = room.provider.headers(sub="kim", roles=["role_keeper"], **{ORGANISATION: "home"})
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        path = f"/v1/lamps/{lamp}/stream"

        messages = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Any:
            return messages.pop() if messages else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            seen.append((message["type"], len(room.records()) - before))

        await room.app(
            {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "method": "GET",
                "path": path,
                "raw_path": path.encode(),
                "query_string": b"",
                "root_path": "",
                "scheme": "http",
                "headers": raw,
            },
            receive,
            send,
        )

    asyncio.run(asked())

    assert seen[0] == ("http.response.start", 1)
    assert {count for _, count in seen} == {1}
    assert len(seen) > 5
