"""Who speaks for the resident in this case, because of a representation in force (``representation``)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casefile.domain.case_state import CaseState
from chassis.aggregates import DomainEvent, event


class Representatives(CaseState):
    """They see the resident's own file while the representation lasts, and not a moment longer."""

    class RepresentativeAllowed(DomainEvent):
        """This person speaks for the resident, of a kind by code."""

        TOPIC = "casefile:CaseFile.RepresentativeAllowed"
        representation_id: UUID
        representative: UUID
        kind: str
        valid_from: datetime
        valid_until: datetime | None

    class RepresentativeEnded(DomainEvent):
        """They speak for the resident no longer."""

        TOPIC = "casefile:CaseFile.RepresentativeEnded"
        representation_id: UUID
        representative: UUID

    def allow_representative(
        self,
        representation_id: UUID,
        representative: UUID,
        kind: str,
        valid_from: datetime,
        valid_until: datetime | None,
        now: datetime,
    ) -> None:
        """Nothing when that was known."""
        if representation_id not in self.representatives:
            self.happened(
                self.RepresentativeAllowed,
                now=now,
                representation_id=representation_id,
                representative=representative,
                kind=kind,
                valid_from=valid_from,
                valid_until=valid_until,
            )

    def end_representative(self, representation_id: UUID, now: datetime) -> None:
        """Nothing when it is not known here."""
        representative = self.representatives.get(representation_id)
        if representative is not None:
            self.happened(
                self.RepresentativeEnded,
                now=now,
                representation_id=representation_id,
                representative=representative,
            )

    @event(RepresentativeAllowed)
    def _representative_allowed(self, representation_id: UUID, representative: UUID) -> None:
        self.representatives[representation_id] = representative

    @event(RepresentativeEnded)
    def _representative_ended(self, representation_id: UUID) -> None:
        del self.representatives[representation_id]
