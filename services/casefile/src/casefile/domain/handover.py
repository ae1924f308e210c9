"""A warm handover as it is now: its states, and who may set which (after the referral task of HL7 SDOH).

There is no draft: the match that both sides accepted is the draft, so a handover begins as requested.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

from casefile.domain.errors import NotYourStepInTheHandover
from casefile.domain.part import Supporter

Side = Literal["giver", "receiver", "resident", "coordinator"]
Direction = Literal["up", "down", "sideways"]
OverviewKeeper = Literal["giver", "receiver", "case_manager", "coordinator"]


class HandoverState(StrEnum):
    """The states of standards; ``in_progress`` begins when the talk is planned or held."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    DECLINED_BY_RESIDENT = "declined_by_resident"
    FAILED = "failed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    ENTERED_IN_ERROR = "entered_in_error"


RUNNING = frozenset(
    {HandoverState.REQUESTED, HandoverState.ACCEPTED, HandoverState.IN_PROGRESS, HandoverState.ON_HOLD}
)


class CancelReason(StrEnum):
    """Why a handover does not go on, apart from a no or silence of the receiver."""

    WITHDRAWN_BY_GIVER = "withdrawn_by_giver"
    WITHDRAWN_BY_RECEIVER = "withdrawn_by_receiver"
    WITHDRAWN_BY_COORDINATOR = "withdrawn_by_coordinator"
    RECEIVER_LEFT = "receiver_left"
    MATCH_ENDED = "match_ended"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    PART_CLOSED = "part_closed"
    FAILED = "failed"
    ENTERED_IN_ERROR = "entered_in_error"


class Step(StrEnum):
    """What somebody does in a handover."""

    ACCEPT = "accept"
    PLAN = "plan"
    RECORD_TALK = "record_talk"
    HOLD = "hold"
    RESUME = "resume"
    DECLINE = "decline"
    CANCEL = "cancel"
    FAIL = "fail"
    UNDO = "undo"


SETTERS: dict[Step, frozenset[Side]] = {
    Step.ACCEPT: frozenset({"receiver"}),
    Step.PLAN: frozenset({"receiver", "giver", "coordinator"}),
    Step.RECORD_TALK: frozenset({"receiver", "giver", "coordinator"}),
    Step.HOLD: frozenset({"receiver"}),
    Step.RESUME: frozenset({"receiver"}),
    Step.DECLINE: frozenset({"receiver", "resident"}),
    Step.CANCEL: frozenset({"giver", "receiver", "coordinator"}),
    Step.FAIL: frozenset({"receiver"}),
    Step.UNDO: frozenset({"giver", "coordinator"}),
}
"""Who may take which step. The coordinator acts where the list is the giver, and arranges."""


def check_setter(step: Step, by: Side) -> None:
    """Raises NotYourStepInTheHandover."""
    if by not in SETTERS[step]:
        raise NotYourStepInTheHandover


@dataclass(frozen=True)
class Talk:
    """What the three of them agreed (WHO-05): who does what, who keeps the overview, the way back."""

    held_at: datetime
    participant_roles: tuple[str, ...]
    overview_keeper: OverviewKeeper
    giver_stays: bool


@dataclass(frozen=True)
class Handover:
    """From a giver (None: the coordinator's list) to a receiver, of one or more parts.

    ``by_match``: the receiver came in by a match, so matching hears how it ends; who was in the case already
    keeps their match however it ends.
    """

    handover_id: UUID
    part_ids: tuple[UUID, ...]
    giver: Supporter | None
    receiver: Supporter
    direction: Direction
    answer_by: datetime
    by_match: bool = True
    state: HandoverState = HandoverState.REQUESTED
    accepted: bool = False
    planned_at: datetime | None = None
    talk: Talk | None = None

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def ready(self) -> bool:
        """Whether both conditions for moving responsibility are met (WHO-04)."""
        return self.accepted and self.talk is not None

    def involves(self, supporter_id: UUID) -> bool:
        """Whether this supporter gives or receives."""
        return supporter_id in {self.receiver.supporter_id, self.giver and self.giver.supporter_id}


def handover_id_of(cause: UUID, giver: Supporter | None) -> UUID:
    """The id of the handover that a match or a decision leads to; a whole case may have several givers."""
    return uuid5(cause, f"handover:{giver.supporter_id if giver else 'list'}")


def direction_of(giver: Supporter | None, receiver: Supporter, *, escalated: bool) -> Direction:
    """Up to formal, down to informal, or sideways. From the list: up when the part was scaled up."""
    if giver is None:
        return "up" if escalated and receiver.formality == "formal" else "sideways"
    if giver.formality == receiver.formality:
        return "sideways"
    return "up" if receiver.formality == "formal" else "down"


HELPERS = frozenset({"role_supporter", "role_case_manager", "role_backup", "role_coordinator"})


def all_three_took_part(roles: tuple[str, ...], *, giver_is_the_list: bool) -> bool:
    """Whether resident, giver's side and receiver are among these roles, one entry per person (WHO-02).

    The receiver is a supporter or case manager. The giver's side is another helper; when the coordinator's
    list is the giver, it is the coordinator.
    """
    resident = {"role_resident", "role_representative"} & set(roles)
    helpers = [role for role in roles if role in HELPERS]
    receivers = [role for role in helpers if role != "role_coordinator"]
    giver_side = "role_coordinator" in helpers if giver_is_the_list else len(helpers) > 1
    return bool(resident and receivers and giver_side)
