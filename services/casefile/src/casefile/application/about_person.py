"""How every command about a person's consent goes: decided on, with the person's cases, in one save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from casefile.application.at_hand import AtHand
from casefile.application.consequences import Consequences
from casefile.application.deciding import Answer
from casefile.application.looks import Looks
from casefile.commands.consents import OfPerson
from casefile.domain.consent import Consent
from casefile.domain.consent_errors import ConsentUnknown
from casefile.domain.consent_terms import Recorded
from casefile.networks import Networks
from chassis.access.access import Access
from chassis.aggregates import Refused
from chassis.clock import Clock
from chassis.signin import Caller, Principal
from chassis.store.store import Decided, Store

CAPACITIES = ("resident", "carer")
RECORD, FILE = "recordConsent", "PersonFile"


@dataclass(frozen=True, slots=True)
class At:
    """What a decision is taken on."""

    at_hand: AtHand
    consent: Consent
    asker: Principal
    now: datetime

    @property
    def follows(self) -> Consequences:
        return Consequences(self.at_hand, self.consent, self.now)

    @property
    def recorded(self) -> Recorded:
        return Recorded(self.asker.role, self.asker.organisation)


class AboutPerson:
    """Who may, is for the policies to say; what may be, for the aggregates."""

    def __init__(self, store: Store, networks: Networks, looks: Looks, clock: Clock, access: Access) -> None:
        self._store, self._networks, self._looks = store, networks, looks
        self._clock, self._access = clock, access

    def _apply(
        self,
        caller: Caller,
        person: UUID,
        asked: OfPerson,
        step: Callable[[At], dict[str, Any]],
        action: str = RECORD,
    ) -> Answer:
        capacity, case_id = asked.capacity, asked.case_id

        def decide() -> Decided:
            at_hand, now, asker = AtHand(self._store), self._clock.now(), caller.principal
            known = at_hand.find_consent(person, capacity)
            themselves = asker.represents is None and asker.person == person
            if case_id is not None and (known is None or case_id not in known.cases) and not themselves:
                self._allows(caller, RECORD, case_id, "Case")
            if known:
                self._allows(caller, action, person, FILE)
            else:
                self._allows(caller, RECORD, None, "Organisation", themselves=themselves)
            caller.asking.saw(persons=[person])
            consent = known or at_hand.consent(person, capacity, asker.organisation, now)
            answer = step(At(at_hand, consent, asker, now))
            return Decided(at_hand.changed(), answer)

        return self._store.once(caller, decide)

    def _apply_to(
        self,
        caller: Caller,
        person: UUID,
        what: UUID,
        step: Callable[[At], dict[str, Any]],
        *,
        action: str = RECORD,
        among: str = "permissions",
        absent: type[Refused] = ConsentUnknown,
    ) -> Answer:
        def decide() -> Decided:
            at_hand, now = AtHand(self._store), self._clock.now()
            self._allows(caller, action, person, FILE)
            caller.asking.saw(persons=[person])
            found = [at_hand.find_consent(person, capacity) for capacity in CAPACITIES]
            consent = next((each for each in found if each and what in getattr(each, among)), None)
            if consent is None:
                raise absent
            answer = step(At(at_hand, consent, caller.principal, now))
            return Decided(at_hand.changed(), answer)

        return self._store.once(caller, decide)

    def _allows(
        self, caller: Caller, action: str, subject: UUID | None, resource: str, *, themselves: bool = False
    ) -> None:
        """Raises NotAllowed."""
        allows = partial(self._access.changing, caller.asking, action, subject, resource=resource)
        if action == RECORD:
            allows(themselves=themselves)
        else:
            allows()


def standing_of(consent: Consent, consent_id: UUID) -> Answer:
    known = consent.permission(consent_id)
    terms, scope = known.terms, known.terms.scope
    return {
        "consentId": str(consent_id),
        "personId": str(consent.person),
        "purpose": terms.purpose,
        "party": {"kind": terms.party.kind, "id": terms.party.id},
        "caseIds": [str(each) for each in consent.touched(terms)],
        "partIds": [str(each) for each in scope.part_ids],
        "dataCategories": list(scope.categories),
        "validUntil": scope.valid_until.isoformat() if scope.valid_until else None,
        "state": known.over or "in_force",
    }
