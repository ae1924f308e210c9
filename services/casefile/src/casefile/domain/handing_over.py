"""Handing over warmly (WHO-01…WHO-09): the giver stays responsible until talk and yes are both there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from casefile.domain.errors import (
    HandoverAcceptedAlready,
    HandoverNotAccepted,
    HandoverRunsAlready,
    ReceiverIsGiver,
    TalkHeldAlready,
    TalkInTheFuture,
    TalkNeedsAllThree,
    TalkPlannedInThePast,
)
from casefile.domain.handover import (
    Direction,
    Handover,
    HandoverState,
    OverviewKeeper,
    Side,
    Step,
    Talk,
    all_three_took_part,
    direction_of,
)
from casefile.domain.handover_rest import HandoverRest
from casefile.domain.part import Supporter
from casefile.domain.place import CHOICE_IS_OPEN, Reason
from chassis.aggregates import DomainEvent, event
from chassis.sealing import Sealed


class HandingOver(HandoverRest):
    """Offered, accepted, planned, talked through, completed."""

    class HandoverOffered(DomainEvent):
        """The resident chose a receiver, who is asked now. ``by_match``: matching awaits an answer."""

        TOPIC = "casefile:CaseFile.HandoverOffered"
        handover_id: UUID
        part_ids: tuple[UUID, ...]
        giver: Supporter | None
        receiver: Supporter
        direction: Direction
        answer_by: datetime
        by_match: bool

    class HandoverAccepted(DomainEvent):
        """The receiver says yes; nothing has moved yet. ``talk_by``: then a coordinator is told (WHO-09)."""

        TOPIC = "casefile:CaseFile.HandoverAccepted"
        handover_id: UUID
        talk_by: datetime

    class HandoverPlanned(DomainEvent):
        """The three-way talk has a date."""

        TOPIC = "casefile:CaseFile.HandoverPlanned"
        handover_id: UUID
        planned_at: datetime

    class ThreeWayTalkHeld(DomainEvent):
        """Resident, giver's side and receiver spoke, and agreed on what WHO-05 asks."""

        TOPIC = "casefile:CaseFile.ThreeWayTalkHeld"
        handover_id: UUID
        held_at: datetime
        participant_roles: tuple[str, ...]
        overview_keeper: OverviewKeeper
        who_does_what: Sealed
        way_back: Sealed
        giver_stays: bool

    class HandoverCompleted(DomainEvent):
        """The receiver is responsible; the giver stays around unless the resident wants otherwise."""

        TOPIC = "casefile:CaseFile.HandoverCompleted"
        handover_id: UUID
        part_ids: tuple[UUID, ...]
        giver: Supporter | None
        receiver: Supporter
        direction: Direction
        giver_stays: bool

    def accept_handover(self, handover_id: UUID, by: Side, talk_by: datetime, now: datetime) -> None:
        """The receiver accepts (WHO-04). Completes the handover when the talk was held before.

        Raises HandoverUnknown, HandoverIsOver, NotYourStepInTheHandover, HandoverIsOnHold,
        HandoverAcceptedAlready, ConsentMissing (it passed meanwhile).
        """
        handover = self._awake(handover_id, Step.ACCEPT, by)
        if handover.accepted:
            raise HandoverAcceptedAlready
        self._check_admitted(handover.receiver, handover.part_ids, now)
        self.happened(self.HandoverAccepted, now=now, handover_id=handover_id, talk_by=talk_by)
        self._complete_when_ready(handover_id, now)

    def plan_handover(self, handover_id: UUID, by: Side, planned_at: datetime, now: datetime) -> None:
        """The talk gets a date, or another one.

        Raises HandoverNotAccepted, TalkHeldAlready, TalkPlannedInThePast and what accepting raises.
        """
        handover = self._awake(handover_id, Step.PLAN, by)
        if not handover.accepted:
            raise HandoverNotAccepted
        if handover.talk:
            raise TalkHeldAlready
        if planned_at < now:
            raise TalkPlannedInThePast
        self.happened(self.HandoverPlanned, now=now, handover_id=handover_id, planned_at=planned_at)

    def record_three_way_talk(
        self,
        handover_id: UUID,
        by: Side,
        *,
        held_at: datetime,
        participant_roles: Sequence[str],
        overview_keeper: OverviewKeeper,
        who_does_what: Sealed,
        way_back: Sealed,
        giver_stays: bool,
        now: datetime,
    ) -> None:
        """The talk was held (WHO-02, WHO-03, WHO-05). Completes the handover when the receiver has accepted.

        Raises TalkNeedsAllThree, TalkHeldAlready, TalkInTheFuture and what accepting raises.
        """
        handover = self._awake(handover_id, Step.RECORD_TALK, by)
        if handover.talk:
            raise TalkHeldAlready
        if held_at > now:
            raise TalkInTheFuture
        if not all_three_took_part(tuple(participant_roles), giver_is_the_list=handover.giver is None):
            raise TalkNeedsAllThree
        self._check_admitted(handover.receiver, handover.part_ids, now)
        self.happened(
            self.ThreeWayTalkHeld,
            now=now,
            handover_id=handover_id,
            held_at=held_at,
            participant_roles=tuple(participant_roles),
            overview_keeper=overview_keeper,
            who_does_what=who_does_what,
            way_back=way_back,
            giver_stays=giver_stays,
        )
        self._complete_when_ready(handover_id, now)

    def signal_overdue_handover(self, handover_id: UUID, now: datetime) -> None:
        """The talk was not held in time: a coordinator is told (WHO-09). Nothing when it ended."""
        handover = self.handovers.get(handover_id)
        if handover and handover.running:
            self._put_on_list(handover.part_ids, Reason.HANDOVER_OVERDUE, now)

    def _offer_handover(
        self,
        handover_id: UUID,
        part_ids: tuple[UUID, ...],
        receiver: Supporter,
        *,
        answer_by: datetime,
        by_match: bool,
        now: datetime,
    ) -> None:
        """Ask a receiver for parts that have the same giver.

        Raises HandoverRunsAlready, ReceiverIsGiver, ConsentMissing.
        """
        if any(self.handover_of(part_id) for part_id in part_ids):
            raise HandoverRunsAlready
        giver = self.parts[part_ids[0]].responsible
        if giver and giver.supporter_id == receiver.supporter_id:
            raise ReceiverIsGiver
        self._check_admitted(receiver, part_ids, now)
        escalated = any(self.parts[part_id].escalation_id for part_id in part_ids)
        self.happened(
            self.HandoverOffered,
            now=now,
            handover_id=handover_id,
            part_ids=part_ids,
            giver=giver,
            receiver=receiver,
            direction=direction_of(giver, receiver, escalated=escalated),
            answer_by=answer_by,
            by_match=by_match,
        )
        self._take_off(part_ids, CHOICE_IS_OPEN, now)

    def _complete_when_ready(self, handover_id: UUID, now: datetime) -> None:
        handover = self.handovers[handover_id]
        if not handover.ready or handover.talk is None:
            return
        self.happened(
            self.HandoverCompleted,
            now=now,
            handover_id=handover_id,
            part_ids=handover.part_ids,
            giver=handover.giver,
            receiver=handover.receiver,
            direction=handover.direction,
            giver_stays=handover.talk.giver_stays,
        )
        self._receiver_is_there(handover.part_ids, handover.receiver, now)

    def _receiver_is_there(self, part_ids: Iterable[UUID], receiver: Supporter, now: datetime) -> None:
        """What stood on the list for want of somebody is settled; one who is paused leaves it there.

        A safety risk stands until the part is with a formal supporter or a coordinator dealt with it.
        """
        if not self.is_active(receiver):
            self._put_on_list(part_ids, Reason.SUPPORTER_PAUSED, now)
        for part_id in part_ids:
            kept = {Reason.SAFETY_RISK} if self.parts[part_id].escalation_id else set()
            if not self.is_active(receiver):
                kept.add(Reason.SUPPORTER_PAUSED)
            self._take_off((part_id,), set(Reason) - kept, now)

    @event(HandoverOffered)
    def _handover_offered(
        self,
        handover_id: UUID,
        part_ids: tuple[UUID, ...],
        giver: Supporter | None,
        receiver: Supporter,
        direction: Direction,
        answer_by: datetime,
        by_match: bool,
    ) -> None:
        self.handovers[handover_id] = Handover(
            handover_id, part_ids, giver, receiver, direction, answer_by, by_match
        )
        self._remember_match(receiver.match_id)

    @event(HandoverAccepted)
    def _handover_accepted(self, handover_id: UUID) -> None:
        talked = self.handovers[handover_id].talk
        state = HandoverState.IN_PROGRESS if talked else HandoverState.ACCEPTED
        self._change_handover(handover_id, state=state, accepted=True)

    @event(HandoverPlanned)
    def _handover_planned(self, handover_id: UUID, planned_at: datetime) -> None:
        self._change_handover(handover_id, state=HandoverState.IN_PROGRESS, planned_at=planned_at)

    @event(ThreeWayTalkHeld)
    def _three_way_talk_held(
        self,
        handover_id: UUID,
        held_at: datetime,
        participant_roles: tuple[str, ...],
        overview_keeper: OverviewKeeper,
        giver_stays: bool,
    ) -> None:
        talk = Talk(held_at, participant_roles, overview_keeper, giver_stays)
        self._change_handover(handover_id, state=HandoverState.IN_PROGRESS, talk=talk)

    @event(HandoverCompleted)
    def _handover_completed(
        self, handover_id: UUID, part_ids: tuple[UUID, ...], receiver: Supporter, giver_stays: bool
    ) -> None:
        self._change_handover(handover_id, state=HandoverState.COMPLETED)
        for part_id in part_ids:
            part = self.parts[part_id].taken_over_by(receiver, giver_stays=giver_stays)
            self.parts[part_id] = part
            self._scaling_complete(part_id, receiver.formality)
