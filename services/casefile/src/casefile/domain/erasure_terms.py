"""What is said of an erasure: who asks, on which ground, what the table answers, what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

AskedBy = Literal["resident", "representative", "organisation", "table"]
Ground = Literal["no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_duty", "term_over"]
"""AVG 17 (1), and that the agreed term is over."""
Standing = Literal["kept", "delayed", "declined", "decided", "erased"]
WhenAsked = Literal["erase", "delay", "refuse"]


@dataclass(frozen=True)
class Decider:
    """Who decided, as far as others may know: a role at an organisation. Role "" is the table itself."""

    role: str
    organisation: str


@dataclass(frozen=True)
class Rule:
    """What the retention table says; ``until`` is not known before the term has begun.

    ``without_asking``: when the term is over, nobody needs to decide.
    """

    when_asked: WhenAsked
    source: str
    reason: str | None
    until: datetime | None
    without_asking: bool = False

    def holds(self, now: datetime) -> bool:
        """Whether it still stands in the way of who asks."""
        return self.when_asked != "erase" and (self.until is None or now < self.until)


@dataclass(frozen=True)
class Gone:
    """What erasing came to: the erasure log's line, the key that is no more, and when."""

    number: int
    sha256: str
    key_id: UUID | None
    erased_at: datetime
