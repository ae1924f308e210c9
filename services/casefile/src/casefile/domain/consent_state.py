"""What is remembered about a person's consent."""

from __future__ import annotations

from uuid import UUID

from casefile.domain.consent_terms import Permission, Representation, Review
from chassis.aggregates import Aggregate


class ConsentState(Aggregate):
    """``organisations``: those that recorded something here, or on whose list a case of the person stands."""

    person: UUID
    capacity: str
    cases: tuple[UUID, ...]
    organisations: tuple[str, ...]
    permissions: dict[UUID, Permission]
    representations: dict[UUID, Representation]
    reviews: dict[UUID, Review]

    def _known_to(self, organisation: str) -> None:
        if organisation != "-" and organisation not in self.organisations:
            self.organisations = (*self.organisations, organisation)
