"""Emergency access, safety risks, personal ties, handlers, speaking for the resident, codes to check."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from casefile.domain.break_glass import EmergencyReason, Verdict
from casefile.domain.own_file import Relation
from casefile.domain.presence import Channel
from casefile.domain.safety import Ground, PartyKind, RiskKind
from chassis.http.model import ApiModel, UtcTime
from contracts.codes import AppRole, LifeDomain
from contracts.values import Slug

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]
Subject = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
CodeText = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class OpenInEmergency(ApiModel):
    """Open a case that is not yours, in an emergency (P20)."""

    reason: EmergencyReason
    words: Words = Field(repr=False, description="What is going on. Sealed; read by who looks back on it.")


class ReviewEmergency(ApiModel):
    """Look back on emergency access that somebody else used."""

    opening_id: UUID
    verdict: Verdict
    words: Words | None = Field(None, repr=False)


class ToldOfRisk(ApiModel):
    """Who was told of a risk, and on which ground; without one nothing may be shared (CON-18)."""

    party_kind: PartyKind
    party: Slug | None = Field(None, description="An id of the network, or of an authority.")
    ground: Ground | None = None
    told_at: UtcTime | None = Field(None, description="Now when left out.")


class FlagSafetyRisk(ApiModel):
    """Mark a risk to the resident or their surroundings (CON-18)."""

    part_id: UUID | None = Field(None, description="The whole case when left out.")
    kind: RiskKind
    words: Words = Field(repr=False)
    told: Annotated[list[ToldOfRisk], Field(max_length=20)] = Field(default_factory=list)
    priority: bool = Field(True, description="Scale up with priority, also when the resident does not agree.")
    reported_by_role: AppRole
    resident_agrees: bool = False


class ReactToSafetyRisk(ApiModel):
    """Somebody takes it up."""


class RecordPersonalTie(ApiModel):
    """Somebody who works here is the resident, the carer or close to them: they open the file in no role."""

    subject: Subject | None = Field(None, description="Whose sign-in; your own when left out.")
    relation: Relation


class EndPersonalTie(ApiModel):
    """It does not hold (any more)."""


class NameHandlers(ApiModel):
    """Who handles a restricted case, in place of the whole coordination."""

    handlers: Annotated[list[Subject], Field(min_length=1, max_length=20)]


class EndRestriction(ApiModel):
    """The whole coordination handles it again."""


class Representing(ApiModel):
    """The resident was spoken or written for, to an authority (CON-01)."""

    authority: Slug
    channel: Channel
    resident_present: bool
    text_approved: bool = Field(False, description="The resident saw and approved the text that was sent.")
    named_resident: bool = Field(True, description="False for a call that names nobody.")


class GiveCheckCode(ApiModel):
    """A code with which an authority can ask whether this supporter may speak for the resident (CON-02)."""

    supporter_id: UUID
    authority: Slug
    part_id: UUID | None = None
    topic: LifeDomain | None = Field(None, description="Instead of a part: every part about it.")

    @model_validator(mode="after")
    def _part_or_topic(self) -> Self:
        if (self.part_id is None) == (self.topic is None):
            raise ValueError("name a part or a topic, and not both")
        return self


class CheckConsent(ApiModel):
    """What a professional at the table was given, spoken or on paper."""

    code: CodeText = Field(repr=False)
