"""Who speaks for a person: recorded with its ground and its time, checked at every consent (design §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casefile.domain.consent_errors import (
    NoRepresentationInForce,
    PersonMustAgreeToo,
    RepresentationIsOver,
    RepresentationUnknown,
    RepresentativeNeeded,
    RepresentsThemselves,
)
from casefile.domain.consent_state import ConsentState
from casefile.domain.consent_terms import Recorded, Representation, Who
from chassis.aggregates import DomainEvent, event


def check_who(needed: Who, given_by: Who) -> None:
    """Whether who consented is who has to; ``needed``: what the network arranged for that age and purpose.

    Who decides alone may still be represented, by a kind that the network allows for adults (a mentor,
    somebody authorised in writing). Raises RepresentativeNeeded, PersonMustAgreeToo.
    """
    if needed != "self" and given_by == "self":
        raise RepresentativeNeeded
    if needed == "together" and given_by == "representative":
        raise PersonMustAgreeToo


class Represented(ConsentState):
    """A representation is a fact with a beginning and an end; a consent given under it stays when it ends."""

    class RepresentationRecorded(DomainEvent):
        """Somebody speaks for this person, of a kind by code; which paper says so was seen."""

        TOPIC = "casefile:Consent.RepresentationRecorded"
        representation_id: UUID
        representative: UUID
        kind: str
        valid_from: datetime
        valid_until: datetime | None
        recorded: Recorded

    class RepresentationEnded(DomainEvent):
        """They speak for this person no longer."""

        TOPIC = "casefile:Consent.RepresentationEnded"
        representation_id: UUID
        representative: UUID
        recorded: Recorded | None

    def record_representation(
        self,
        representation_id: UUID,
        representative: UUID,
        kind: str,
        *,
        valid_from: datetime,
        valid_until: datetime | None,
        recorded: Recorded,
        now: datetime,
    ) -> None:
        """Raises RepresentsThemselves, and RepresentationIsOver for one that has passed already."""
        if representative == self.person:
            raise RepresentsThemselves
        if valid_until is not None and valid_until <= max(valid_from, now):
            raise RepresentationIsOver
        self.happened(
            self.RepresentationRecorded,
            now=now,
            representation_id=representation_id,
            representative=representative,
            kind=kind,
            valid_from=valid_from,
            valid_until=valid_until,
            recorded=recorded,
        )

    def end_representation(self, representation_id: UUID, recorded: Recorded, now: datetime) -> None:
        """Raises RepresentationUnknown, RepresentationIsOver."""
        known = self.representations.get(representation_id)
        if known is None:
            raise RepresentationUnknown
        if known.over:
            raise RepresentationIsOver
        self._end(known, recorded, now)

    def representation_expires(self, representation_id: UUID, now: datetime) -> bool:
        """Its time passed. Nothing (False) when it ended otherwise, or has time left."""
        known = self.representations.get(representation_id)
        if known is None or known.over or known.valid_until is None or now < known.valid_until:
            return False
        self._end(known, None, now)
        return True

    def representation_in_force(self, representation_id: UUID, at: datetime) -> Representation:
        """Raises NoRepresentationInForce."""
        known = self.representations.get(representation_id)
        if known is None or not known.in_force(at):
            raise NoRepresentationInForce
        return known

    def representation_by(self, representative: UUID, at: datetime) -> Representation:
        """The one by which somebody who signed in speaks for this person. Raises NoRepresentationInForce."""
        for known in self.representations.values():
            if known.representative == representative and known.in_force(at):
                return known
        raise NoRepresentationInForce

    def _end(self, known: Representation, recorded: Recorded | None, now: datetime) -> None:
        self.happened(
            self.RepresentationEnded,
            now=now,
            representation_id=known.representation_id,
            representative=known.representative,
            recorded=recorded,
        )

    @event(RepresentationRecorded)
    def _representation_recorded(
        self,
        representation_id: UUID,
        representative: UUID,
        kind: str,
        valid_from: datetime,
        valid_until: datetime | None,
    ) -> None:
        self.representations[representation_id] = Representation(
            representation_id, representative, kind, valid_from, valid_until
        )

    @event(RepresentationEnded)
    def _representation_ended(self, representation_id: UUID) -> None:
        known = self.representations[representation_id]
        self.representations[representation_id] = replace(known, over=True)
