"""The people in cases: how they are called and reached, shown to whom may, and changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from casefile.application.deciding import Answer, Deciding
from casefile.commands import ChangeContactDetails
from casefile.domain.contact_details import ContactDetails, Details
from chassis.access.access import Look
from chassis.sealing import Sealed
from chassis.signin import Caller
from chassis.store.errors import NotFound
from chassis.store.store import Decided
from contracts.safe_contact import SafeContact

CONTACT = "dc_contact"


@dataclass(frozen=True, slots=True)
class Reachable:
    """The details, opened for one answer; None: unknown, taken back or erased."""

    person: UUID
    case_id: UUID
    name: str | None
    phone: str | None
    safe_contact: SafeContact | None
    changed_at: datetime


class People(Deciding):
    """Contact details, per person."""

    def change_contact_details(self, caller: Caller, person: UUID, asked: ChangeContactDetails) -> Answer:
        """From now on it is this. Raises NotFound, and Erased when nobody can be called anything any more."""

        def decide() -> Decided:
            now, known = self.clock.now(), self.store.get(ContactDetails, ContactDetails.id_of(person))
            self.access.changing(caller.asking, "changeContactDetails", known.case_id, resource="Case")
            caller.asking.saw(persons=[person], categories=[CONTACT])
            known.change(self._changed(known, asked), by_role=asked.changed_by_role, now=now)
            changed_at = known.modified_on.isoformat()
            answer = {"personId": str(person), "caseId": str(known.case_id), "changedAt": changed_at}
            return Decided([known] if known.pending() else [], answer)

        return self.store.once(caller, decide)

    def contact_details(self, look: Look, person: UUID) -> Reachable:
        """How to reach somebody, for who may see that of their case. Raises NotFound for others."""
        known = self.store.get(ContactDetails, ContactDetails.id_of(person), conn=look.conn)
        if not look.one(known.case_id, resource="Case").sees_anywhere(CONTACT):
            raise NotFound("contact details")
        look.saw(persons=[person], categories=[CONTACT])
        at = known.details
        name, phone, safe = self.sealing.opened([at.name, at.phone, at.safe_contact])
        return Reachable(
            person,
            known.case_id,
            name,
            phone,
            None if safe is None else SafeContact.read(safe),
            known.modified_on,
        )

    def _changed(self, known: ContactDetails, asked: ChangeContactDetails) -> Details:
        at, given, safe = known.details, asked.model_fields_set, asked.safe_contact

        def sealed(field: str, text: str | None) -> Sealed | None:
            return None if text is None else self.sealing.of_resident(known.person, field, text)

        return Details(
            name=sealed("name", asked.name) if "name" in given else at.name,
            phone=sealed("phone", asked.phone) if "phone" in given else at.phone,
            safe_contact=(
                sealed("safe_contact", safe.text() if safe else None)
                if "safe_contact" in given
                else at.safe_contact
            ),
        )
