"""Who speaks for a person: recorded by the coordination, which saw the paper that says so."""

from __future__ import annotations

from uuid import UUID, uuid4

from casefile.application.about_person import AboutPerson, At
from casefile.application.deciding import Answer
from casefile.commands.consents import RecordRepresentation
from casefile.domain.consent_errors import RepresentationUnknown
from chassis.signin import Caller


class Representing(AboutPerson):
    """Nobody makes themselves a representative."""

    def record_representation(self, caller: Caller, person: UUID, asked: RecordRepresentation) -> Answer:
        """Somebody speaks for this person; the paper that says so was seen."""
        representation_id = uuid4()

        def step(at: At) -> Answer:
            at.consent.record_representation(
                representation_id,
                asked.representative,
                asked.kind,
                valid_from=asked.valid_from or at.now,
                valid_until=asked.valid_until,
                recorded=at.recorded,
                now=at.now,
            )
            at.follows.represented(representation_id)
            return {"representationId": str(representation_id), "personId": str(person)}

        return self._apply(caller, person, asked, step, "recordRepresentation")

    def end_representation(self, caller: Caller, person: UUID, representation_id: UUID) -> Answer:
        """They speak for this person no longer."""

        def step(at: At) -> Answer:
            at.consent.end_representation(representation_id, at.recorded, at.now)
            at.follows.represented_no_longer(representation_id)
            return {"representationId": str(representation_id), "personId": str(person)}

        return self._apply_to(
            caller,
            person,
            representation_id,
            step,
            action="recordRepresentation",
            among="representations",
            absent=RepresentationUnknown,
        )
