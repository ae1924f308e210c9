"""How a handover ends without being completed: back to choice, and nobody is left alone (WHO-07)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from casefile.domain.errors import HandoverIsOver, HandoverNotAccepted, HandoverUnderWay
from casefile.domain.handover import CancelReason, Handover, HandoverState, Side, Step, check_setter
from casefile.domain.on_the_list import OnTheList
from casefile.domain.part import Supporter
from casefile.domain.place import OF_A_HANDOVER, Reason
from chassis.aggregates import DomainEvent, event

_CANCELLED_BY = {
    "giver": CancelReason.WITHDRAWN_BY_GIVER,
    "receiver": CancelReason.WITHDRAWN_BY_RECEIVER,
    "coordinator": CancelReason.WITHDRAWN_BY_COORDINATOR,
}


class HandoverEndings(OnTheList):
    """The giver stays responsible, or the list where there is no giver; the parts stand on the list."""

    class HandoverDeclined(DomainEvent):
        """Receiver or resident says no."""

        TOPIC = "casefile:CaseFile.HandoverDeclined"
        handover_id: UUID
        part_ids: tuple[UUID, ...]
        receiver: Supporter
        by: Literal["receiver", "resident"]

    class HandoverCancelled(DomainEvent):
        """It does not go on, for this reason; ``consent_id``: because of what happened to that consent."""

        TOPIC = "casefile:CaseFile.HandoverCancelled"
        handover_id: UUID
        part_ids: tuple[UUID, ...]
        receiver: Supporter
        reason: CancelReason
        consent_id: UUID | None = None

    class HandoverTimedOut(DomainEvent):
        """The receiver did not answer in time."""

        TOPIC = "casefile:CaseFile.HandoverTimedOut"
        handover_id: UUID
        part_ids: tuple[UUID, ...]
        receiver: Supporter

    def decline_handover(self, handover_id: UUID, by: Side, now: datetime) -> None:
        """Receiver or resident says no; the resident may do so until it is complete (WHO-07).

        Raises HandoverUnknown, HandoverIsOver, NotYourStepInTheHandover, and HandoverUnderWay when the
        receiver declines after the talk: then it failed.
        """
        handover = self._running(handover_id, Step.DECLINE, by)
        if by == "receiver" and handover.talk:
            raise HandoverUnderWay
        self.happened(
            self.HandoverDeclined,
            now=now,
            handover_id=handover_id,
            part_ids=handover.part_ids,
            receiver=handover.receiver,
            by="resident" if by == "resident" else "receiver",
        )
        self._back_to_choice(handover, Reason.HANDOVER_DECLINED, now)

    def cancel_handover(self, handover_id: UUID, by: Side, now: datetime) -> None:
        """Giver, receiver or coordinator calls it off.

        Raises HandoverUnknown, HandoverIsOver, NotYourStepInTheHandover.
        """
        self._cancel(self._running(handover_id, Step.CANCEL, by), _CANCELLED_BY[by], now)

    def fail_handover(self, handover_id: UUID, by: Side, now: datetime) -> None:
        """The receiver finds, after accepting, that it does not work.

        Raises HandoverNotAccepted (decline instead) and what cancelling raises.
        """
        handover = self._running(handover_id, Step.FAIL, by)
        if not handover.accepted:
            raise HandoverNotAccepted
        self._cancel(handover, CancelReason.FAILED, now)

    def undo_handover(self, handover_id: UUID, by: Side, now: datetime) -> None:
        """It was entered in error.

        Raises HandoverUnderWay once the receiver accepted or the talk was held, and what cancelling raises.
        """
        handover = self._running(handover_id, Step.UNDO, by)
        if handover.accepted or handover.talk:
            raise HandoverUnderWay
        self._cancel(handover, CancelReason.ENTERED_IN_ERROR, now)

    def time_out_handover(self, handover_id: UUID, now: datetime) -> None:
        """The receiver did not answer in time. Nothing happens when they did, or when it is over."""
        handover = self.handovers.get(handover_id)
        if not handover or not handover.running or handover.accepted or now < handover.answer_by:
            return
        self.happened(
            self.HandoverTimedOut,
            now=now,
            handover_id=handover_id,
            part_ids=handover.part_ids,
            receiver=handover.receiver,
        )
        self._back_to_choice(handover, Reason.HANDOVER_TIMED_OUT, now)

    def _cancel(
        self, handover: Handover, reason: CancelReason, now: datetime, *, consent_id: UUID | None = None
    ) -> None:
        self.happened(
            self.HandoverCancelled,
            now=now,
            handover_id=handover.handover_id,
            part_ids=handover.part_ids,
            receiver=handover.receiver,
            reason=reason,
            consent_id=consent_id,
        )
        if reason is not CancelReason.PART_CLOSED:
            self._back_to_choice(handover, Reason.HANDOVER_CANCELLED, now, consent_id=consent_id)

    def _back_to_choice(
        self, handover: Handover, reason: Reason, now: datetime, *, consent_id: UUID | None = None
    ) -> None:
        self._put_on_list(handover.part_ids, reason, now, consent_id=consent_id)
        self._take_off(handover.part_ids, OF_A_HANDOVER, now)

    def _running(self, handover_id: UUID, step: Step, by: Side) -> Handover:
        handover = self.handover(handover_id)
        if not handover.running:
            raise HandoverIsOver
        check_setter(step, by)
        return handover

    def _change_handover(self, handover_id: UUID, **changes: object) -> None:
        self.handovers[handover_id] = replace(self.handovers[handover_id], **changes)  # type: ignore[arg-type]

    @event(HandoverDeclined)
    def _handover_declined(self, handover_id: UUID, by: Literal["receiver", "resident"]) -> None:
        state = HandoverState.DECLINED_BY_RESIDENT if by == "resident" else HandoverState.REJECTED
        self._change_handover(handover_id, state=state)

    @event(HandoverCancelled)
    def _handover_cancelled(self, handover_id: UUID, reason: CancelReason) -> None:
        states = {
            CancelReason.FAILED: HandoverState.FAILED,
            CancelReason.ENTERED_IN_ERROR: HandoverState.ENTERED_IN_ERROR,
        }
        self._change_handover(handover_id, state=states.get(reason, HandoverState.CANCELLED))

    @event(HandoverTimedOut)
    def _handover_timed_out(self, handover_id: UUID) -> None:
        self._change_handover(handover_id, state=HandoverState.TIMED_OUT)
