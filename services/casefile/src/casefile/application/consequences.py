"""What a change of somebody's consent means in their cases; decided and saved together with it (CON-04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from casefile.application.at_hand import AtHand
from casefile.domain.case import CaseFile
from casefile.domain.consent import Consent
from casefile.domain.consent_terms import Because, Recorded, Scope, Terms


class Consequences:
    """One decision on one person's consent, with all cases in which something follows."""

    def __init__(self, at_hand: AtHand, consent: Consent, now: datetime) -> None:
        self._at_hand, self._consent, self._now = at_hand, consent, now

    def given(self, consent_id: UUID, terms: Terms) -> None:
        """Raises PartOfAnotherCase."""
        for case in self._cases(terms):
            case.allow_involvement(consent_id, terms, self._now)

    def refused(self, terms: Terms) -> None:
        """It stands in the history of the case, and nothing else follows."""
        for case in self._cases(terms):
            case.refuse_involvement(terms, self._now)

    def narrowed(self, consent_id: UUID, scope: Scope, terms: Terms) -> None:
        """Raises PartOfAnotherCase."""
        for case in self._cases(terms):
            case.narrow_involvement(consent_id, scope, self._now)

    def ended(self, consent_id: UUID, because: Because) -> None:
        """Whatever it allowed is over."""
        for case in self._cases(self._consent.permission(consent_id).terms):
            case.end_involvement(consent_id, because, self._now)

    def withdraw(self, consent_id: UUID, recorded: Recorded) -> None:
        """Raises ConsentUnknown, ConsentIsOver."""
        self._consent.withdraw(consent_id, recorded, self._now)
        self.ended(consent_id, "withdrawn")

    def expire(self, consent_id: UUID) -> None:
        """Its time passed; nothing when it ended otherwise."""
        if self._consent.expire(consent_id, self._now):
            self.ended(consent_id, "expired")

    def remind(self, consent_id: UUID) -> None:
        """It expires soon; nothing when it is over."""
        known = self._consent.permissions.get(consent_id)
        if known and known.in_force(self._now):
            for case in self._cases(known.terms):
                case.consent_expires_soon(consent_id, self._now)

    def look_into_breach(self, review_id: UUID, consent_id: UUID) -> None:
        """Somebody has to judge who looked, so it is on the list of each case."""
        for case in self._cases(self._consent.permission(consent_id).terms):
            case.look_into_breach(review_id, consent_id, self._now)

    def breach_looked_into(self, review_id: UUID, consent_id: UUID) -> None:
        """It leaves the list."""
        for case in self._cases(self._consent.permission(consent_id).terms):
            case.breach_looked_into(review_id, self._now)

    def case_opened(self, case: CaseFile) -> None:
        """What holds for every case of this person, holds for a new one."""
        self._consent.enter_case(case.id, case.organisation, self._now)
        for each in self._consent.general(self._now):
            case.allow_involvement(each.consent_id, each.terms, self._now)
        for known in self._consent.representations.values():
            if not known.over:
                self._speaks_in(case, known.representation_id)

    def represented(self, representation_id: UUID) -> None:
        """Somebody speaks for this person, in every case of theirs."""
        for case in self._own():
            self._speaks_in(case, representation_id)

    def represented_no_longer(self, representation_id: UUID) -> None:
        """They speak for this person no longer."""
        for case in self._own():
            case.end_representative(representation_id, self._now)

    def representation_expires(self, representation_id: UUID) -> None:
        """Its time passed; nothing when it ended otherwise."""
        if self._consent.representation_expires(representation_id, self._now):
            self.represented_no_longer(representation_id)

    def _speaks_in(self, case: CaseFile, representation_id: UUID) -> None:
        known = self._consent.representations[representation_id]
        case.allow_representative(
            representation_id,
            known.representative,
            known.kind,
            known.valid_from,
            known.valid_until,
            self._now,
        )

    def _cases(self, terms: Terms) -> Iterator[CaseFile]:
        return map(self._at_hand.case, self._consent.touched(terms))

    def _own(self) -> Iterator[CaseFile]:
        return map(self._at_hand.case, self._consent.cases)
