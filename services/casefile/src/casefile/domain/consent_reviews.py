"""What follows when a consent turns out never to have been given: every look under it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casefile.domain.consent_errors import ReviewIsDecided, ReviewNeedsAnotherPerson, ReviewUnknown
from casefile.domain.consent_state import ConsentState
from casefile.domain.consent_terms import Recorded, Review
from chassis.aggregates import DomainEvent, event


class ConsentReviews(ConsentState):
    """Opened with the correction, decided by another person, never forgotten."""

    class BreachReviewOpened(DomainEvent):
        """These looks (access records) were made under a consent that was never given."""

        TOPIC = "casefile:Consent.BreachReviewOpened"
        review_id: UUID
        consent_id: UUID
        opened_by: str
        looks: tuple[UUID, ...]

    class BreachReviewDecided(DomainEvent):
        """Somebody else judged them; the outcome by code."""

        TOPIC = "casefile:Consent.BreachReviewDecided"
        review_id: UUID
        consent_id: UUID
        outcome: str
        decided_by: str
        recorded: Recorded

    def decide_review(
        self, review_id: UUID, outcome: str, decided_by: str, recorded: Recorded, now: datetime
    ) -> Review:
        """Raises ReviewUnknown, ReviewIsDecided, ReviewNeedsAnotherPerson."""
        review = self.reviews.get(review_id)
        if review is None:
            raise ReviewUnknown
        if review.outcome is not None:
            raise ReviewIsDecided
        if review.opened_by == decided_by:
            raise ReviewNeedsAnotherPerson
        self.happened(
            self.BreachReviewDecided,
            now=now,
            review_id=review_id,
            consent_id=review.consent_id,
            outcome=outcome,
            decided_by=decided_by,
            recorded=recorded,
        )
        return review

    def _open_review(
        self, review_id: UUID, consent_id: UUID, opened_by: str, looks: Sequence[UUID], now: datetime
    ) -> None:
        self.happened(
            self.BreachReviewOpened,
            now=now,
            review_id=review_id,
            consent_id=consent_id,
            opened_by=opened_by,
            looks=tuple(looks),
        )

    @event(BreachReviewOpened)
    def _breach_review_opened(
        self, review_id: UUID, consent_id: UUID, opened_by: str, looks: tuple[UUID, ...]
    ) -> None:
        self.reviews[review_id] = Review(review_id, consent_id, opened_by, looks)

    @event(BreachReviewDecided)
    def _breach_review_decided(self, review_id: UUID, outcome: str) -> None:
        self.reviews[review_id] = replace(self.reviews[review_id], outcome=outcome)
