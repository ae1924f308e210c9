"""What people told, sealed before anything decides on it, and opened again for one answer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from chassis.erasure.shown import shown_each
from chassis.sealing import Capacity, Sealed, Sealer
from contracts.safe_contact import SafeContact
from intake.commands import AgreedPart, ReceiveRequest
from intake.domain.agreement import AskedPart
from intake.domain.people import Relation, Requester, Resident

_CAPACITIES: dict[Relation, Capacity] = {
    Relation.RESIDENT: "resident",
    Relation.CLOSE_PERSON: "carer",
    Relation.PROFESSIONAL: "employee",
}


class Sealing:
    """Seals under the data key of the person whom a value is about.

    A note or question that mentions others too is the resident's: it goes when the resident's key goes.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def of_resident(self, person: UUID, field: str, text: str | None) -> Sealed | None:
        """A value of the resident, or None when nothing was told."""
        return self._of(person, "resident", field, text)

    def safe_contact(self, person: UUID, told: SafeContact | None) -> Sealed | None:
        """How the resident is safely reached: one value, so that no part of it tells anything."""
        return self.of_resident(person, "safe_contact", told.text() if told else None)

    def people(self, asked: ReceiveRequest) -> tuple[Resident, Requester]:
        """Who is helped and who asks: two persons with ids of their own, or one (INT-04)."""
        person, relation = uuid4(), asked.requester.relation
        resident = Resident(
            person=person,
            name=self.of_resident(person, "name", asked.resident.name),
            phone=self.of_resident(person, "phone", asked.resident.phone),
            safe_contact=self.safe_contact(person, asked.resident.safe_contact),
        )
        asker, capacity = person if relation is Relation.RESIDENT else uuid4(), _CAPACITIES[relation]
        requester = Requester(
            person=asker,
            relation=relation,
            name=self._of(asker, capacity, "requester.name", asked.requester.name),
            phone=self._of(asker, capacity, "requester.phone", asked.requester.phone),
        )
        return resident, requester

    def part(self, person: UUID, agreed: AgreedPart) -> AskedPart:
        """A part with an id of its own."""
        part_id = uuid4()
        return AskedPart(
            part_id=part_id,
            question=self._sealer.seal(person, "resident", "part.question", agreed.question, uuid4()),
            done_when=self._sealer.seal(person, "resident", "part.done_when", agreed.done_when, uuid4()),
            life_domains=tuple(agreed.life_domains),
            formality=agreed.formality,
        )

    def opened(self, values: Sequence[Sealed | None]) -> list[str | None]:
        """The texts, in order, with one question to the key ring; None for what is absent or erased."""
        there = [value for value in values if value is not None]
        texts = iter(self._sealer.open_many(there) if there else [])
        return [None if value is None else next(texts) for value in values]

    def opened_each(self, values: Sequence[Sealed | None]) -> list[str | None]:
        """For a page: "gewist" for what was erased; one that is broken is logged and left out."""
        return shown_each(self._sealer, values)

    def _of(self, person: UUID, capacity: Capacity, field: str, text: str | None) -> Sealed | None:
        return None if text is None else self._sealer.seal(person, capacity, field, text, uuid4())
