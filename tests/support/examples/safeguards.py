"""Emergency access, safety risks and personal ties in the states that a story can begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.clock import START, later
from tests.support.examples.casefile import ANSWER_WITHIN, CASE, FIRST, a_note, a_supported_case
from tests.support.ids import an_id

from casefile.domain.break_glass import BreakGlass, EmergencyReason
from casefile.domain.case import CaseFile
from casefile.domain.safety import Told

BREAKER, REVIEWER = "coordinator-elsewhere", "auditor-elsewhere"
OPENING, RISK, TIE, RESTRICTION = (
    an_id("opening"),
    an_id("risk"),
    an_id("tie"),
    an_id("restriction"),
)
HOUR = timedelta(minutes=60)


def open_glass(
    glass: BreakGlass,
    *,
    opening_id: UUID = OPENING,
    reason: EmergencyReason = EmergencyReason.DANGER_TO_RESIDENT,
    lasts: timedelta = HOUR,
    now: datetime = START,
) -> None:
    glass.open(
        opening_id,
        role="role_coordinator",
        organisation="elsewhere",
        reason=reason,
        words=a_note("break_glass.words"),
        until=now + lasts,
        review_by=now + timedelta(days=7),
        reviewing=("coordination-point",),
        given=True,
        network="almere",
        network_version=1,
        now=now,
    )


def a_broken_glass() -> BreakGlass:
    """Somebody elsewhere opened the case in an emergency, for an hour."""
    glass = BreakGlass.begin_for(CASE, BREAKER, "elsewhere", START)
    open_glass(glass)
    return glass


def review_glass(
    glass: BreakGlass, verdict: Any = "justified", by: str = REVIEWER, opening_id: UUID = OPENING
) -> None:
    glass.review(
        opening_id,
        verdict,
        reviewed_by=by,
        organisation="elsewhere",
        role="role_auditor",
        words=None,
        now=later(days=1),
    )


def flag(
    case: CaseFile,
    *told: Told,
    part_id: UUID | None = FIRST,
    priority: bool = True,
    consented: Sequence[str] = (),
    risk_id: UUID = RISK,
    now: datetime = START,
) -> None:
    case.flag_safety_risk(
        risk_id,
        part_id,
        "to_self",
        told=told,
        consented=frozenset(consented),
        words=a_note("safety.words"),
        priority=priority,
        reported_by_role="role_supporter",
        resident_agrees=False,
        react_by=now + timedelta(hours=4),
        escalation_id=an_id("escalation", "safety"),
        answer_by=now + ANSWER_WITHIN,
        now=now,
    )


def a_flagged_case() -> CaseFile:
    """Anouk saw a risk in the first part."""
    case = a_supported_case()
    flag(case)
    return case


def a_tied_case(subject: str = "coordinator-two") -> CaseFile:
    """A coordinator turned out to be the resident's sister."""
    case = a_supported_case()
    case.record_personal_tie(TIE, subject, "sibling", "coordinator-one", START)
    return case


def a_restricted_case() -> CaseFile:
    case = a_supported_case()
    case.restrict(RESTRICTION, ["handler-one", "handler-two"], "coordinator-one", START)
    return case
