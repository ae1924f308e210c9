"""What the resident said yes to: the consent, and the parts that were agreed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.sealing import Sealed
from intake.domain import errors

SUPPORT = "cp_support"
"""The consent purpose that opens a case."""


class Formality(StrEnum):
    """Whether an informal or a formal supporter is looked for; ``any`` leaves it to the choice (INT-11)."""

    INFORMAL = "informal"
    FORMAL = "formal"
    ANY = "any"


class ConsentProof(BaseModel):
    """Which text the resident agreed to, how, when, and who wrote it down (CON-03).

    ``text_sha256`` is the hash of the text as the network's configuration holds it; ``purpose``, ``way``
    and ``recorded_by_role`` are codes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    consent_id: UUID
    purpose: str
    way: str
    text_id: str
    text_sha256: str
    text_language: str
    given_at: datetime
    recorded_by_role: str

    def must_open_a_case(self, explained_at: datetime, now: datetime) -> None:
        """Consent to support, given after the right was explained.

        Raises ConsentIsForSomethingElse, ConsentBeforeExplanation and ConsentInTheFuture.
        """
        if self.purpose != SUPPORT:
            raise errors.ConsentIsForSomethingElse
        if self.given_at < explained_at:
            raise errors.ConsentBeforeExplanation
        if self.given_at > now:
            raise errors.ConsentInTheFuture


class AskedPart(BaseModel):
    """A delimited question with its own "done when", agreed with the resident (INT-13, CLR-22).

    ``life_domains`` are codes, any of them: nobody is refused on a domain (INT-06).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    part_id: UUID
    question: Sealed
    done_when: Sealed
    life_domains: tuple[str, ...]
    formality: Formality
