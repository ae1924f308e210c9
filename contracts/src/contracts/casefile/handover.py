"""A warm handover from offer to end. Refusals and endings give a reason by code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contracts.casefile.owned import CasefileEvent
from contracts.codes import AppRole
from contracts.values import (
    Id,
    Instant,
    ReasonCode,
    Slug,
)

PartIds = Annotated[tuple[Id, ...], Field(min_length=1)]


class HandoverOffered(CasefileEvent):
    """A receiver is asked to take over; until then the giver is responsible (null: the coordinator)."""

    TYPE = "nl.ondersteuningsvragen.handover-offered.v1"
    SUBJECT = "cases.casefile.handover-offered.v1"

    handover_id: Id
    part_ids: PartIds
    giver: Id | None
    receiver: Id
    receiver_organisation: Slug
    match_id: Id
    answer_by: Instant


class WarmHandoverAccepted(CasefileEvent):
    """The receiver says yes; nothing has moved yet (WHO-04)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-accepted.v1"
    SUBJECT = "cases.casefile.warm-handover-accepted.v1"

    handover_id: Id


class WarmHandoverPlanned(CasefileEvent):
    """The three-way talk has a date."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-planned.v1"
    SUBJECT = "cases.casefile.warm-handover-planned.v1"

    handover_id: Id
    planned_at: Instant


class ThreeWayTalkHeld(CasefileEvent):
    """Resident, giver's side and receiver spoke with each other (WHO-02)."""

    TYPE = "nl.ondersteuningsvragen.three-way-talk-held.v1"
    SUBJECT = "cases.casefile.three-way-talk-held.v1"

    handover_id: Id
    held_at: Instant
    participant_roles: Annotated[tuple[AppRole, ...], Field(min_length=2)]


class WarmHandoverCompleted(CasefileEvent):
    """Accepted and talked through: the receiver is responsible from now on (WHO-01, WHO-04)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-completed.v1"
    SUBJECT = "cases.casefile.warm-handover-completed.v1"

    handover_id: Id
    part_ids: PartIds
    giver: Id | None
    receiver: Id
    match_id: Id
    direction: Literal["up", "down", "sideways"]
    completed_at: Instant


class WarmHandoverDeclined(CasefileEvent):
    """Receiver or resident does not want it; back to choice, the giver stays responsible (WHO-07)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-declined.v1"
    SUBJECT = "cases.casefile.warm-handover-declined.v1"

    handover_id: Id
    part_ids: PartIds
    receiver: Id
    match_id: Id
    by: Literal["receiver", "resident"]


class WarmHandoverCancelled(CasefileEvent):
    """It will not go on, for a reason by code; the giver stays responsible."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-cancelled.v1"
    SUBJECT = "cases.casefile.warm-handover-cancelled.v1"

    handover_id: Id
    part_ids: PartIds
    receiver: Id
    match_id: Id
    reason: ReasonCode


class WarmHandoverTimedOut(CasefileEvent):
    """The receiver did not answer in time; the coordinator acts, the giver stays responsible (WHO-09)."""

    TYPE = "nl.ondersteuningsvragen.warm-handover-timed-out.v1"
    SUBJECT = "cases.casefile.warm-handover-timed-out.v1"

    handover_id: Id
    part_ids: PartIds
    receiver: Id
    match_id: Id
