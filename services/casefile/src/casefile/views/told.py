"""What of this service's own facts stands in a history: under which name, about which case, without whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from casefile.domain.break_glass import BreakGlass
from casefile.domain.consent_check import ConsentCheck
from casefile.views.facts import facts_of
from chassis.aggregates import DomainEvent

ABOUT_CASES: tuple[type[DomainEvent], ...] = (
    BreakGlass.Opened,
    BreakGlass.ReviewOverdue,
    BreakGlass.Reviewed,
    BreakGlass.BreachReviewOpened,
    ConsentCheck.CodeGiven,
)
"""Facts with a subject of their own that are about a case, and told in its history."""

_LEFT_OUT = {
    "PersonalTieRecorded": {"subject", "relation", "recorded_by"},
    "PersonalTieEnded": {"subject", "ended_by"},
    "CaseRestricted": {"handlers", "restricted_by"},
    "HandlersChanged": {"came", "went", "changed_by"},
    "RestrictionEnded": {"handlers", "ended_by"},
    "SafetyRiskReactedTo": {"by"},
    "BreakGlassReviewed": {"reviewed_by"},
    "ConsentCheckCodeGiven": {"digest", "resident"},
}
"""Who is related to whom, and who looked: known where it decides, and told to nobody who reads along."""


def own_fact(event: DomainEvent, subject_id: UUID) -> tuple[UUID, str, dict[str, Any]]:
    """The case, the kind and the facts of one row."""
    aggregate, _, kind = type(event).__qualname__.rpartition(".")
    if isinstance(event, ABOUT_CASES):
        subject_id = UUID(str(vars(event)["case_id"]))
        kind = f"{aggregate}{kind}"
    left_out = _LEFT_OUT.get(kind, set())
    return subject_id, kind, {name: fact for name, fact in facts_of(event).items() if name not in left_out}
