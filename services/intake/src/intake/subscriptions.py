"""What intake does because of what others tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from chassis.inbox.heard import Effects, Heard, Subscriptions
from chassis.store.store import Store
from contracts.casefile import (
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ConsentExpired,
    ConsentGiven,
    ConsentNarrowed,
    ConsentRecordedInError,
    ConsentWithdrawn,
    PersonalDataErased,
)
from intake.domain.forgotten import Forgotten
from intake.domain.referrer_link import ReferrerLink
from intake.domain.request import Request

INFORM_REFERRER, REFERRER = "cp_inform_referrer", "referrer"
Over = ConsentWithdrawn | ConsentExpired | ConsentRecordedInError


class Hearing:
    """The subscribers; each turns one message into one decision."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def subscriptions(self) -> Subscriptions:
        """What is heard of casefile."""
        return {
            CaseOpened: self.end_the_waiting_for_the_case,
            PersonalDataErased: self.keep_that_somebody_was_erased,
            ConsentGiven: self.let_the_referrer_know_more,
            ConsentNarrowed: self.let_the_referrer_know_more,
            ConsentWithdrawn: self.let_the_referrer_know_nothing,
            ConsentExpired: self.let_the_referrer_know_nothing,
            ConsentRecordedInError: self.let_the_referrer_know_nothing,
            CaseClosed: self.keep_that_support_ended,
            CaseReopened: self.keep_that_support_goes_on,
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

    def let_the_referrer_know_more(self, heard: Heard[ConsentGiven] | Heard[ConsentNarrowed]) -> Effects:
        """CON-10: the outcome, and only with the resident's consent; narrowed, with its new term."""
        event = heard.event
        links = self._links(event.case_ids) if _is_for_the_referrer(event) else []
        for link in links:
            if isinstance(event, ConsentGiven) or event.consent_id in link.consents:
                link.allow_telling(event.consent_id, event.valid_until, heard.now)
        return Effects(links)

    def let_the_referrer_know_nothing(self, heard: Heard[Over]) -> Effects:
        """CON-04: at once, whatever else was agreed."""
        links = self._links(heard.event.case_ids) if _is_for_the_referrer(heard.event) else []
        for link in links:
            link.end_telling(heard.event.consent_id, heard.now)
        return Effects(links)

    def keep_that_support_ended(self, heard: Heard[CaseClosed]) -> Effects:
        """CLO-10."""
        return self._hear_of_case(heard.envelope.subject, closed=True, now=heard.now)

    def keep_that_support_goes_on(self, heard: Heard[CaseReopened]) -> Effects:
        """CLO-10."""
        return self._hear_of_case(heard.envelope.subject, closed=False, now=heard.now)

    def _hear_of_case(self, case_id: UUID, *, closed: bool, now: datetime) -> Effects:
        links = self._links([case_id])
        for link in links:
            link.hear_of_case(closed=closed, now=now)
        return Effects(links)

    def _links(self, case_ids: Iterable[UUID]) -> list[ReferrerLink]:
        """Of those cases that a professional referred here."""
        found = (self._store.find(ReferrerLink, ReferrerLink.id_of(each)) for each in case_ids)
        return [link for link in found if link is not None]


def _is_for_the_referrer(event: ConsentGiven | ConsentNarrowed | Over) -> bool:
    return event.purpose == INFORM_REFERRER and event.party.kind == REFERRER
