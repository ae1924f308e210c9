"""What people say about consent: recorded, with all that follows in one save (CON-03, CON-04, AVG article 7).

Whatever a resident can do here themselves, a supporter can do on their instruction, and it is recorded so.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from casefile.application.about_person import CAPACITIES, At, standing_of
from casefile.application.at_hand import AtHand
from casefile.application.correcting import Correcting
from casefile.application.deciding import Answer
from casefile.application.representatives import Representing
from casefile.commands.consents import (
    GiveConsent,
    NarrowConsent,
    RefuseConsent,
)
from casefile.domain.consent_errors import (
    CaseOfAnotherPerson,
    PartyOutsideCovenant,
    RepresentationKindNotHere,
    WayDoesNotFit,
)
from casefile.domain.consent_terms import Party, Proof, Scope, Terms, Who
from casefile.domain.representation import check_who
from casefile.networks import Agreements
from casefile.views.words import Words
from chassis.signin import Caller, Principal
from chassis.store.errors import NotFound


class Consenting(Correcting, Representing):
    """Each raises NotFound and what the rule of that name in the domain raises."""

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
            return standing_of(at.consent, consent_id)

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
            return standing_of(at.consent, consent_id)

        return self._apply_to(caller, person, consent_id, step)

    def withdraw(self, caller: Caller, person: UUID, consent_id: UUID) -> Answer:
        """The person no longer agrees: one step, no reason, and everything it allowed is over (CON-04)."""

        def step(at: At) -> Answer:
            at.follows.withdraw(consent_id, at.recorded)
            return standing_of(at.consent, consent_id)

        return self._apply_to(caller, person, consent_id, step)

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
