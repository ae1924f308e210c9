"""What a supporter is: kind, level, contract and employer, each a thing of its own (MAT-18)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matching.domain import errors


class Formality(StrEnum):
    """On which side of formal and informal a supporter stands."""

    INFORMAL = "informal"
    FORMAL = "formal"


class Kind(StrEnum):
    """What kind of supporter it is; says nothing about pay."""

    VOLUNTEER = "volunteer"
    EXPERIENCE_EXPERT = "experience_expert"
    FORMAL = "formal"

    @property
    def formality(self) -> Formality:
        """Volunteers and experience experts are informal, paid or not."""
        return Formality.FORMAL if self is Kind.FORMAL else Formality.INFORMAL


class ExperienceLevel(StrEnum):
    """How far own experience was worked on, from having it to being trained on it."""

    HAS_EXPERIENCE = "has_experience"
    HAS_EXPERIENTIAL_KNOWLEDGE = "has_experiential_knowledge"
    TRAINED = "experience_expert_trained"


@dataclass(frozen=True)
class Profile:
    """Kind, level, paid or not, and the organisation that answers for the supporter.

    Raises InformalSupporterNeedsOrganisation (MAT-22) and NotTrainedAsExperienceExpert (MAT-19) by
    ``checked``; the class itself only holds, so that old facts always load.
    """

    kind: Kind
    experience_level: ExperienceLevel | None
    paid: bool
    organisation: str

    def checked(self) -> Profile:
        """The same profile, when the rules allow it."""
        if not self.organisation:
            raise errors.InformalSupporterNeedsOrganisation
        if self.kind is Kind.EXPERIENCE_EXPERT and self.experience_level is not ExperienceLevel.TRAINED:
            raise errors.NotTrainedAsExperienceExpert
        return self
