"""What people ask intake to do, as it comes in: validated, still in the clear, never logged."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from chassis.http.model import ApiModel, UtcTime
from contracts.codes import AppRole, ConsentWay, ContactKind, LifeDomain, ReferralSource
from contracts.safe_contact import SafeContact
from contracts.values import Language, Sha256, Slug
from intake.domain.agreement import Formality
from intake.domain.people import Relation

MOST_PARTS = 12
MOST_BYTES_OF_PARTS = 32 * 1024
"""All questions and "done when" of an acceptance together: sealed, they travel in one message of 64 KiB."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9(][0-9 ()-]{2,29}$", max_length=30)
]
Languages = Annotated[list[Language], Field(max_length=10)]


class PersonDetails(ApiModel):
    """How somebody is called and reached; either may be unknown."""

    name: PersonName | None = Field(None, repr=False)
    phone: Phone | None = Field(None, repr=False)


class ResidentDetails(PersonDetails):
    """And how the resident can be reached without harm; unknown is not the same as without harm."""

    safe_contact: SafeContact | None = Field(None, repr=False)


class AskedBy(PersonDetails):
    """Who asks. For the resident leave name and phone out: they stand with the resident."""

    relation: Relation


class ReceiveRequest(ApiModel):
    """A request from any side (INT-01). The resident's phone number alone is enough."""

    network: Slug
    municipality: Slug
    door: Slug
    source: ReferralSource
    source_note: ShortText | None = Field(
        None, repr=False, description="What the list of sources cannot tell."
    )
    requester: AskedBy
    resident: ResidentDetails = ResidentDetails()
    question: Text | None = Field(None, repr=False, description="In the resident's own words (CLR-02).")
    languages: Languages = Field([], description="Those that the resident speaks easily; empty: unknown.")
    received_at: UtcTime | None = Field(None, description="When it came in; now when left out.")


class ExplainRight(ApiModel):
    """The resident was told of the right to support (INT-07, INT-23)."""

    explained_by_role: AppRole
    way: ContactKind
    told_free_of_charge: bool
    told_voluntary: bool
    explained_at: UtcTime | None = Field(None, description="Now when left out.")


class GivenConsent(ApiModel):
    """To which text the resident said yes: its id and hash as ``/v1/consent-texts`` gave them."""

    text_id: Slug
    text_sha256: Sha256
    way: ConsentWay
    recorded_by_role: AppRole
    given_at: UtcTime | None = Field(None, description="Now when left out.")


class AgreedPart(ApiModel):
    """A delimited question with its own "done when" (CLR-22)."""

    question: Text = Field(repr=False)
    done_when: Text = Field(repr=False)
    life_domains: Annotated[list[LifeDomain], Field(min_length=1, max_length=6)]
    formality: Formality = Formality.ANY


class AcceptSupport(ApiModel):
    """The resident says yes (INT-08)."""

    consent: GivenConsent
    parts: Annotated[list[AgreedPart], Field(min_length=1, max_length=MOST_PARTS)]
    languages: Languages = Field([], description="Replaces what was noted before; empty: that stays.")
    resident: ResidentDetails = Field(ResidentDetails(), description="Replaces what was noted before.")

    @model_validator(mode="after")
    def _fits_in_a_message(self) -> Self:
        size = sum(len(part.question.encode()) + len(part.done_when.encode()) for part in self.parts)
        if size > MOST_BYTES_OF_PARTS:
            raise PydanticCustomError("too_much_text", "has too much text in all parts together")
        return self


class LookFor(ApiModel):
    """A name or its beginning, a number, the last four digits of a phone number, or several of these."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] = Field(
        repr=False
    )


class DeclineSupport(ApiModel):
    """The resident says no. Nobody asks why (INT-08)."""
