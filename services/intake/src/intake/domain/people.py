"""Who asks, and whom it is about: two persons until proven one (INT-04)."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.sealing import Sealed
from intake.domain import errors


class Relation(StrEnum):
    """How the person who asks is related to the resident."""

    RESIDENT = "resident"
    CLOSE_PERSON = "close_person"
    PROFESSIONAL = "professional"


class Resident(BaseModel):
    """The person whom the support is for. A carer can be that person (INT-05).

    ``person`` is a random id, minted where the person is first met. Name, phone and how they are safely
    reached are sealed; each may be unknown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: UUID
    name: Sealed | None = None
    phone: Sealed | None = None
    safe_contact: Sealed | None = None


class Requester(BaseModel):
    """The person who asks: the resident, somebody close to them, or a professional.

    For the resident the details stand in ``Resident`` alone, under the same person id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: UUID
    relation: Relation
    name: Sealed | None = None
    phone: Sealed | None = None

    def must_fit(self, resident: Resident) -> None:
        """The resident asks, or somebody else does: never something in between.

        Raises RequesterIsSomebodyElse.
        """
        asks_for_self = self.relation is Relation.RESIDENT
        if asks_for_self != (self.person == resident.person) or (asks_for_self and (self.name or self.phone)):
            raise errors.RequesterIsSomebodyElse
