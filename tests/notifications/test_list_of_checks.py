"""GET /v1/checks: what lies ahead and what is to be done now (WAA-05, REG-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.notifications.telling import (
    DONE_WITHIN,
    THREE_MONTHS,
    a_check_id,
    a_done_check,
    a_reassignment,
    a_scheduling,
    tell,
    with_a_planned_check,
)
from tests.support.ids import a_case_id, a_supporter_id
from tests.support.running import Running

from chassis.views import rebuild
from notifications.views.checks import Checks


def listed(notifications: Running, query: str = "", *, by: str | None = None) -> list[dict[str, Any]]:
    notifications.look()
    answer = notifications.get(f"/checks{query}", by=by)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["checkId"] for item in items]


def test_planned_check_lies_ahead(notifications: Running) -> None:
    with_a_planned_check(notifications)

    [item] = listed(notifications, "?state=planned")

    assert item["checkId"] == str(a_check_id())
    assert item["caseId"] == str(a_case_id())
    assert item["responsible"] == str(a_supporter_id("Joost"))
    assert item["missedAt"] is None
    assert item["dueAt"].endswith("Z")
    assert listed(notifications, "?state=due") == []


def test_due_check_is_to_be_done_until_it_was_told_how_it_went(notifications: Running) -> None:
    with_a_planned_check(notifications)
    notifications.later(THREE_MONTHS)

    [item] = listed(notifications, "?state=due")
    assert item["state"] == "due"
    assert listed(notifications, "?state=planned") == []

    tell(notifications, a_done_check(notifications))
    assert listed(notifications) == []


def test_missed_check_stays_to_be_done(notifications: Running) -> None:
    with_a_planned_check(notifications)
    notifications.later(THREE_MONTHS)
    notifications.later(DONE_WITHIN)

    [item] = listed(notifications, "?state=due")
    assert item["state"] == "missed"


def test_reassigned_check_shows_who_looks_after_it(notifications: Running) -> None:
    with_a_planned_check(notifications)
    tell(notifications, a_reassignment(None))

    assert [item["responsible"] for item in listed(notifications)] == [None]


def test_most_urgent_comes_first_and_pages_go_on(notifications: Running) -> None:
    with_a_planned_check(notifications, after=timedelta(days=40))
    for name, days in (("second", 20), ("third", 60)):
        tell(notifications, a_scheduling(notifications, name, after=timedelta(days=days)))
    notifications.look()

    first = notifications.get("/checks?limit=2").json()
    second = notifications.get(first["_links"]["next"]["href"].removeprefix("/v1")).json()

    wanted = [str(a_check_id(name)) for name in ("second", "first", "third")]
    assert ids(first["items"] + second["items"]) == wanted
    assert second["_links"].get("next") is None


def test_another_organisation_sees_its_own_only(notifications: Running) -> None:
    """P17."""
    with_a_planned_check(notifications)

    assert listed(notifications, by="mee_samen") == []


def test_unknown_state_is_malformed(notifications: Running) -> None:
    assert notifications.get("/checks?state=soon").status_code == 400


def test_rebuilt_list_is_the_same(notifications: Running) -> None:
    """P8."""
    with_a_planned_check(notifications)
    tell(notifications, a_scheduling(notifications, "second"), a_done_check(notifications))
    tell(notifications, a_reassignment(None, "second"))
    notifications.later(THREE_MONTHS)
    before = listed(notifications)

    with notifications.as_owner() as conn:
        rebuild(conn, Checks(), api="notifications_api", worker="notifications_worker")

    assert listed(notifications) == before
