"""A place on a coordinator's list: what makes sure that nothing is left without anybody (design §8.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Reason(StrEnum):
    """Why something stands on the list."""

    NEW_PART = "new_part"
    SUPPORTER_PAUSED = "supporter_paused"
    SUPPORTER_LEFT = "supporter_left"
    SUPPORTER_ERASED = "supporter_erased"
    MATCH_ENDED = "match_ended"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    REOPENED = "reopened"
    CONSENT_EXPIRES = "consent_expires"
    BREACH_REVIEW = "breach_review"

    HANDOVER_DECLINED = "handover_declined"
    HANDOVER_CANCELLED = "handover_cancelled"
    HANDOVER_TIMED_OUT = "handover_timed_out"
    HANDOVER_OVERDUE = "handover_overdue"
    RECEIVER_PAUSED = "receiver_paused"
    CHOICE_WANTED = "choice_wanted"
    NOBODY_FITS = "nobody_fits"
    ANSWER_OVERDUE = "answer_overdue"
    SAFETY_RISK = "safety_risk"
    SAFETY_REACTION_OVERDUE = "safety_reaction_overdue"
    EXTRA_HELP_WANTED = "extra_help_wanted"

    WAAKVLAM_DUE = "waakvlam_due"
    WAAKVLAM_MISSED = "waakvlam_missed"
    WAAKVLAM_NOT_REACHED = "waakvlam_not_reached"
    WAAKVLAM_UNASSIGNED = "waakvlam_unassigned"
    WAAKVLAM_FOLLOW_UP = "waakvlam_follow_up"
    WAAKVLAM_SILENCE = "waakvlam_silence"
    ERASURE_DUE = "erasure_due"


NOBODY_IS_THERE = frozenset(
    {
        Reason.NEW_PART,
        Reason.SUPPORTER_PAUSED,
        Reason.SUPPORTER_LEFT,
        Reason.SUPPORTER_ERASED,
        Reason.MATCH_ENDED,
        Reason.CONSENT_WITHDRAWN,
        Reason.REOPENED,
    }
)
"""A part without an active responsible supporter stands on the list for at least one of these."""

CHOICE_IS_OPEN = frozenset(
    {
        Reason.HANDOVER_DECLINED,
        Reason.HANDOVER_CANCELLED,
        Reason.HANDOVER_TIMED_OUT,
        Reason.CHOICE_WANTED,
        Reason.NOBODY_FITS,
        Reason.ANSWER_OVERDUE,
    }
)
"""Settled as soon as somebody new was chosen."""

OF_A_HANDOVER = frozenset({Reason.HANDOVER_OVERDUE, Reason.RECEIVER_PAUSED})
"""Settled when that handover ends, in whatever way."""


@dataclass(frozen=True)
class Claim:
    """A coordinator is working on it, until a moment: who is absent holds nothing up (REG-02)."""

    coordinator: str
    until: datetime


@dataclass(frozen=True)
class Place:
    """Where something stands: whose list, since when for which reasons, and who is working on it.

    ``about``: a part or a pilot-light check of the case, a consent that expires soon, or a review.
    """

    about: UUID
    organisation: str
    since: tuple[tuple[Reason, datetime], ...]
    claim: Claim | None = None

    @property
    def reasons(self) -> frozenset[Reason]:
        return frozenset(reason for reason, _ in self.since)

    def also_for(self, reason: Reason, since: datetime) -> Place:
        """The place with one more reason; a reason that it had keeps its moment."""
        if reason in self.reasons:
            return self
        return replace(self, since=(*self.since, (reason, since)))

    def no_longer_for(self, reasons: frozenset[Reason]) -> Place | None:
        """The place without these reasons, or nothing when none is left."""
        left = tuple(each for each in self.since if each[0] not in reasons)
        return replace(self, since=left) if left else None
