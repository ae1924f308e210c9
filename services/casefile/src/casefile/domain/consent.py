"""Consent of one person in one capacity: an aggregate of its own, that exists with and without a case (§6).

A resident, a carer, a partner are different persons, each with their own (INT-05). Every change is a fact of
its own; history stays (CON-04). What a case must do because of it, the case decides (``consents``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from casefile.domain.consent_errors import (
    ConsentEndsInThePast,
    ConsentInTheFuture,
    ConsentIsOver,
    ConsentNotNarrower,
    ConsentRecordedAlready,
    ConsentUnknown,
)
from casefile.domain.consent_reviews import ConsentReviews
from casefile.domain.consent_terms import Because, Permission, Proof, Recorded, Scope, Terms
from casefile.domain.representation import Represented
from chassis.aggregates import Created, DomainEvent, event

_CONSENTS = UUID("9d9f3e2c-6f6f-4b52-8a6f-0a5d3c1de0a4")


class Consent(Represented, ConsentReviews):
    """Given, refused, narrowed, withdrawn, expired, recorded in error (CON-03, CON-04, AVG article 7)."""

    TOPIC = "casefile:Consent"

    class Begun(Created):
        """The first that is recorded about this person's consent."""

        TOPIC = "casefile:Consent.Begun"
        person: UUID
        capacity: str
        organisation: str

    class CaseEntered(DomainEvent):
        """A case of this person was opened, on the list of this organisation."""

        TOPIC = "casefile:Consent.CaseEntered"
        case_id: UUID
        organisation: str

    class Given(DomainEvent):
        """The person agrees to these terms, shown in that text."""

        TOPIC = "casefile:Consent.Given"
        consent_id: UUID
        terms: Terms
        proof: Proof
        remind_at: datetime | None

    class Refused(DomainEvent):
        """The person does not agree. Nothing follows from it: support goes on as it was (AVG 7 (4))."""

        TOPIC = "casefile:Consent.Refused"
        refusal_id: UUID
        terms: Terms
        recorded: Recorded

    class Narrowed(DomainEvent):
        """The person agrees to less from now on."""

        TOPIC = "casefile:Consent.Narrowed"
        consent_id: UUID
        terms: Terms
        recorded: Recorded
        remind_at: datetime | None

    class Withdrawn(DomainEvent):
        """The person no longer agrees. No reason is asked, nor kept."""

        TOPIC = "casefile:Consent.Withdrawn"
        consent_id: UUID
        terms: Terms
        recorded: Recorded

    class Expired(DomainEvent):
        """Its time passed, or (``asked_anew``) a closed case was opened again."""

        TOPIC = "casefile:Consent.Expired"
        consent_id: UUID
        terms: Terms
        because: Because

    class RecordedInError(DomainEvent):
        """It was never given."""

        TOPIC = "casefile:Consent.RecordedInError"
        consent_id: UUID
        terms: Terms
        recorded: Recorded

    @staticmethod
    def id_of(person: UUID, capacity: str) -> UUID:
        """The same for the same person and capacity."""
        return uuid5(_CONSENTS, f"{person}|{capacity}")

    @classmethod
    def begin_for(cls, person: UUID, capacity: str, organisation: str, now: datetime) -> Consent:
        """Nothing was recorded about this person's consent before; ``organisation``: which one does (``-``:
        the person).
        """
        return cls.begin(
            cls.id_of(person, capacity),
            cls.Begun,
            now=now,
            person=person,
            capacity=capacity,
            organisation=organisation,
        )

    @property
    def subject_id(self) -> UUID:
        """The person."""
        return self.person

    def enter_case(self, case_id: UUID, organisation: str, now: datetime) -> None:
        """This person is the resident of a case; nothing when that was known."""
        if case_id not in self.cases:
            self.happened(self.CaseEntered, now=now, case_id=case_id, organisation=organisation)

    def give(
        self,
        consent_id: UUID,
        terms: Terms,
        proof: Proof,
        now: datetime,
        *,
        remind_at: datetime | None = None,
    ) -> None:
        """The person agrees. ``remind_at``: so that somebody asks in time whether it goes on.

        Raises ConsentRecordedAlready, ConsentEndsInThePast, ConsentInTheFuture.
        """
        if proof.given_at > now:
            raise ConsentInTheFuture
        if not terms.scope.in_force(now):
            raise ConsentEndsInThePast
        for other in self.permissions.values():
            known = other.in_force(now) and other.terms.same_but_for_scope(terms)
            if known and terms.scope.within(other.terms.scope):
                raise ConsentRecordedAlready
        self.happened(
            self.Given,
            now=now,
            consent_id=consent_id,
            terms=terms,
            proof=proof,
            remind_at=remind_at if remind_at and remind_at > now else None,
        )

    def refuse(self, refusal_id: UUID, terms: Terms, recorded: Recorded, now: datetime) -> None:
        """The person was asked and said no; what was given before stays until it is withdrawn."""
        self.happened(self.Refused, now=now, refusal_id=refusal_id, terms=terms, recorded=recorded)

    def narrow(
        self,
        consent_id: UUID,
        scope: Scope,
        recorded: Recorded,
        now: datetime,
        *,
        remind_at: datetime | None = None,
    ) -> Terms:
        """Fewer parts or data, or a shorter time (CON-03); what it says from now on.

        Raises ConsentUnknown, ConsentIsOver, ConsentNotNarrower, ConsentEndsInThePast.
        """
        known = self._running(consent_id, now)
        if scope == known.terms.scope or not scope.within(known.terms.scope):
            raise ConsentNotNarrower
        if not scope.in_force(now):
            raise ConsentEndsInThePast
        terms = known.terms.narrowed(scope)
        self.happened(
            self.Narrowed,
            now=now,
            consent_id=consent_id,
            terms=terms,
            recorded=recorded,
            remind_at=remind_at if remind_at and remind_at > now else None,
        )
        return terms

    def withdraw(self, consent_id: UUID, recorded: Recorded, now: datetime) -> None:
        """The person no longer agrees; at once (CON-04). Raises ConsentUnknown, ConsentIsOver."""
        known = self._running(consent_id, now)
        self.happened(self.Withdrawn, now=now, consent_id=consent_id, terms=known.terms, recorded=recorded)

    def expire(self, consent_id: UUID, now: datetime) -> bool:
        """Its time passed. Nothing (False) when it ended otherwise, or has time left."""
        known = self.permissions.get(consent_id)
        if known is None or known.over or known.terms.scope.in_force(now):
            return False
        self._expire(known, "expired", now)
        return True

    def lapse(self, consent_ids: Sequence[UUID], now: datetime) -> None:
        """A case was opened again: these are asked anew (WAA-07)."""
        for consent_id in consent_ids:
            known = self.permissions.get(consent_id)
            if known and not known.over:
                self._expire(known, "asked_anew", now)

    def record_in_error(
        self,
        consent_id: UUID,
        recorded: Recorded,
        *,
        review_id: UUID,
        opened_by: str,
        looks: Sequence[UUID],
        now: datetime,
    ) -> None:
        """It was never given. Every look that was made under it is reviewed by somebody else.

        Also for one that is over: looks were made while it seemed in force. Raises ConsentUnknown, and
        ConsentIsOver when that was recorded before.
        """
        known = self.permission(consent_id)
        if known.over == "recorded_in_error":
            raise ConsentIsOver
        self.happened(
            self.RecordedInError, now=now, consent_id=consent_id, terms=known.terms, recorded=recorded
        )
        self._open_review(review_id, consent_id, opened_by, looks, now)

    def permission(self, consent_id: UUID) -> Permission:
        """Raises ConsentUnknown."""
        known = self.permissions.get(consent_id)
        if known is None:
            raise ConsentUnknown
        return known

    def general(self, at: datetime) -> tuple[Permission, ...]:
        """Those in force for every case of this person."""
        return tuple(
            each for each in self.permissions.values() if each.in_force(at) and each.terms.case_id is None
        )

    def touched(self, terms: Terms) -> tuple[UUID, ...]:
        """The person's own cases in which something follows; none in somebody else's (INT-05)."""
        if terms.case_id is None:
            return self.cases
        return (terms.case_id,) if terms.case_id in self.cases else ()

    def _running(self, consent_id: UUID, now: datetime) -> Permission:
        known = self.permission(consent_id)
        if not known.in_force(now):
            raise ConsentIsOver
        return known

    def _expire(self, known: Permission, because: Because, now: datetime) -> None:
        self.happened(self.Expired, now=now, consent_id=known.consent_id, terms=known.terms, because=because)

    @event(Begun)
    def __init__(self, person: UUID, capacity: str) -> None:
        self.person, self.capacity = person, capacity
        self.cases = ()
        self.permissions, self.representations, self.reviews = {}, {}, {}

    @event(CaseEntered)
    def _case_entered(self, case_id: UUID) -> None:
        self.cases = (*self.cases, case_id)

    @event(Given)
    def _given(self, consent_id: UUID, terms: Terms, proof: Proof) -> None:
        self.permissions[consent_id] = Permission(consent_id, terms, proof)

    @event(Refused)
    def _refused(self) -> None:
        """Nothing follows from it."""

    @event(Narrowed)
    def _narrowed(self, consent_id: UUID, terms: Terms) -> None:
        self.permissions[consent_id] = replace(self.permissions[consent_id], terms=terms)

    @event(Withdrawn)
    def _withdrawn(self, consent_id: UUID) -> None:
        self._over(consent_id, "withdrawn")

    @event(Expired)
    def _expired(self, consent_id: UUID, because: Because) -> None:
        self._over(consent_id, because)

    @event(RecordedInError)
    def _recorded_in_error(self, consent_id: UUID) -> None:
        self._over(consent_id, "recorded_in_error")

    def _over(self, consent_id: UUID, because: Because) -> None:
        self.permissions[consent_id] = replace(self.permissions[consent_id], over=because)
