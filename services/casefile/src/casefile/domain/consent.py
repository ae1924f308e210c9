"""The least that a case file must know of consent. Purpose, period, text and proof are for a later aggregate
of its own per person; what stands here says only whether a party may be involved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

ConsentBasis = Literal["support_accepted", "supporter_chosen", "asked"]


@dataclass(frozen=True)
class Consent:
    """The resident agrees that an organisation takes part.

    ``basis``: by saying yes to support, by choosing one of its supporters, or asked for by itself.
    """

    consent_id: UUID
    party: str
    basis: ConsentBasis
    given_at: datetime


@dataclass(frozen=True)
class ConsentProof:
    """To which text the resident said yes, how, and in which role somebody wrote it down."""

    consent_id: UUID
    purpose: str
    way: str
    text_id: str
    text_sha256: str
    text_language: str
    given_at: datetime
    recorded_by_role: str
