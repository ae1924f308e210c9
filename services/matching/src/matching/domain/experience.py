"""A supporter's own experience: theirs to tell, and used only with their own consent (CON-12, CON-13).

Which life domains it is about stands sealed under the supporter's own key. It helps to find whom they suit;
a resident hears of it only when the supporter wants that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Aggregate, DomainEvent, event
from chassis.sealing import Sealed
from matching.domain import errors

PURPOSE = "cp_experience_data"


@dataclass(frozen=True)
class ConsentProof:
    """To which text they said yes, when, how, and in which role somebody wrote it down (AVG article 7)."""

    text_id: str
    text_sha256: str
    text_language: str
    way: str
    given_at: datetime
    recorded_by_role: str


@dataclass(frozen=True)
class Experience:
    """``domains``: codes of life domains, sealed. ``shown``: residents may hear that it is a reason."""

    consent_id: UUID
    domains: Sealed
    shown: bool


class Experienced(Aggregate):
    """Shared, changed by sharing anew, withdrawn in one step; gone when the supporter stops."""

    experience: Experience | None

    class ExperienceShared(DomainEvent):
        """They agree that it is used for matching, as far as this."""

        TOPIC: ClassVar[str] = "matching:Supporter.ExperienceShared"
        experience: Experience
        proof: ConsentProof

    class ExperienceWithdrawn(DomainEvent):
        """They no longer agree; it is used for nothing from now on. No reason is asked."""

        TOPIC: ClassVar[str] = "matching:Supporter.ExperienceWithdrawn"
        consent_id: UUID

    def share_experience(self, experience: Experience, proof: ConsentProof, *, now: datetime) -> None:
        """In place of what was shared before."""
        self._require_present()
        self.happened(self.ExperienceShared, now=now, experience=experience, proof=proof)

    def withdraw_experience(self, *, now: datetime) -> None:
        """Raises NoExperienceShared."""
        if self.experience is None:
            raise errors.NoExperienceShared
        self.happened(self.ExperienceWithdrawn, now=now, consent_id=self.experience.consent_id)

    def _require_present(self) -> None:
        raise NotImplementedError

    @event(ExperienceShared)
    def _experience_shared(self, experience: Experience) -> None:
        self.experience = experience

    @event(ExperienceWithdrawn)
    def _experience_withdrawn(self) -> None:
        self.experience = None
