"""Speaking and writing for the resident, by channel (CON-01, design §8.5).

Speaking needs consent and the resident's presence, writing a text that the resident approved; a factual call
names nobody and needs neither. What a channel asks is the network's; this holds it against what was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from casefile.domain.safeguard_errors import (
    FactualCallNamesNobody,
    RepresentingNeedsConsent,
    ResidentMustBePresent,
    TextMustBeApproved,
)

Channel = Literal["phone", "meeting", "conference_call", "video_call", "letter", "email", "factual_call"]
Needed = Literal["present", "text_approved", "none"]


@dataclass(frozen=True)
class ChannelAsks:
    """What the network asks of a channel."""

    consent: bool
    presence: Needed
    names_resident: bool


@dataclass(frozen=True)
class Represented:
    """For whom, to whom and how: what stands in the log of a contact. ``authority``: an id, never a name."""

    authority: str
    channel: Channel
    resident_present: bool
    text_approved: bool
    named_resident: bool
    consent_id: UUID | None


def check_representation(done: Represented, asks: ChannelAsks) -> Represented | None:
    """What was done, when it may be logged so. A call that names nobody represents nobody: None.

    Raises FactualCallNamesNobody, RepresentingNeedsConsent, ResidentMustBePresent, TextMustBeApproved.
    """
    if not asks.names_resident:
        if done.named_resident:
            raise FactualCallNamesNobody
        return None
    if asks.consent and done.consent_id is None:
        raise RepresentingNeedsConsent
    if asks.presence == "present" and not done.resident_present:
        raise ResidentMustBePresent
    if asks.presence == "text_approved" and not done.text_approved:
        raise TextMustBeApproved
    return done
