"""What people say about consent: recorded, with all that follows in one save (CON-03, CON-04, AVG article 7).

Whatever a resident can do here themselves, a supporter can do on their instruction, and it is recorded so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from casefile.application.at_hand import AtHand
from casefile.application.consequences import Consequences
from casefile.application.deciding import Answer
from casefile.application.looks import Looks
from casefile.commands.consents import (
    CorrectConsent,
    DecideReview,
    GiveConsent,
    NarrowConsent,
    OfPerson,
    RecordRepresentation,
    RefuseConsent,
)
from casefile.domain.consent import Consent
from casefile.domain.consent_errors import (
    CaseOfAnotherPerson,
    ConsentUnknown,
    PartyOutsideCovenant,
    RepresentationKindNotHere,
    RepresentationUnknown,
    ReviewUnknown,
    WayDoesNotFit,
)
from casefile.domain.consent_terms import Party, Proof, Recorded, Scope, Terms, Who
from casefile.domain.representation import check_who
from casefile.networks import Agreements, Networks
from casefile.views.words import Words
from chassis.access.access import Access
from chassis.aggregates import Refused
from chassis.clock import Clock
from chassis.signin import Caller, Principal
from chassis.store.errors import NotFound
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


class Consenting:
    """Each raises NotFound and what the rule of that name in the domain raises."""

    def __init__(self, store: Store, networks: Networks, looks: Looks, clock: Clock, access: Access) -> None:
        self._store, self._networks, self._looks = store, networks, looks
        self._clock, self._access = clock, access

    def give(self, caller: Caller, person: UUID, asked: GiveConsent) -> Answer:
        """The person agrees, to a text that is in force."""
        consent_id = uuid4()

        def step(at: At) -> Answer:
            network = self._network(at, asked.case_id, asked.network)
            text = network.text_in_force(asked.text.id, asked.text.sha256, asked.purpose, at.now)
            terms = self._terms(at, asked, network)
            proof = Proof(
                text,
                asked.way,
                asked.given_at or at.now,
                at.recorded,
                *self._who(at, asked, network),
            )
            _check_way(asked.way, at.asker, proof.who)
            until = terms.scope.valid_until
            at.consent.give(
                consent_id, terms, proof, at.now, remind_at=until and until - network.consent_reminder_before
            )
            at.follows.given(consent_id, terms)
            return _standing(at.consent, consent_id)

        return self._apply(caller, person, asked, step)

    def refuse(self, caller: Caller, person: UUID, asked: RefuseConsent) -> Answer:
        """The person was asked and does not agree; support goes on."""
        refusal_id = uuid4()

        def step(at: At) -> Answer:
            party = Party(asked.party.kind, asked.party.id)
            terms = Terms(asked.purpose, party, asked.case_id, capacity=asked.capacity)
            at.consent.refuse(refusal_id, terms, at.recorded, at.now)
            at.follows.refused(terms)
            return {"refusalId": str(refusal_id), "personId": str(person)}

        return self._apply(caller, person, asked, step)

    def narrow(self, caller: Caller, person: UUID, consent_id: UUID, asked: NarrowConsent) -> Answer:
        """Fewer parts or data, or a shorter time."""

        def step(at: At) -> Answer:
            known = at.consent.permission(consent_id)
            was = known.terms.scope
            scope = Scope(
                was.part_ids if asked.part_ids is None else tuple(asked.part_ids),
                was.categories if asked.data_categories is None else tuple(asked.data_categories),
                asked.valid_until or was.valid_until,
            )
            until, before = scope.valid_until, self._reminder(at, known.terms)
            terms = at.consent.narrow(
                consent_id, scope, at.recorded, at.now, remind_at=until and before and until - before
            )
            at.follows.narrowed(consent_id, scope, terms)
            return _standing(at.consent, consent_id)

        return self._apply_to(caller, person, consent_id, step)

    def withdraw(self, caller: Caller, person: UUID, consent_id: UUID) -> Answer:
        """The person no longer agrees: one step, no reason, and everything it allowed is over (CON-04)."""

        def step(at: At) -> Answer:
            at.follows.withdraw(consent_id, at.recorded)
            return _standing(at.consent, consent_id)

        return self._apply_to(caller, person, consent_id, step)

    def correct(self, caller: Caller, person: UUID, consent_id: UUID, asked: CorrectConsent) -> Answer:
        """It was never given: what it allowed is over, and every look under it is reviewed."""
        review_id = uuid4()

        def step(at: At) -> Answer:
            cases = at.consent.touched(at.consent.permission(consent_id).terms)
            at.consent.record_in_error(
                consent_id,
                at.recorded,
                review_id=review_id,
                opened_by=at.asker.subject,
                looks=self._looks.under(consent_id, [person, *cases]),
                now=at.now,
            )
            at.follows.ended(consent_id, "recorded_in_error")
            at.follows.look_into_breach(review_id, consent_id)
            return _standing(at.consent, consent_id) | {"review": review(at.consent, review_id)}

        return self._apply_to(caller, person, consent_id, step, action="correctConsent")

    def decide_review(self, caller: Caller, person: UUID, review_id: UUID, asked: DecideReview) -> Answer:
        """Another person judges who looked."""

        def step(at: At) -> Answer:
            decided = at.consent.decide_review(
                review_id, asked.outcome, at.asker.subject, at.recorded, at.now
            )
            at.follows.breach_looked_into(review_id, decided.consent_id)
            return review(at.consent, review_id)

        return self._apply_to(
            caller,
            person,
            review_id,
            step,
            action="decideBreachReview",
            among="reviews",
            absent=ReviewUnknown,
        )

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

    def reviews(self, person: UUID) -> list[Answer]:
        """The reviews about this person, with the looks."""
        at_hand = AtHand(self._store)
        found = [at_hand.find_consent(person, capacity) for capacity in CAPACITIES]
        return [review(each, review_id) for each in found if each for review_id in each.reviews]

    def words_for(self, person: UUID) -> Words:
        """In what words this person's consents are told: those of the network that helps them."""
        at_hand, now = AtHand(self._store), self._clock.now()
        found = [at_hand.find_consent(person, capacity) for capacity in CAPACITIES]
        for case_id in (case_id for each in found if each for case_id in each.cases):
            case = at_hand.find_case(case_id)
            if case:
                network = self._networks.current(case.network, now)
                return Words(network.word_for_supporter, network.names)
        return Words("meedenker", {})

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

    def _network(self, at: At, case_id: UUID | None, network: str | None) -> Agreements:
        if case_id is not None:
            return self._networks.current(at.at_hand.case(case_id).network, at.now)
        if network is None and at.consent.cases:
            network = at.at_hand.case(at.consent.cases[-1]).network
        if network is None:
            raise NotFound("network")
        return self._networks.current(network, at.now)

    def _reminder(self, at: At, terms: Terms) -> Any:
        try:
            return self._network(at, terms.case_id, None).consent_reminder_before
        except NotFound:
            return None

    def _terms(self, at: At, asked: GiveConsent, network: Agreements) -> Terms:
        scope = Scope(tuple(asked.part_ids), tuple(asked.data_categories), asked.valid_until)
        party = Party(asked.party.kind, asked.party.id)
        terms = Terms(asked.purpose, party, asked.case_id, scope, asked.capacity)
        if terms.admits:
            if asked.case_id is not None and asked.case_id not in at.consent.cases:
                raise CaseOfAnotherPerson
            for case_id in at.consent.touched(terms):
                home = at.at_hand.case(case_id).organisation
                if party.kind == "organisation" and not network.are_partners(home, party.id, at.now):
                    raise PartyOutsideCovenant
        return terms

    def _who(self, at: At, asked: GiveConsent, network: Agreements) -> tuple[Who, UUID | None]:
        """Who consents, and by which representation, when that is who has to."""
        age = asked.age
        given_by: Who = "self"
        representation = None
        if at.asker.kind == "person" and at.asker.represents is not None and at.asker.person is not None:
            representation = at.consent.representation_by(at.asker.person, at.now)
            given_by = "representative"
        elif asked.representative is not None:
            wanted = asked.representative
            representation = at.consent.representation_in_force(wanted.representation_id, at.now)
            given_by = "together" if wanted.together else "representative"
        check_who(network.who_consents(asked.purpose, age, at.now), given_by)
        if representation and not network.may_represent(representation.kind, asked.purpose, age, at.now):
            raise RepresentationKindNotHere
        return given_by, representation.representation_id if representation else None


def _check_way(way: str, asker: Principal, who: Who) -> None:
    """Raises WayDoesNotFit: only the person clicks in the portal, and only a representative represents."""
    by_person = asker.kind == "person"
    if by_person != (way == "cw_portal") and not (by_person and way == "cw_representative"):
        raise WayDoesNotFit
    if way == "cw_representative" and who == "self":
        raise WayDoesNotFit


def review(consent: Consent, review_id: UUID) -> Answer:
    """A review as it stands."""
    one = consent.reviews[review_id]
    return {
        "reviewId": str(review_id),
        "personId": str(consent.person),
        "consentId": str(one.consent_id),
        "looks": [str(look) for look in one.looks],
        "outcome": one.outcome,
    }


def _standing(consent: Consent, consent_id: UUID) -> Answer:
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
