"""What casefile tells in these tests."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from tests.support.ids import a_case_id, a_supporter_id, an_id
from tests.support.running import Running

from contracts.casefile import (
    CaseOpened,
    CaseReopened,
    WaakvlamCheckDone,
    WaakvlamReassigned,
    WaakvlamScheduled,
    WaakvlamStopped,
)
from contracts.envelope import ContractEvent

CASE = a_case_id()
THREE_MONTHS = timedelta(days=91)
DONE_WITHIN = timedelta(days=14)


def a_case_opened(notifications: Running, network: str = "almere") -> CaseOpened:
    return CaseOpened(
        number="2741-9063",
        network=network,
        network_version=1,
        organisation="oco_almere",
        municipality="almere",
        resident=uuid4(),
        languages=("nl",),
        opened_at=notifications.now(),
    )


def a_check_id(name: str = "first") -> UUID:
    return an_id("check", name)


def a_scheduling(
    notifications: Running, name: str = "first", *, after: timedelta = THREE_MONTHS
) -> WaakvlamScheduled:
    return WaakvlamScheduled(
        check_id=a_check_id(name),
        due_at=notifications.now() + after,
        responsible=a_supporter_id("Joost"),
        organisation="oco_almere",
    )


def a_reassignment(to: UUID | None, name: str = "first") -> WaakvlamReassigned:
    return WaakvlamReassigned(check_id=a_check_id(name), responsible=to)


def a_done_check(notifications: Running, name: str = "first") -> WaakvlamCheckDone:
    return WaakvlamCheckDone(check_id=a_check_id(name), outcome="wo_fine", done_at=notifications.now())


def a_stop(name: str = "first") -> WaakvlamStopped:
    return WaakvlamStopped(check_id=a_check_id(name))


def a_reopening(notifications: Running) -> CaseReopened:
    return CaseReopened(reopened_at=notifications.now())


def tell(notifications: Running, *events: ContractEvent, about: UUID = CASE) -> None:
    """Casefile tells this of a case, one after another."""
    for event in events:
        notifications.hear(event, about)


def with_a_planned_check(notifications: Running, *, after: timedelta = THREE_MONTHS) -> None:
    """A case was opened, and a check was agreed for later."""
    tell(notifications, a_case_opened(notifications), a_scheduling(notifications, after=after))
