"""What intake does because of what others tell."""

from __future__ import annotations

from chassis.inbox.heard import Effects, Heard, Subscriptions
from chassis.store.store import Store
from contracts.casefile import CaseOpened
from intake.domain.request import Request


class Hearing:
    """The subscribers; each turns one message into one decision."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def subscriptions(self) -> Subscriptions:
        """What is heard of casefile."""
        return {CaseOpened: self.end_the_waiting_for_the_case}

    def end_the_waiting_for_the_case(self, heard: Heard[CaseOpened]) -> Effects:
        """The answer to SupportAccepted. A case that began elsewhere is not ours to wait for."""
        request = self._store.find(Request, heard.envelope.subject)
        if request is None:
            return Effects()
        request.hear_case_opened(opened_at=heard.event.opened_at, now=heard.now)
        return Effects([request])
