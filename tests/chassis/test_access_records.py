"""One record per answer, before its first byte leaves, or 503 (P11); denied looks like absent (P17)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from tests.chassis import guarded_room
from tests.chassis.edge_lamps import CANARY, ask
from tests.chassis.guarded_room import ORGANISATION, PERSON, SHOWN, GuardedRoom, a_guarded_room, waits
from tests.support.guarded_lamps import GUARDED, consent_of
from tests.support.lamps import SOURCE_URN, Lamp
from tests.support.stack import ServiceDatabase
from tests.support.waiting import until

from chassis.access.policies import Policies
from chassis.store.pools import Pool
from chassis.store.store import Store
from chassis.views import Follower

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


# A read.


def test_read_is_recorded_once_with_all_that_is_known(room: GuardedRoom, lamp: UUID) -> None:
    before = len(room.records())

    answer = room.ask("GET", f"/lamps/{lamp}")

    assert answer.json()["lampId"] == str(lamp)
    [record] = new(room, before)
    assert record["action"] == "showLamp"
    assert record["activity"] == "lamps.show"
    assert record["kind"] == "R"
    assert record["purpose"] == "Licht geven"
    assert record["subjects"] == [str(lamp)]
    assert record["persons"] == [str(PERSON)]
    assert record["categories"] == ["dc_light"]
    assert (record["role"], record["organisation"]) == ("role_keeper", "home")
    assert record["onBehalfOf"] is None
    assert [ground["kind"] for ground in record["basis"]] == ["participation"]
    assert record["decision"] == "allow"
    assert record["policies"] == ["looking.taking-part"]
    assert record["policyHash"] == room.access._policies().hash
    assert record["status"] == "ok"
    assert record["breakGlass"] is False
    assert record["startedAt"] <= record["endedAt"] == record["recordedAt"]
    assert len(record["traceId"]) == 32
    assert len(record["spanId"]) == 16


def test_record_holds_no_name_and_no_subject_of_the_provider(room: GuardedRoom, lamp: UUID) -> None:
    room.ask("GET", f"/lamps/{lamp}")

    text = json.dumps(room.records())
    assert CANARY not in text
    assert "kim" not in text


def test_pseudonym_is_one_per_person_and_organisation(room: GuardedRoom, lamp: UUID) -> None:
    for claims in ({}, {}, {"sub": "ko"}, STRANGER, STRANGER | {ORGANISATION: "home"}):
        room.ask("GET", f"/lamps/{lamp}", **claims)

    me, again, other, elsewhere, here = [record["who"] for record in room.records()[-5:]]
    assert me == again
    assert len({me, other, elsewhere, here}) == 4


def test_consent_is_named_as_the_ground(room: GuardedRoom, lit: UUID) -> None:
    room.ask("GET", f"/lamps/{lit}", **FRIEND)

    assert room.records()[-1]["basis"] == [{"kind": "consent", "id": str(consent_of(lit))}]


def test_stored_decision_is_taken_again(room: GuardedRoom, lit: UUID) -> None:
    """P23, from the database."""
    for claims in ({}, FRIEND, STRANGER):
        room.ask("GET", f"/lamps/{lit}", **claims)

    for record in room.records():
        if record["decision"] != "none":
            again = Policies.of("tests.support.lamp_house").evaluate_again(record)
            assert again.entry() == {name: record[name] for name in again.entry()}


def test_trace_of_the_asker_is_kept(room: GuardedRoom, lamp: UUID) -> None:
    headers = room.provider.headers(sub="kim", roles=["role_keeper"], **{ORGANISATION: "home"})
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"

    ask(room.app, "GET", f"/v1/lamps/{lamp}", headers=headers | {"traceparent": f"00-{trace}-{parent}-01"})

    record = room.records()[-1]
    assert (record["traceId"], record["parentSpanId"]) == (trace, parent)


# A list.


def test_list_is_recorded_once_with_every_subject_shown(
    room: GuardedRoom, worker_pool: Pool, lit: UUID
) -> None:
    dark = uuid4()
    room.ask("POST", f"/lamps/{dark}/hangings", key="dark")
    Follower(worker_pool, [SHOWN]).follow()
    before = len(room.records())

    mine = room.ask("GET", "/lamps").json()
    theirs = room.ask("GET", "/lamps", **FRIEND).json()
    nothing = room.ask("GET", "/lamps", **STRANGER).json()

    assert {row["lampId"] for row in mine} == {str(lit), str(dark)}
    assert [row["lampId"] for row in theirs] == [str(lit)]
    assert nothing == []
    by_me, by_friend, by_stranger = new(room, before)
    assert set(by_me["subjects"]) == {str(lit), str(dark)}
    assert by_friend["subjects"] == [str(lit)]
    assert by_stranger["subjects"] == []
    assert [record["action"] for record in (by_me, by_friend, by_stranger)] == ["listLamps"] * 3


def test_list_shows_no_row_that_was_withdrawn_between_its_two_queries(
    room: GuardedRoom, worker_pool: Pool, lit: UUID
) -> None:
    Follower(worker_pool, [SHOWN]).follow()
    fetch, calls = guarded_room.rooms_of, []

    def withdrawn_after_the_first(conn: psycopg.Connection[Any]) -> list[tuple[UUID, str]]:
        found = fetch(conn)
        calls.append(len(found))
        if len(calls) == 1:
            room.look_in("update store.access_grant set over = true where kind = 'consent'")
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guarded_room, "rooms_of", withdrawn_after_the_first)
        answer = room.ask("GET", "/lamps", **FRIEND)

    assert calls[0] == 1
    assert answer.json() == []
    assert room.records()[-1]["subjects"] == []


def test_list_that_may_not_be_asked_for_is_denied(room: GuardedRoom) -> None:
    answer = room.ask("GET", "/lamps", roles=["role_administrator"])

    assert answer.status_code == 404
    assert room.records()[-1]["decision"] == "deny"


# Denied and absent.


def test_denied_and_absent_have_the_same_answer_record_and_cost(room: GuardedRoom, lamp: UUID) -> None:
    absent = uuid4()
    room.ask("GET", f"/lamps/{absent}", **STRANGER)  # statements are prepared
    before = len(room.records())
    answers, costs = [], []
    for _ in range(3):
        for lamp_id in (lamp, absent):
            with room.counting() as told:
                answers.append(room.ask("GET", f"/lamps/{lamp_id}", **STRANGER))
            costs.append(told[0])

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1
    assert len(set(costs)) == 1
    records = [
        {name: value for name, value in record.items() if name not in VARYING} for record in new(room, before)
    ]
    for record, lamp_id in zip(records, [lamp, absent] * 3, strict=True):
        assert record.pop("subjects") == [str(lamp_id)]
        assert record["inputs"].pop("resource")["id"] == str(lamp_id)
    assert len({json.dumps(record) for record in records}) == 1


VARYING = ("id", "recordedAt", "startedAt", "endedAt", "traceId", "spanId")


def test_part_that_is_not_held_is_denied(room: GuardedRoom, lit: UUID) -> None:
    assert room.ask("GET", f"/lamps/{lit}/parts/{uuid4()}").status_code == 200
    assert room.ask("GET", f"/lamps/{lit}/parts/{uuid4()}", **STRANGER).status_code == 404

    record = room.records()[-1]
    assert record["decision"] == "deny"
    assert len(record["parts"]) == 1


# A change.


def test_applied_command_is_recorded_in_its_save(room: GuardedRoom, lamp: UUID) -> None:
    before = len(room.records())

    answer = room.ask("POST", f"/lamps/{lamp}/lightings", key="k1")

    assert answer.status_code == 201
    [record] = new(room, before)
    assert (record["action"], record["kind"], record["status"]) == ("lightLamp", "U", "ok")
    assert record["subjects"] == [str(lamp)]
    [(same,)] = room.look_in(
        "select count(distinct written_by) from (select written_by from store.event where subject_id = %s"
        " and originator_version = 2 union all select written_by from store.access_record where id = %s) x",
        lamp,
        record["id"],
    )
    assert same == 1


def test_what_is_new_is_recorded_under_its_own_id(room: GuardedRoom) -> None:
    lamp_id = uuid4()

    room.ask("POST", f"/lamps/{lamp_id}/hangings", key="new")

    assert room.records()[-1]["subjects"] == [str(lamp_id)]


def test_every_other_answer_is_recorded_too(room: GuardedRoom, lit: UUID) -> None:
    url = f"/lamps/{lit}/lightings"
    asked: list[tuple[httpx2.Response, int, str]] = []

    def expect(answer: httpx2.Response, status: int, outcome: str) -> None:
        asked.append((answer, status, outcome))

    before = len(room.records())
    expect(room.ask("POST", url, key=f"light-{lit}"), 201, "replayed")
    expect(room.ask("POST", url, key="again"), 409, "refused")
    expect(room.ask("POST", url), 400, "malformed")
    expect(room.ask("POST", f"{url}?volts=1", key="x"), 400, "malformed")
    expect(room.ask("POST", "/lamps/x/lightings", key="x"), 400, "malformed")
    expect(room.ask("POST", url, key="theirs", **STRANGER), 404, "not_found")
    expect(room.ask("POST", f"{url}?broken=true", key="broken"), 404, "not_found")
    expect(room.ask("POST", f"/lamps/{uuid4()}/lightings", key="absent"), 404, "not_found")
    expect(room.ask("GET", f"/commands/light-{lit}"), 200, "ok")
    expect(room.ask("GET", f"/lamps/{lit}", roles=["role_keeper", "role_friend"]), 400, "malformed")

    assert [answer.status_code for answer, _, _ in asked] == [status for _, status, _ in asked]
    assert [record["status"] for record in new(room, before)] == [outcome for _, _, outcome in asked]


def test_body_that_is_refused_before_sign_in_is_recorded_for_who_signed_in(room: GuardedRoom) -> None:
    before = len(room.records())
    url = f"/v1/lamps/{uuid4()}/lightings"
    headers = room.provider.headers() | {"Content-Type": "application/json"}

    assert ask(room.app, "POST", url, headers=headers, content=b"{").status_code == 400
    assert ask(room.app, "POST", url, headers={"Content-Type": "text/plain"}, content=b"{").status_code == 415

    assert [record["status"] for record in new(room, before)] == ["malformed"]


def test_answers_to_nobody_are_not_recorded(room: GuardedRoom) -> None:
    before = len(room.records())
    for url in (
        "/v1/lamps",
        "/v1/openapi.json",
        "/v1/health/live",
        "/v1/processing-activities",
        "/v1/nowhere",
    ):
        ask(room.app, "GET", url)
    ask(room.app, "GET", "/v1/lamps", headers={"Authorization": "Bearer nonsense"})

    assert new(room, before) == []


# Withdrawal (P18).


def test_withdrawal_waits_for_a_look_and_its_record_and_is_felt_by_the_next(
    room: GuardedRoom, worker_pool: Pool, lit: UUID
) -> None:
    """At no moment is something recorded after the withdrawal for data that consent allowed."""
    store = Store(worker_pool, GUARDED, source_urn=SOURCE_URN)
    began: list[str] = []

    def withdraw() -> None:
        lamp = store.get(Lamp, lit)
        lamp.put_out()
        store.save([lamp])

    withdrawal = threading.Thread(target=withdraw)

    def begin_to_withdraw() -> None:
        withdrawal.start()
        waiting = (
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and usename = 'lamps_worker' and wait_event_type = 'Lock'"
        )
        until(lambda: room.look_in(waiting) == [(1,)])
        began.append("waits")

    room.looked = begin_to_withdraw
    answer = room.ask("GET", f"/lamps/{lit}", **FRIEND)
    withdrawal.join(10)
    room.looked = lambda: None

    assert answer.status_code == 200
    assert began == ["waits"]
    assert not withdrawal.is_alive()
    assert room.look_in("select over from store.access_grant where kind = 'consent'") == [(True,)]
    assert room.ask("GET", f"/lamps/{lit}", **FRIEND).status_code == 404
    assert room.records()[-1]["decision"] == "deny"


# What it costs.


def test_guarded_read_takes_three_round_trips(room: GuardedRoom, worker_pool: Pool, lamp: UUID) -> None:
    Follower(worker_pool, [SHOWN]).follow()
    for url in (f"/lamps/{lamp}", "/lamps"):
        for _ in range(8):  # statements are prepared
            room.ask("GET", url)
        with room.counting() as told:
            assert room.ask("GET", url).status_code == 200
        assert told[0] <= 3, url


def test_round_trips_are_counted_from_the_wire() -> None:
    """The negative control: two statements one by one are two; in one go, one."""
    one_by_one = "t\tF\t9\tQuery\nt\tB\t9\tReadyForQuery\nt\tF\t9\tQuery\nt\tB\t9\tReadyForQuery\n"
    in_one_go = "t\tF\t9\tParse\nt\tF\t9\tSync\nt\tB\t9\tBindComplete\nt\tB\t9\tReadyForQuery\n"

    assert (waits(one_by_one), waits(in_one_go)) == (2, 1)
