"""What notifications tells: a deadline that others keep has come. The subject is the case's id."""

from __future__ import annotations

from typing import ClassVar

from contracts.envelope import ContractEvent
from contracts.values import Id, Instant


class NotificationsEvent(ContractEvent):
    """Published by notifications alone."""

    SOURCE: ClassVar[str] = "notifications"


class WaakvlamCheckDue(NotificationsEvent):
    """It is time for a pilot-light check; told exactly once per check (WAA-05)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-check-due.v1"
    SUBJECT = "cases.notifications.waakvlam-check-due.v1"

    check_id: Id
    due_at: Instant
    responsible: Id | None


class WaakvlamMissed(NotificationsEvent):
    """A due check was not done within the network's interval (WAA-05)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-missed.v1"
    SUBJECT = "cases.notifications.waakvlam-missed.v1"

    check_id: Id
    due_at: Instant
