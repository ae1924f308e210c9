"""Who may be involved: asked once per party, withdrawn at any time with effect at once (CON-03, CON-04)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casefile.domain.consent import Consent, ConsentBasis
from casefile.domain.errors import ConsentMissing, ConsentRecordedAlready, NoConsentToWithdraw
from casefile.domain.handing_over import HandingOver
from casefile.domain.handover import CancelReason
from casefile.domain.place import Reason
from casefile.domain.waakvlam import Waakvlam
from chassis.aggregates import DomainEvent, event


class Consents(HandingOver, Waakvlam):
    """The minimal fact per party. Refusing or withdrawing never ends support by itself."""

    class ConsentGiven(DomainEvent):
        """The resident agrees that this organisation takes part."""

        TOPIC = "casefile:CaseFile.ConsentGiven"
        consent_id: UUID
        party: str
        basis: ConsentBasis

    class ConsentWithdrawn(DomainEvent):
        """The resident no longer agrees; who served for that organisation serves no longer."""

        TOPIC = "casefile:CaseFile.ConsentWithdrawn"
        consent_id: UUID
        party: str
        supporters: tuple[UUID, ...]

    def give_consent(self, consent_id: UUID, party: str, now: datetime) -> None:
        """The resident was asked and said yes (again). Raises ConsentRecordedAlready."""
        if party in self.consents:
            raise ConsentRecordedAlready
        self.happened(self.ConsentGiven, now=now, consent_id=consent_id, party=party, basis="asked")

    def withdraw_consent(self, party: str, now: datetime) -> None:
        """Running handovers of that organisation stop at once, and what its supporters held goes on the list.

        Withdrawing from the receiving organisation stops every running handover of the case. Raises
        NoConsentToWithdraw.
        """
        consent = self.consents.get(party)
        if consent is None:
            raise NoConsentToWithdraw
        for handover in self.running_handovers():
            sides = {handover.receiver.organisation, handover.giver and handover.giver.organisation}
            if party in sides or party == self.organisation:
                self._cancel(handover, CancelReason.CONSENT_WITHDRAWN, now)
        held = [p.part_id for p in self.open_parts() if p.responsible and p.responsible.organisation == party]
        self._put_on_list(held, Reason.CONSENT_WITHDRAWN, now)
        self._take_off(held, (Reason.SUPPORTER_PAUSED,), now)
        self._unassign_checks(lambda supporter: supporter.organisation == party, now)
        serving = {
            each.supporter_id
            for part in self.open_parts()
            for each in part.people()
            if each.organisation == party
        }
        self.happened(
            self.ConsentWithdrawn,
            now=now,
            consent_id=consent.consent_id,
            party=party,
            supporters=tuple(sorted(serving)),
        )

    def _consent_by_choice(self, match_id: UUID, party: str, now: datetime) -> None:
        """Choosing a supporter is consenting to that organisation, unless it was withdrawn or is asked anew.

        Raises ConsentMissing.
        """
        if self.organisation not in self.consents or party in self.withdrawn_from:
            raise ConsentMissing
        if party not in self.consents:
            self.happened(
                self.ConsentGiven, now=now, consent_id=match_id, party=party, basis="supporter_chosen"
            )

    @event(ConsentGiven)
    def _consent_given(self, consent_id: UUID, party: str, basis: ConsentBasis, timestamp: datetime) -> None:
        self.consents[party] = Consent(consent_id, party, basis, timestamp)
        self.withdrawn_from = tuple(each for each in self.withdrawn_from if each != party)

    @event(ConsentWithdrawn)
    def _consent_withdrawn(self, party: str) -> None:
        del self.consents[party]
        self.withdrawn_from = (*self.withdrawn_from, party)
        for part in self.open_parts():
            self.parts[part.part_id] = part.without(lambda supporter: supporter.organisation == party)
