"""A check is seen by who keeps it and by who does it; each look is recorded (P11, P17)."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from tests.notifications.telling import (
    CASE,
    a_check_id,
    a_done_check,
    a_reassignment,
    a_scheduling,
    tell,
    with_a_planned_check,
)
from tests.support.ids import a_supporter_id
from tests.support.running import As, Running

JOOST = As("oco_almere", "role_supporter", str(a_supporter_id("Joost")))
FENNA = As("oco_almere", "role_supporter", str(a_supporter_id("Fenna")))


def seen(notifications: Running, by: As | None = None) -> list[str]:
    notifications.look()
    answer = notifications.get("/checks", by=by)
    assert answer.status_code == 200, answer.text
    return [item["checkId"] for item in answer.json()["items"]]


def records(notifications: Running) -> list[dict[str, Any]]:
    with psycopg.connect(notifications.database.url("admin")) as conn:
        rows = conn.execute("select entry from store.access_record order by recorded_at, id").fetchall()
    return [json.loads(row[0]) for row in rows]


def test_supporter_sees_the_check_that_they_do_and_no_other_of_that_case(notifications: Running) -> None:
    with_a_planned_check(notifications)
    tell(
        notifications,
        a_scheduling(notifications, "second"),
        a_reassignment(a_supporter_id("Fenna"), "second"),
    )

    assert seen(notifications, JOOST) == [str(a_check_id())]
    assert seen(notifications, FENNA) == [str(a_check_id("second"))]
    assert len(seen(notifications)) == 2


def test_supporter_who_hands_a_check_over_sees_it_no_longer(notifications: Running) -> None:
    with_a_planned_check(notifications)
    tell(notifications, a_reassignment(a_supporter_id("Fenna")))

    assert seen(notifications, JOOST) == []
    assert seen(notifications, FENNA) == [str(a_check_id())]


def test_settled_check_is_seen_by_nobody(notifications: Running) -> None:
    with_a_planned_check(notifications)
    tell(notifications, a_done_check(notifications))

    assert seen(notifications) == seen(notifications, JOOST) == []


@pytest.mark.parametrize(
    "role",
    ["role_auditor", "role_network_coordinator", "role_policy_adviser", "role_administrator"],
)
def test_whoever_steers_or_reviews_gets_no_checks(notifications: Running, role: str) -> None:
    with_a_planned_check(notifications)

    assert notifications.get("/checks", by=As("oco_almere", role)).status_code == 404


def test_each_list_is_recorded_with_what_was_in_it(notifications: Running) -> None:
    with_a_planned_check(notifications)
    seen(notifications)
    notifications.get("/checks", by=As("oco_almere", "role_auditor"))

    shown, denied = records(notifications)

    assert (shown["action"], shown["decision"], shown["status"]) == ("listChecks", "allow", "ok")
    assert (shown["subjects"], shown["parts"]) == ([str(CASE)], [str(a_check_id())])
    assert (denied["decision"], denied["status"], denied["subjects"]) == ("deny", "not_found", [])
