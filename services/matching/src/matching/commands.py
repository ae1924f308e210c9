"""What people ask matching to do, as it comes in: validated, still in the clear, never logged."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.http.model import ApiModel
from contracts.codes import ConsentWay, LifeDomain
from contracts.values import Language, Sha256, Slug
from matching.domain.choosing import Side
from matching.domain.profile import ExperienceLevel, Kind

MOST_PLACES = 100

PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9(][0-9 ()-]{2,29}$", max_length=30)
]
Places = Annotated[int, Field(ge=0, le=MOST_PLACES, description="How many residents at a time; 0: none now.")]


class ShownText(ApiModel):
    """The text that was shown or read aloud."""

    id: Slug
    sha256: Sha256


class RegisterSupporter(ApiModel):
    """Somebody who supports residents: what they are, and apart from it who pays and who answers (MAT-18)."""

    network: Slug
    organisation: Slug | None = Field(
        None, description="Your own when left out; another one only from the network's coordination point."
    )
    kind: Kind
    experience_level: ExperienceLevel | None = None
    paid: bool
    languages: Annotated[list[Language], Field(min_length=1, max_length=10)]
    life_domains: list[LifeDomain] = Field([], max_length=6)
    places: Places
    name: PersonName | None = Field(None, repr=False)
    phone: Phone | None = Field(None, repr=False)


class ChangePlaces(ApiModel):
    """They can help more, or fewer, residents at a time from now on (MAT-16)."""

    places: Places


class PauseSupporter(ApiModel):
    """They take a break. Nobody asks why (QUA-08, CON-12)."""


class ResumeSupporter(ApiModel):
    """They are back (QUA-08)."""


class ShareExperience(ApiModel):
    """They agree that own experience helps to find whom they suit, as far as they say (CON-13)."""

    life_domains: Annotated[list[LifeDomain], Field(min_length=1, max_length=6, repr=False)]
    shown: bool = Field(False, description="Residents may hear that it is a reason.")
    text: ShownText
    way: ConsentWay


class WithdrawExperience(ApiModel):
    """They no longer agree. Nobody asks why (CON-12)."""


class LetSupporterLeave(ApiModel):
    """They stop; ``erased``: and want their data forgotten."""

    erased: bool = False


class OfferOptions(ApiModel):
    """Offer who fits now; the options follow from the question, nobody picks them (MAT-06, MAT-29)."""


class ChooseOption(ApiModel):
    """Whom the resident chose."""

    supporter_id: UUID


class Answer(ApiModel):
    """Which side says yes or no; it may be recorded by a coordinator for them (MAT-07)."""

    by: Side


class EndMatch(ApiModel):
    """Somebody else is wanted for this question, for instance while the supporter takes a break (QUA-09)."""


class ReportNoClick(ApiModel):
    """It did not click. Nobody asks why (MAT-08)."""
