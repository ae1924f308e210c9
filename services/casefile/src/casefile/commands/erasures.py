"""What people ask about erasing, as it comes in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chassis.http.model import ApiModel


class AskErasure(ApiModel):
    """A person in one capacity wants to be forgotten, or nothing needs their data any more (AVG 17)."""

    capacity: Literal["resident", "carer"]
    asked_by: Literal["resident", "representative", "organisation"]
    ground: Literal[
        "no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_duty", "term_over"
    ] = Field(description="The ground of AVG article 17 (1), or that the agreed term is over.")
