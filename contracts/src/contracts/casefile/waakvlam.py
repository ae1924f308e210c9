"""The pilot-light checks that were agreed, and what came of them."""

from __future__ import annotations

from contracts.casefile.owned import CasefileEvent
from contracts.codes import WaakvlamOutcome
from contracts.values import (
    Id,
    Instant,
    Slug,
)


class WaakvlamScheduled(CasefileEvent):
    """A pilot-light check was agreed (WAA-04); responsible is null when the organisation's coordinator is."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-scheduled.v1"
    SUBJECT = "cases.casefile.waakvlam-scheduled.v1"

    check_id: Id
    due_at: Instant
    responsible: Id | None
    organisation: Slug


class WaakvlamReassigned(CasefileEvent):
    """Somebody else, or the coordinator when null, does the check (WAA-09)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-reassigned.v1"
    SUBJECT = "cases.casefile.waakvlam-reassigned.v1"

    check_id: Id
    responsible: Id | None


class WaakvlamCheckDone(CasefileEvent):
    """The check was done, with an outcome by code (WAA-06)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-check-done.v1"
    SUBJECT = "cases.casefile.waakvlam-check-done.v1"

    check_id: Id
    outcome: WaakvlamOutcome
    done_at: Instant


class WaakvlamStopped(CasefileEvent):
    """The check is no longer wanted or needed (WAA-04)."""

    TYPE = "nl.ondersteuningsvragen.waakvlam-stopped.v1"
    SUBJECT = "cases.casefile.waakvlam-stopped.v1"

    check_id: Id
