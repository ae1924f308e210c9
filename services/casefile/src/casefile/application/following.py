"""What a case does because of what others tell. Nothing here refuses silently: a match that cannot be is
answered, and everything heard about a case is kept in its chronicle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from casefile.application.at_hand import AtHand
from casefile.application.carrying_out import heard_elsewhere
from casefile.application.consequences import Consequences
from casefile.domain import errors
from casefile.domain.case import CaseFile
from casefile.domain.chronicle import Chronicle, Told
from casefile.domain.consent_terms import ConsentProof
from casefile.domain.contact_details import ContactDetails, Details
from casefile.domain.erasure import Erasure
from casefile.domain.part import AskedPart, Supporter
from casefile.domain.safeguard_errors import SupporterIsBarred
from casefile.networks import Networks
from chassis.aggregates import Aggregate, Refused
from chassis.sealing import Sealed
from chassis.store.store import Store

Changed = Sequence[Aggregate]

REASONS: Mapping[type[Refused], str] = {
    errors.CaseIsClosed: "case_closed",
    errors.PartUnknown: "unknown_part",
    errors.PartIsClosed: "part_closed",
    errors.ConsentMissing: "consent_missing",
    errors.SupporterNotAvailable: "supporter_not_available",
    SupporterIsBarred: "supporter_not_available",
    errors.SupporterServesPartAlready: "serves_part_already",
    errors.HandoverRunsAlready: "handover_runs",
}
"""Why a match cannot be followed up, as matching is told; that there is a personal tie stays here."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was heard, as the chronicle keeps it."""

    case_id: UUID
    source: str
    kind: str
    event_id: UUID
    position: int
    occurred_at: datetime
    facts: Mapping[str, Told]
    now: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request to which the resident said yes."""

    number: str
    network: str
    network_version: int
    organisation: str
    municipality: str
    source: str
    languages: tuple[str, ...]
    resident: UUID
    resident_name: Sealed | None
    resident_phone: Sealed | None
    resident_safe_contact: Sealed | None
    carer: UUID | None
    consent: ConsentProof
    parts: tuple[AskedPart, ...]


class Following:
    """What is returned is saved together with the position of the message that caused it."""

    def __init__(self, store: Store, networks: Networks) -> None:
        self._store, self._networks = store, networks

    def note(self, message: Message) -> Changed:
        """Take notice of it, and nothing more."""
        return [_kept(message)]

    def open_case(self, message: Message, accepted: Accepted) -> Changed:
        """The resident said yes (INT-08); told again, the case that is there stays as it is."""
        at_hand = AtHand(self._store)
        if at_hand.find_case(message.case_id) is not None:
            return [_kept(message)]
        case = CaseFile.open_for(
            message.case_id,
            number=accepted.number,
            network=accepted.network,
            network_version=accepted.network_version,
            organisation=accepted.organisation,
            municipality=accepted.municipality,
            source=accepted.source,
            languages=accepted.languages,
            resident=accepted.resident,
            resident_name=accepted.resident_name,
            resident_phone=accepted.resident_phone,
            consent=accepted.consent,
            parts=accepted.parts,
            now=message.now,
        )
        at_hand.keep(case)
        consent = at_hand.consent(accepted.resident, "resident", accepted.organisation, message.now)
        Consequences(at_hand, consent, message.now).case_opened(case)
        organisation, proof = accepted.organisation, accepted.consent
        terms = proof.terms(organisation, case.id)
        consent.give(proof.consent_id, terms, proof.proof(organisation), message.now)
        return [
            _kept(message),
            *at_hand.changed(),
            self._contact_details(message, accepted),
            *self._foreseen(message, accepted),
        ]

    def _contact_details(self, message: Message, accepted: Accepted) -> ContactDetails:
        told = Details(accepted.resident_name, accepted.resident_phone, accepted.resident_safe_contact)
        known = self._store.find(ContactDetails, ContactDetails.id_of(accepted.resident))
        if known is None:
            return ContactDetails.note(accepted.resident, message.case_id, told, message.now)
        known.change(told, by_role=accepted.consent.recorded_by_role, now=message.now)
        return known

    def _foreseen(self, message: Message, accepted: Accepted) -> list[Erasure]:
        """Whoever's data are kept from now on: the resident, and the close person who asked."""
        carers = (accepted.carer,) if accepted.carer else ()
        found = []
        for person, capacity in ((accepted.resident, "resident"), *((one, "carer") for one in carers)):
            related = carers if capacity == "resident" else ()
            known = self._store.find(Erasure, Erasure.id_of(person, capacity))
            if known is None:
                known = Erasure.foresee(
                    person,
                    capacity,
                    organisation=accepted.organisation,
                    network=accepted.network,
                    cases=(message.case_id,),
                    related=related,
                    now=message.now,
                )
            else:
                known.add_case(message.case_id, related, message.now)
            found.append(known)
        return [one for one in found if one.pending()]

    def assign(
        self, message: Message, supporter: Supporter, part_id: UUID | None, answers: UUID | None
    ) -> Changed:
        """A match: the supporter comes in, or matching is told why not (design §3.8)."""
        at_hand, now = AtHand(self._store), message.now
        entry, case = _kept(message), at_hand.find_case(message.case_id)
        if case is None:
            entry.refuse_match(supporter.match_id, supporter.supporter_id, part_id, now)
            return [entry]
        here = self._networks.current(case.network, now)
        caseload = at_hand.caseload(supporter.supporter_id, now)
        if answers is not None:
            case.options_came(answers, now)  # a match is an answer too
        try:
            caseload.check_available()
            case.assign_supporter(
                supporter,
                part_id,
                answers=answers,
                start_after_talk=here.start_after_talk,
                answer_by=now + here.handover_answer_within,
                now=now,
            )
            caseload.enter(case.id, now)
        except Refused as refusal:
            reason = REASONS.get(type(refusal), "refused")
            case.refuse_assignment(supporter.supporter_id, supporter.match_id, part_id, reason, now)
        return [entry, *at_hand.changed()]

    def supporter_erased(self, supporter_id: UUID, erased_at: datetime, now: datetime) -> Changed:
        """Matching destroyed a supporter's key; who else must know hears it from here."""
        return heard_elsewhere(self._store, supporter_id, "supporter", erased_at=erased_at, now=now)

    def end_match(self, message: Message, match_id: UUID, reason: str) -> Changed:
        """The supporter of this match serves no longer."""
        return self._in_case(message, lambda case: case.end_match(match_id, reason, message.now))

    def options_came(self, message: Message, answers: UUID | None) -> Changed:
        """Somebody fits; an answer when a decision to scale asked for it."""
        if answers is None:
            return self.note(message)
        return self._in_case(message, lambda case: case.options_came(answers, message.now))

    def nobody_fits(self, message: Message, part_id: UUID | None, answers: UUID | None) -> Changed:
        """Nobody fits: a coordinator goes on."""
        return self._in_case(message, lambda case: case.nobody_fits(answers, part_id, message.now))

    def answer_overdue(self, message: Message, about: UUID) -> Changed:
        """Another service waited in vain."""
        return self._in_case(message, lambda case: case.other_answer_overdue(about, message.now))

    def check_is_due(self, message: Message, check_id: UUID) -> Changed:
        """The moment of a pilot-light check has come."""
        return self._in_case(message, lambda case: case.check_is_due(check_id, message.now))

    def check_was_missed(self, message: Message, check_id: UUID) -> Changed:
        """A pilot-light check was not done in time."""
        return self._in_case(message, lambda case: case.check_was_missed(check_id, message.now))

    def pause(self, supporter_id: UUID, now: datetime) -> Changed:
        """A supporter rests, in every case at once (WHO-08, WAA-09)."""
        at_hand = AtHand(self._store)
        at_hand.caseload(supporter_id, now).pause(now)
        return self._in_all_cases(at_hand, supporter_id, now, lambda c: c.pause_supporter(supporter_id, now))

    def resume(self, supporter_id: UUID, now: datetime) -> Changed:
        """A supporter is back."""
        at_hand = AtHand(self._store)
        at_hand.caseload(supporter_id, now).resume(now)
        return self._in_all_cases(at_hand, supporter_id, now, lambda c: c.resume_supporter(supporter_id, now))

    def leave(self, supporter_id: UUID, now: datetime, *, erased: bool) -> Changed:
        """A supporter left, in every case at once."""
        at_hand = AtHand(self._store)
        at_hand.caseload(supporter_id, now).leave(now)
        return self._in_all_cases(
            at_hand, supporter_id, now, lambda c: c.supporter_leaves(supporter_id, now, erased=erased)
        )

    def _in_case(self, message: Message, step: Callable[[CaseFile], None]) -> Changed:
        at_hand = AtHand(self._store)
        case = at_hand.find_case(message.case_id)
        if case is not None:
            step(case)
        return [_kept(message), *at_hand.changed()]

    def _in_all_cases(
        self, at_hand: AtHand, supporter_id: UUID, now: datetime, step: Callable[[CaseFile], None]
    ) -> Changed:
        for case_id in at_hand.caseload(supporter_id, now).cases:
            step(at_hand.case(case_id))
        return at_hand.changed()


def _kept(message: Message) -> Chronicle:
    return Chronicle.hear(
        message.case_id,
        source=message.source,
        kind=message.kind,
        event_id=message.event_id,
        position=message.position,
        occurred_at=message.occurred_at,
        facts=message.facts,
        now=message.now,
    )
