"""What intake does because of what others tell."""

from __future__ import annotations

from chassis.inbox.heard import Effects, Heard, Subscriptions
from chassis.store.store import Store
from contracts.casefile import CaseOpened, PersonalDataErased
from intake.domain.forgotten import Forgotten
from intake.domain.request import Request


class Hearing:
    """The subscribers; each turns one message into one decision."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def subscriptions(self) -> Subscriptions:
        """What is heard of casefile."""
        return {
            CaseOpened: self.end_the_waiting_for_the_case,
            PersonalDataErased: self.keep_that_somebody_was_erased,
        }

    def keep_that_somebody_was_erased(self, heard: Heard[PersonalDataErased]) -> Effects:
        """CON-17, AVG 19; heard again, nothing changes."""
        event = heard.event
        if self._store.find(Forgotten, Forgotten.id_of(event.person, event.capacity)) is not None:
            return Effects()
        recorded = Forgotten.record(
            event.person,
            event.capacity,
            erasure_id=event.erasure_id,
            erased_at=event.erased_at,
            now=heard.now,
        )
        return Effects([recorded])

    def end_the_waiting_for_the_case(self, heard: Heard[CaseOpened]) -> Effects:
        """The answer to SupportAccepted. A case that began elsewhere is not ours to wait for."""
        request = self._store.find(Request, heard.envelope.subject)
        if request is None:
            return Effects()
        request.hear_case_opened(opened_at=heard.event.opened_at, now=heard.now)
        return Effects([request])
