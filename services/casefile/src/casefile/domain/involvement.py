"""What a case keeps of a consent: which party may be involved in it, for what, in which parts, until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from casefile.domain.consent_terms import Party, Scope, Terms
from casefile.domain.part import Supporter


@dataclass(frozen=True)
class Involvement:
    """``general``: by a consent for every case of the resident, which reopening does not ask anew.

    ``revision`` counts how often it was narrowed, so that what it allowed before can be named.
    """

    consent_id: UUID
    purpose: str
    party: Party
    scope: Scope
    general: bool = False
    revision: int = 0

    @classmethod
    def of(cls, consent_id: UUID, terms: Terms) -> Involvement:
        return cls(consent_id, terms.purpose, terms.party, terms.scope, terms.case_id is None)

    @property
    def terms(self) -> Terms:
        return Terms(self.purpose, self.party, None, self.scope)

    @property
    def admits(self) -> bool:
        """Whether supporters come in by it."""
        return self.terms.admits

    def narrowed(self, scope: Scope) -> Involvement:
        return replace(self, scope=scope, revision=self.revision + 1)

    def concerns(self, supporter: Supporter) -> bool:
        """Whether the party is this supporter, or their organisation."""
        if self.party.kind == "organisation":
            return supporter.organisation == self.party.id
        return self.party.kind == "person" and str(supporter.supporter_id) == self.party.id

    def lets(self, supporter: Supporter, part_id: UUID) -> bool:
        """Whether this supporter may serve that part by it."""
        return self.admits and self.concerns(supporter) and self.scope.covers(part_id)

    def in_force(self, at: datetime) -> bool:
        return self.scope.in_force(at)


@dataclass(frozen=True)
class Leaving:
    """Somebody who serves a part no longer, since no consent lets them."""

    part_id: UUID
    supporter: Supporter
