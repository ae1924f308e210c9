"""A handover rests for a while and goes on where it was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casefile.domain.errors import HandoverIsNotOnHold, HandoverIsOnHold, HandoverNotAccepted
from casefile.domain.handover import Handover, HandoverState, Side, Step
from casefile.domain.handover_endings import HandoverEndings
from chassis.aggregates import DomainEvent, event


class HandoverRest(HandoverEndings):
    """Only the receiver lets it rest, once they have accepted."""

    class HandoverRested(DomainEvent):
        """The receiver lets it rest for a while."""

        TOPIC = "casefile:CaseFile.HandoverRested"
        handover_id: UUID

    class HandoverResumed(DomainEvent):
        """It goes on where it was."""

        TOPIC = "casefile:CaseFile.HandoverResumed"
        handover_id: UUID

    def let_handover_rest(self, handover_id: UUID, by: Side, now: datetime) -> None:
        """One that was not accepted cannot rest. Raises HandoverNotAccepted and what accepting raises."""
        if not self._awake(handover_id, Step.HOLD, by).accepted:
            raise HandoverNotAccepted
        self.happened(self.HandoverRested, now=now, handover_id=handover_id)

    def resume_handover(self, handover_id: UUID, by: Side, now: datetime) -> None:
        """Raises HandoverIsNotOnHold and what accepting raises."""
        handover = self._running(handover_id, Step.RESUME, by)
        if handover.state is not HandoverState.ON_HOLD:
            raise HandoverIsNotOnHold
        self.happened(self.HandoverResumed, now=now, handover_id=handover_id)

    def _awake(self, handover_id: UUID, step: Step, by: Side) -> Handover:
        handover = self._running(handover_id, step, by)
        if handover.state is HandoverState.ON_HOLD:
            raise HandoverIsOnHold
        return handover

    @event(HandoverRested)
    def _handover_rested(self, handover_id: UUID) -> None:
        self._change_handover(handover_id, state=HandoverState.ON_HOLD)

    @event(HandoverResumed)
    def _handover_resumed(self, handover_id: UUID) -> None:
        handover = self.handovers[handover_id]
        begun = handover.planned_at or handover.talk
        state = HandoverState.IN_PROGRESS if begun else HandoverState.ACCEPTED
        self._change_handover(handover_id, state=state)
