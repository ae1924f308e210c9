"""A safety risk, and speaking or writing for the resident: that it happened, and no word of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contracts.casefile.owned import CasefileEvent
from contracts.codes import AppRole
from contracts.network.safeguards import Channel
from contracts.values import Id, Instant, Slug


class SafetyRiskFlagged(CasefileEvent):
    """Somebody saw a risk to the resident or their surroundings (CON-18). ``react_by``: then told again."""

    TYPE = "nl.ondersteuningsvragen.safety-risk-flagged.v1"
    SUBJECT = "cases.casefile.safety-risk-flagged.v1"

    risk_id: Id
    part_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    kind: Literal["to_self", "to_surroundings"]
    priority: bool
    reported_by_role: AppRole
    organisation: Slug
    network: Slug
    react_by: Instant


class RepresentedInPresence(CasefileEvent):
    """A supporter spoke with the resident there, or wrote a text that the resident approved (CON-01)."""

    TYPE = "nl.ondersteuningsvragen.represented-in-presence.v1"
    SUBJECT = "cases.casefile.represented-in-presence.v1"

    part_id: Id
    contact_id: Id
    supporter_id: Id
    channel: Channel
    resident_present: bool
    text_approved: bool
    happened_at: Instant
