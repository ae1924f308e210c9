"""A consent that was never given: what it allowed is over, and somebody else judges who looked under it."""

from __future__ import annotations

from uuid import UUID, uuid4

from casefile.application.about_person import CAPACITIES, AboutPerson, At, standing_of
from casefile.application.at_hand import AtHand
from casefile.application.deciding import Answer
from casefile.commands.consents import CorrectConsent, DecideReview
from casefile.domain.consent import Consent
from casefile.domain.consent_errors import ReviewUnknown
from chassis.signin import Caller


class Correcting(AboutPerson):
    """By the coordination."""

    def correct(self, caller: Caller, person: UUID, consent_id: UUID, asked: CorrectConsent) -> Answer:
        """It was never given: what it allowed is over, and every look under it is reviewed."""
        review_id = uuid4()

        def step(at: At) -> Answer:
            cases = at.consent.touched(at.consent.permission(consent_id).terms)
            at.consent.record_in_error(
                consent_id,
                at.recorded,
                review_id=review_id,
                opened_by=at.asker.subject,
                looks=self._looks.under(consent_id, [person, *cases]),
                now=at.now,
            )
            at.follows.ended(consent_id, "recorded_in_error")
            at.follows.look_into_breach(review_id, consent_id)
            return standing_of(at.consent, consent_id) | {"review": review(at.consent, review_id)}

        return self._apply_to(caller, person, consent_id, step, action="correctConsent")

    def decide_review(self, caller: Caller, person: UUID, review_id: UUID, asked: DecideReview) -> Answer:
        """Another person judges who looked."""

        def step(at: At) -> Answer:
            decided = at.consent.decide_review(
                review_id, asked.outcome, at.asker.subject, at.recorded, at.now
            )
            at.follows.breach_looked_into(review_id, decided.consent_id)
            return review(at.consent, review_id)

        return self._apply_to(
            caller,
            person,
            review_id,
            step,
            action="decideBreachReview",
            among="reviews",
            absent=ReviewUnknown,
        )

    def reviews(self, person: UUID) -> list[Answer]:
        """The reviews about this person, with the looks."""
        at_hand = AtHand(self._store)
        found = [at_hand.find_consent(person, capacity) for capacity in CAPACITIES]
        return [review(each, review_id) for each in found if each for review_id in each.reviews]


def review(consent: Consent, review_id: UUID) -> Answer:
    """A review as it stands."""
    one = consent.reviews[review_id]
    return {
        "reviewId": str(review_id),
        "personId": str(consent.person),
        "consentId": str(one.consent_id),
        "looks": [str(look) for look in one.looks],
        "outcome": one.outcome,
    }
