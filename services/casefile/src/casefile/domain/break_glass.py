"""Emergency access to a case without a grant: a reason, an hour at most, always looked back on (P20).

One aggregate per person and case holds every opening, so that access is never prolonged in silence. Its
subject is its own: whoever reviews it sees the opening and nothing of the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

from casefile.domain.safeguard_errors import (
    AccessRunsAlready,
    OpeningUnknown,
    ReviewedAlready,
    SomebodyElseReviews,
    TooLong,
)
from chassis.aggregates import Aggregate, Created, DomainEvent, event
from chassis.sealing import Sealed

MOST = timedelta(minutes=60)
"""No network can give more."""

Verdict = Literal["justified", "not_justified"]


class EmergencyReason(StrEnum):
    """Why somebody opens a case that is not theirs."""

    DANGER_TO_RESIDENT = "bg_danger_to_resident"
    DANGER_TO_OTHERS = "bg_danger_to_others"
    CANNOT_CONSENT = "bg_cannot_consent"
    STATUTORY_DUTY = "bg_statutory_duty"


@dataclass(frozen=True)
class Opening:
    """One use of it, until when it worked, and whether somebody looked back."""

    opening_id: UUID
    reason: EmergencyReason
    until: datetime
    review_by: datetime
    overdue: bool = False
    verdict: Verdict | None = None


class BreakGlass(Aggregate):
    """Every time that one person used emergency access to one case.

    ``sealed_for``: under whose key words about it are sealed.
    """

    TOPIC = "casefile:BreakGlass"

    case_id: UUID
    opened_by: str
    organisation: str
    sealed_for: UUID | None
    openings: dict[UUID, Opening]

    class Begun(Created):
        """This person uses it for this case for the first time. ``opened_by``: their sign-in, no name."""

        TOPIC = "casefile:BreakGlass.Begun"
        case_id: UUID
        opened_by: str
        organisation: str

    class Opened(DomainEvent):
        """Access until then. ``given``: false when there was no such case; looked back on all the same.

        ``reviewing``: other organisations whose coordinators may review it, beside the own auditors.
        """

        TOPIC = "casefile:BreakGlass.Opened"
        opening_id: UUID
        case_id: UUID
        role: str
        organisation: str
        reason: EmergencyReason
        words: Sealed
        until: datetime
        review_by: datetime
        reviewing: tuple[str, ...]
        given: bool
        network: str
        network_version: int

    class ReviewOverdue(DomainEvent):
        """Nobody looked back in time; it stays on the list, and says so."""

        TOPIC = "casefile:BreakGlass.ReviewOverdue"
        opening_id: UUID
        case_id: UUID

    class Reviewed(DomainEvent):
        """Somebody else looked back."""

        TOPIC = "casefile:BreakGlass.Reviewed"
        opening_id: UUID
        case_id: UUID
        verdict: Verdict
        reviewed_by: str
        organisation: str
        role: str
        words: Sealed | None

    class BreachReviewOpened(DomainEvent):
        """It was not justified, so it counts as a possible breach until that is decided."""

        TOPIC = "casefile:BreakGlass.BreachReviewOpened"
        opening_id: UUID
        case_id: UUID
        organisation: str

    @staticmethod
    def id_of(case_id: UUID, opened_by: str) -> UUID:
        """The stream of this person for this case."""
        return uuid5(case_id, f"break-glass:{opened_by}")

    @classmethod
    def begin_for(cls, case_id: UUID, opened_by: str, organisation: str, now: datetime) -> BreakGlass:
        """Of somebody who did not use it for this case before."""
        return cls.begin(
            cls.id_of(case_id, opened_by),
            cls.Begun,
            now=now,
            case_id=case_id,
            opened_by=opened_by,
            organisation=organisation,
        )

    def open(
        self,
        opening_id: UUID,
        *,
        role: str,
        organisation: str,
        reason: EmergencyReason,
        words: Sealed,
        until: datetime,
        review_by: datetime,
        reviewing: tuple[str, ...],
        given: bool,
        network: str,
        network_version: int,
        now: datetime,
    ) -> None:
        """Access until then. Raises TooLong, and AccessRunsAlready for the same reason while it runs."""
        if until - now > MOST:
            raise TooLong
        if any(each.until > now and each.reason is reason for each in self.openings.values()):
            raise AccessRunsAlready
        self.happened(
            self.Opened,
            now=now,
            opening_id=opening_id,
            case_id=self.case_id,
            role=role,
            organisation=organisation,
            reason=reason,
            words=words,
            until=until,
            review_by=review_by,
            reviewing=reviewing,
            given=given,
            network=network,
            network_version=network_version,
        )

    def review(
        self,
        opening_id: UUID,
        verdict: Verdict,
        *,
        reviewed_by: str,
        organisation: str,
        role: str,
        words: Sealed | None,
        now: datetime,
    ) -> None:
        """Look back; not justified opens a breach review.

        Raises OpeningUnknown, ReviewedAlready, SomebodyElseReviews.
        """
        opening = self.opening(opening_id)
        if reviewed_by == self.opened_by:
            raise SomebodyElseReviews
        if opening.verdict is not None:
            raise ReviewedAlready
        self.happened(
            self.Reviewed,
            now=now,
            opening_id=opening_id,
            case_id=self.case_id,
            verdict=verdict,
            reviewed_by=reviewed_by,
            organisation=organisation,
            role=role,
            words=words,
        )
        if verdict == "not_justified":
            self.happened(
                self.BreachReviewOpened,
                now=now,
                opening_id=opening_id,
                case_id=self.case_id,
                organisation=self.organisation,
            )

    def review_fell_overdue(self, opening_id: UUID, now: datetime) -> None:
        """The term passed. Nothing when it was reviewed, or said before."""
        opening = self.openings.get(opening_id)
        if opening and opening.verdict is None and not opening.overdue and opening.review_by <= now:
            self.happened(self.ReviewOverdue, now=now, opening_id=opening_id, case_id=self.case_id)

    def opening(self, opening_id: UUID) -> Opening:
        """Raises OpeningUnknown."""
        found = self.openings.get(opening_id)
        if found is None:
            raise OpeningUnknown
        return found

    @event(Begun)
    def __init__(self, case_id: UUID, opened_by: str, organisation: str) -> None:
        self.case_id, self.opened_by, self.organisation = case_id, opened_by, organisation
        self.openings, self.sealed_for = {}, None

    @event(Opened)
    def _opened(
        self,
        opening_id: UUID,
        reason: EmergencyReason,
        words: Sealed,
        until: datetime,
        review_by: datetime,
    ) -> None:
        self.sealed_for = words.person
        self.openings[opening_id] = Opening(opening_id, reason, until, review_by)

    @event(ReviewOverdue)
    def _review_overdue(self, opening_id: UUID) -> None:
        self.openings[opening_id] = replace(self.openings[opening_id], overdue=True)

    @event(Reviewed)
    def _reviewed(self, opening_id: UUID, verdict: Verdict) -> None:
        self.openings[opening_id] = replace(self.openings[opening_id], verdict=verdict)

    @event(BreachReviewOpened)
    def _breach_review_opened(self) -> None:
        """Decided elsewhere."""
