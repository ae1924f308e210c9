"""How somebody is called and can be reached without harm: per person, apart from what happens in a case.

Names, numbers and ways stand here sealed; a change is a new fact with all of them, so that the last one says
how it is now (AVG art. 16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from chassis.aggregates import Aggregate, Created, DomainEvent, event
from chassis.sealing import Sealed


@dataclass(frozen=True)
class Details:
    """All that is known of somebody; what is unknown or was taken back is None."""

    name: Sealed | None = None
    phone: Sealed | None = None
    safe_contact: Sealed | None = None


class ContactDetails(Aggregate):
    """The details of one person, told in the case through which that person is known here."""

    TOPIC = "casefile:ContactDetails"

    case_id: UUID
    person: UUID
    details: Details

    class Noted(Created):
        """They came with the resident's yes."""

        TOPIC = "casefile:ContactDetails.Noted"
        case_id: UUID
        person: UUID
        details: Details

    class Changed(DomainEvent):
        """Somebody in that role changed them, or took something back."""

        TOPIC = "casefile:ContactDetails.Changed"
        person: UUID
        details: Details
        changed_by_role: str

    @staticmethod
    def id_of(person: UUID) -> UUID:
        """The stream of a person's details."""
        return uuid5(person, "contact details")

    @classmethod
    def note(cls, person: UUID, case_id: UUID, details: Details, now: datetime) -> ContactDetails:
        """Keep what was told."""
        return cls.begin(
            cls.id_of(person), cls.Noted, now=now, case_id=case_id, person=person, details=details
        )

    @property
    def subject_id(self) -> UUID:
        """The case: who may see it as far as contact goes may see these."""
        return self.case_id

    def change(self, details: Details, *, by_role: str, now: datetime) -> None:
        """From now on it is this; nothing when it is what it was."""
        if details != self.details:
            self.happened(self.Changed, now=now, person=self.person, details=details, changed_by_role=by_role)

    @event(Noted)
    def __init__(self, case_id: UUID, person: UUID, details: Details) -> None:
        self.case_id, self.person, self.details = case_id, person, details

    @event(Changed)
    def _changed(self, details: Details) -> None:
        self.details = details
