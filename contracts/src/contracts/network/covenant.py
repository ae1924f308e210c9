"""Who agreed to work together, and since when: referral and warm handover stay within it (NET-02, NET-03)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from contracts.network.configuration import Configuration, Dated, Day, Name
from contracts.values import Slug


class Partner(Configuration):
    """An organisation in a covenant; its own days when it joined later or left earlier than the others."""

    organisation: Slug
    valid_from: Day | None = None
    valid_until: Day | None = None

    @field_validator("valid_until")
    @classmethod
    def _leaves_after_it_joins(cls, until: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("valid_from")
        if until and start and until < start:
            raise ValueError(f"lies before valid_from, {start.isoformat()}")
        return until


class Covenant(Dated):
    """A cooperation covenant between at least two organisations."""

    id: Slug
    name: Name
    partners: Annotated[tuple[Partner, ...], Field(min_length=2)]
    agreements: tuple[Name, ...] = ()

    def binds(self, organisation: str, on: date) -> bool:
        """Whether the organisation is a partner and the covenant in force on that day."""
        return self.in_force(on) and any(
            partner.organisation == organisation
            and (partner.valid_from is None or partner.valid_from <= on)
            and (partner.valid_until is None or on <= partner.valid_until)
            for partner in self.partners
        )
