"""The real services without bus, without database, with everything sent again (P4, P6, P7, P9, P10)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta

import httpx2
import psycopg
import pytest
from tests.faults.at_work import people_at_work
from tests.faults.books import change, number
from tests.faults.house import SERVICES, House, chance_of, redeliver_soon
from tests.faults.house_oracle import Scene
from tests.faults.oracle import broken_promises
from tests.faults.people import EXPLANATION, REQUEST, Gone, Person

from chassis.inbox import dead_letters
from deploy.commands.rebuild import rebuild_bus
from deploy.operating import ON_BUS

POSTGRES, BUS = "PostgreSQL", "nats-server"
QUIET = 0.5
"""Which part of a core a process may use while there is nothing that it can do."""


def one_person(scene: Scene, chance: random.Random) -> Person:
    home, name = scene.house, f"person-{chance.getrandbits(32):x}"
    return Person(name, home.stack.urls, home.headers, scene.records, chance, hurried=False)


def used_at_rest(home: House, seconds: float) -> Mapping[str, float]:
    """What each service uses of a core; their loops answer all the while."""
    used = home.wanted(list(SERVICES), seconds)
    assert all(home.alive(service) for service in SERVICES)
    print(f"of one core: {used}")  # noqa: T201
    return used


def without_the_bus(scene: Scene, chance: random.Random, seconds: float) -> None:
    home, person = scene.house, one_person(scene, chance)
    restarts = dict(home.supervisor.restarts)
    with ExitStack() as left:
        left.callback(person.close)
        with home.away(BUS):
            for _ in range(3):
                request = person.ask("intake", "/requests", REQUEST)["requestId"]
                person.ask("intake", f"/requests/{request}/explanations", EXPLANATION)
            assert all(command.tries == 1 for command in scene.records["intake"].commands)
            assert max(used_at_rest(home, seconds).values()) < QUIET
            assert home.all_ready()
            person.ask("intake", "/requests", REQUEST)
    assert scene.settled() == []
    assert {name: home.supervisor.restarts[name] for name in SERVICES} == {
        name: restarts[name] for name in SERVICES
    }


def test_without_the_bus_commands_go_on_and_nobody_runs_hot(scene: Scene, seed: int) -> None:
    without_the_bus(scene, chance_of(seed), seconds=4.0)


@pytest.mark.long
def test_without_the_bus_for_minutes(scene: Scene, seed: int) -> None:
    without_the_bus(scene, chance_of(seed), seconds=300.0)


def without_the_database(scene: Scene, chance: random.Random, seconds: float) -> None:
    """Messages are on their way when it goes; none of them pays for it."""
    home = scene.house
    restarts = dict(home.supervisor.restarts)
    with people_at_work(scene, chance):
        home.for_seconds(1.0)
        with home.away(POSTGRES):
            assert max(used_at_rest(home, seconds).values()) < QUIET
            answer = httpx2.post(
                f"{home.stack.urls['intake']}/v1/requests",
                json=REQUEST,
                headers={**home.headers(), "Idempotency-Key": f"away-{chance.getrandbits(64):x}"},
                timeout=20.0,
                trust_env=False,
            )
            assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
            assert not home.ready("intake")
        home.wait_ready(within=15.0)
    assert scene.settled() == []
    assert {name: home.supervisor.restarts[name] for name in SERVICES} == {
        name: restarts[name] for name in SERVICES
    }


def test_without_the_database_no_message_pays(scene: Scene, seed: int) -> None:
    without_the_database(scene, chance_of(seed), seconds=4.0)


@pytest.mark.long
def test_without_the_database_for_minutes(scene: Scene, seed: int) -> None:
    without_the_database(scene, chance_of(seed), seconds=300.0)


def test_everything_sent_again_changes_nothing(scene: Scene, seed: int) -> None:
    home = scene.house
    with people_at_work(scene, chance_of(seed)):
        home.until(lambda: len(scene.records["casefile"].commands) > 3, within=30.0)
        home.send_everything_again()
    home.send_everything_again()
    assert scene.settled() == []


def test_a_bus_made_anew_lacks_nothing(scene: Scene, seed: int) -> None:
    """As ``waakvlam rebuild-bus`` does it, while people work."""
    home = scene.house
    with people_at_work(scene, chance_of(seed)):
        home.until(lambda: len(scene.records["casefile"].commands) > 3, within=30.0)
        rebuild_bus(data=home.stack.folder.path, yes=True)
    redeliver_soon(home.stack.servers)
    assert scene.settled() == []


def test_control_a_message_that_nobody_sent_is_found_lost(scene: Scene, seed: int) -> None:
    """The operators' own account finds it, and a relay from zero mends it."""
    home, person = scene.house, one_person(scene, chance_of(seed))
    with home.away(BUS):
        person.ask("intake", "/requests", REQUEST)
        change(home.url("intake"), "update store.outbox set sent_at = now() where sent_at is null")
    home.wait_ready()
    person.close()
    assert broken_promises(scene.settled(within=3.0)) == {"P6"}
    assert [account.lost for account in home.balances() if account.lost] == [1]
    home.send_everything_again()
    assert scene.settled() == []


def test_a_second_worker_and_its_end_change_nothing(scene: Scene, seed: int) -> None:
    home = scene.house
    second = home.second_worker("casefile")
    with people_at_work(scene, chance_of(seed)):
        home.until(lambda: len(scene.records["casefile"].commands) > 3, within=30.0)
        home.kill(second)
        home.wait_ready()
        home.until(lambda: home.ready(second))
        home.kill("casefile")
    home.remove(second)
    assert scene.settled() == []


def test_garbage_on_the_bus_stops_nobody_and_is_kept(scene: Scene, seed: int) -> None:
    """A bus user of casefile sends what cannot be read; each of its hearers keeps it for an operator."""
    home = scene.house
    garbage = [b"\xff\xfe\x00", b'{"type":', b'"text"']
    with people_at_work(scene, chance_of(seed)):
        home.until(lambda: len(scene.records["casefile"].commands) > 1, within=30.0)
        home.publish_as("casefile", "cases.casefile.case-opened.v1", garbage)
        home.until(lambda: len(scene.records["casefile"].commands) > 4, within=30.0)
    hearers = [service.name for service in ON_BUS if "casefile" in service.hears]
    waiting = "select count(*) from store.dead_letter where state = 'waiting' and subject_id is null"
    for hearer in hearers:
        home.until(lambda name=hearer: number(home.url(name), waiting) == len(garbage))  # type: ignore[misc]
        with psycopg.connect(home.url(hearer), autocommit=True) as conn:
            for letter in dead_letters.waiting(conn):
                dead_letters.discard(conn, letter.id, "tested")
    assert scene.settled() == []


def a_planned_check(scene: Scene, person: Person) -> str:
    """A case is closed, and pilot-light contact agreed; the check's id, known to notifications."""
    while True:
        try:
            case, _ = person.accepted_case()
        except Gone:
            continue
        break
    person.look("casefile", f"/cases/{case}", within=30.0)
    closing = {"reason": "close_agreements", "waakvlam": {"agreed": True, "dueAfterDays": 3}}
    check = str(person.ask("casefile", f"/cases/{case}/closings", closing)["checkId"])
    planned = "select count(*) from store.deadline where kind = 'waakvlam_due' and key = %s"
    scene.house.until(lambda: number(scene.house.url("notifications"), planned, check) == 1, within=30.0)
    return check


DUE = "select count(*) from store.event where originator_id = %s and topic = 'notifications:Check.FellDue'"


def test_a_check_that_falls_due_during_downtime_does_so_once(scene: Scene, seed: int) -> None:
    home, person = scene.house, one_person(scene, chance_of(seed))
    check = a_planned_check(scene, person)
    with home.away("notifications"):
        home.move_clocks(timedelta(days=4))
    home.wait_ready()
    home.until(lambda: number(home.url("notifications"), DUE, check) == 1, within=30.0)
    # As an old backup would have it: the deadline is there again.
    change(
        home.url("notifications"),
        "insert into store.deadline (kind, key, subject_id, due_at)"
        " select 'waakvlam_due', originator_id, subject_id, clock.now() from store.event"
        " where originator_id = %s limit 1",
        check,
    )
    left = "select count(*) from store.deadline where kind = 'waakvlam_due' and key = %s"
    home.until(lambda: number(home.url("notifications"), left, check) == 0, within=30.0)
    assert number(home.url("notifications"), DUE, check) == 1
    assert scene.settled() == []
    person.close()
