"""What people ask casefile to do about consent, as it comes in: validated, never logged."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from casefile.domain.consent_terms import PartyKind
from chassis.http.model import ApiModel, NumbersOnly, UtcTime
from contracts.codes import (
    BreachOutcome,
    ConsentPurpose,
    ConsentWay,
    DataCategory,
    RepresentationKind,
)
from contracts.values import Sha256, Slug

Capacity = Literal["resident", "carer"]
Age = Annotated[int, Field(ge=0, le=17), NumbersOnly]
Parts = Annotated[list[UUID], Field(max_length=20)]
Categories = Annotated[list[DataCategory], Field(max_length=12)]


class NamedParty(ApiModel):
    """To whom."""

    kind: PartyKind
    id: Slug = Field(description="An organisation of the network, a person's id, an authority, a referrer.")


class ShownText(ApiModel):
    """The text that was shown or read aloud, as the network's configuration has it."""

    id: Slug
    sha256: Sha256


class ByRepresentative(ApiModel):
    """Somebody spoke for the person, or together with them."""

    representation_id: UUID
    together: bool = Field(False, description="The person agreed as well.")


class OfPerson(ApiModel):
    """As what the person speaks, and about which case; without one it holds for every case of theirs."""

    capacity: Capacity = "resident"
    case_id: UUID | None = None


class GiveConsent(OfPerson):
    """The person agrees, specifically: to what, to whom, about what, until when (CON-03)."""

    purpose: ConsentPurpose
    party: NamedParty
    network: Slug | None = Field(None, description="Whose texts were shown, for somebody without a case.")
    part_ids: Parts = Field(default_factory=list, description="Empty: every part.")
    data_categories: Categories = Field(default_factory=list, description="Empty: all data.")
    valid_until: UtcTime | None = Field(None, description="Until it is withdrawn, when left out.")
    text: ShownText
    way: ConsentWay
    given_at: UtcTime | None = Field(None, description="Now when left out.")
    representative: ByRepresentative | None = None
    age: Age | None = Field(
        None, description="In years, of a minor: decides who has to consent, and is not kept."
    )


class RefuseConsent(OfPerson):
    """The person was asked and does not agree. Nobody asks why, and support goes on."""

    purpose: ConsentPurpose
    party: NamedParty


class NarrowConsent(ApiModel):
    """What is left from now on; what is left out stays as it was."""

    part_ids: Annotated[Parts, Field(min_length=1)] | None = None
    data_categories: Annotated[Categories, Field(min_length=1)] | None = None
    valid_until: UtcTime | None = None

    @model_validator(mode="after")
    def _narrows_something(self) -> NarrowConsent:
        if self.part_ids is None and self.data_categories is None and self.valid_until is None:
            raise ValueError("name what is left: partIds, dataCategories or validUntil")
        return self


class EndConsent(ApiModel):
    """The person no longer agrees. Nobody asks why (CON-04)."""


class CorrectConsent(ApiModel):
    """It was never given."""


class DecideReview(ApiModel):
    """What became of the looks under a consent that was never given."""

    outcome: BreachOutcome


class RecordRepresentation(OfPerson):
    """Somebody speaks for this person; which paper says so was seen."""

    representative: UUID = Field(description="The person who speaks for them.")
    kind: RepresentationKind
    valid_from: UtcTime | None = Field(None, description="Now when left out.")
    valid_until: UtcTime | None = None


class EndRepresentation(ApiModel):
    """They speak for this person no longer."""
