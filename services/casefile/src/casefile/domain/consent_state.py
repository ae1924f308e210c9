"""What is remembered about a person's consent."""

from __future__ import annotations

from uuid import UUID

from casefile.domain.consent_terms import Permission, Representation, Review
from chassis.aggregates import Aggregate


class ConsentState(Aggregate):
    """``cases``: those of which this person is the resident."""

    person: UUID
    capacity: str
    cases: tuple[UUID, ...]
    permissions: dict[UUID, Permission]
    representations: dict[UUID, Representation]
    reviews: dict[UUID, Review]
