"""Who is responsible for a part: one person, or the coordinator's list; never nobody (design §8.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casefile.domain.consents import Consents
from casefile.domain.errors import (
    CaseIsClosed,
    HandoverRunsAlready,
    PartIsClosed,
    SupporterNotAvailable,
    SupporterServesPartAlready,
)
from casefile.domain.handover import CancelReason, handover_id_of
from casefile.domain.part import Part, Supporter
from casefile.domain.place import CHOICE_IS_OPEN, Reason
from chassis.aggregates import DomainEvent, event


class Responsibility(Consents):
    """What a match means for a case, and what its end means."""

    class SupporterAssigned(DomainEvent):
        """Nobody was there: this supporter is responsible at once."""

        TOPIC = "casefile:CaseFile.SupporterAssigned"
        part_id: UUID
        supporter: Supporter

    class SupporterAdded(DomainEvent):
        """This supporter helps alongside; responsibility stays where it is (ESC-07)."""

        TOPIC = "casefile:CaseFile.SupporterAdded"
        part_id: UUID
        supporter: Supporter
        escalation_id: UUID

    class AssignmentRefused(DomainEvent):
        """A match (None: for the whole) cannot be followed up, for this reason; matching is told."""

        TOPIC = "casefile:CaseFile.AssignmentRefused"
        part_id: UUID | None
        supporter_id: UUID
        match_id: UUID
        reason: str

    class MatchEnded(DomainEvent):
        """This supporter no longer serves the parts of this match."""

        TOPIC = "casefile:CaseFile.MatchEnded"
        match_id: UUID
        supporter: Supporter
        part_ids: tuple[UUID, ...]
        reason: str

    def assign_supporter(
        self,
        supporter: Supporter,
        part_id: UUID | None,
        *,
        answers: UUID | None,
        start_after_talk: bool,
        answer_by: datetime,
        now: datetime,
    ) -> None:
        """A supporter whom the resident chose and who said yes comes in, for a part or (None) the whole.

        Nobody responsible: at once, or by a handover from the list when the network starts with the talk
        (WHO-11). Somebody responsible: a handover is offered (WHO-04). Only adding was asked: alongside, and
        nothing moves (ESC-07). The same match again changes nothing. ``answers``: the escalation it answers.

        Raises CaseIsClosed, PartUnknown, PartIsClosed, SupporterNotAvailable, ConsentMissing,
        SupporterServesPartAlready, HandoverRunsAlready.
        """
        if supporter.match_id in self.matches:
            return
        parts = self._parts_for(part_id, answers)
        if not self.is_active(supporter):
            raise SupporterNotAvailable
        escalation = self.escalations.get(answers) if answers else None
        if escalation and escalation.only_adds:
            self._check_admitted(supporter, [part.part_id for part in parts], now)
            for part in parts:
                self._add(part, supporter, escalation.escalation_id, now)
            return
        free = self._free_for(supporter, parts)
        self._check_admitted(supporter, [part.part_id for part in free], now)
        for giver_id, with_giver in _by_giver(free).items():
            part_ids = tuple(part.part_id for part in with_giver)
            if giver_id is None and not start_after_talk:
                for each in part_ids:
                    self.happened(self.SupporterAssigned, now=now, part_id=each, supporter=supporter)
                self._receiver_is_there(part_ids, supporter, now)
            else:
                handover_id = handover_id_of(supporter.match_id, with_giver[0].responsible)
                self._offer_handover(
                    handover_id, part_ids, supporter, answer_by=answer_by, by_match=True, now=now
                )

    def refuse_assignment(
        self, supporter_id: UUID, match_id: UUID, part_id: UUID | None, reason: str, now: datetime
    ) -> None:
        """The answer to a match that cannot be; the same match again is not answered twice."""
        if match_id in self.matches:
            return
        self.happened(
            self.AssignmentRefused,
            now=now,
            part_id=part_id,
            supporter_id=supporter_id,
            match_id=match_id,
            reason=reason,
        )

    def end_match(self, match_id: UUID, reason: str, now: datetime) -> None:
        """A match ended outside (no click, for instance): its parts are on the list at once.

        A handover to this supporter is cancelled; one from them goes on with the list as the giver. Nothing
        happens when nobody of that match serves an open part.
        """
        receiving = [each for each in self.running_handovers() if each.receiver.match_id == match_id]
        serving = [p for p in self.open_parts() if match_id in {each.match_id for each in p.people()}]
        if not receiving and not serving:
            return
        supporter = receiving[0].receiver if receiving else _of_match(serving[0], match_id)
        for handover in receiving:
            self._cancel(handover, CancelReason.MATCH_ENDED, now)
        held = [p.part_id for p in serving if p.responsible and p.responsible.match_id == match_id]
        self._put_on_list(held, Reason.MATCH_ENDED, now)
        self._take_off(held, (Reason.SUPPORTER_PAUSED,), now)
        if serving:
            self.happened(
                self.MatchEnded,
                now=now,
                match_id=match_id,
                supporter=supporter,
                part_ids=tuple(part.part_id for part in serving),
                reason=reason,
            )

    def _parts_for(self, part_id: UUID | None, answers: UUID | None) -> tuple[Part, ...]:
        if part_id is not None:
            return (self.open_part(part_id),)
        if not self.open:
            raise CaseIsClosed
        escalation = self.escalations.get(answers) if answers else None
        if escalation is None:
            return self.open_parts()
        parts = tuple(self.parts[each] for each in escalation.part_ids if self.parts[each].open)
        if not parts:
            raise PartIsClosed
        return parts

    def _free_for(self, supporter: Supporter, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """Those of the parts that this supporter can come into now; at least one."""
        without_handover = tuple(part for part in parts if not self.handover_of(part.part_id))
        if not without_handover:
            raise HandoverRunsAlready
        free = tuple(
            part
            for part in without_handover
            if not part.responsible or part.responsible.supporter_id != supporter.supporter_id
        )
        if not free:
            raise SupporterServesPartAlready
        return free

    def _add(self, part: Part, supporter: Supporter, escalation_id: UUID, now: datetime) -> None:
        self.happened(
            self.SupporterAdded,
            now=now,
            part_id=part.part_id,
            supporter=supporter,
            escalation_id=escalation_id,
        )
        self._take_off((part.part_id,), CHOICE_IS_OPEN | {Reason.EXTRA_HELP_WANTED}, now)

    @event(SupporterAssigned)
    def _supporter_assigned(self, part_id: UUID, supporter: Supporter) -> None:
        self.parts[part_id] = self.parts[part_id].taken_over_by(supporter, giver_stays=True)
        self._remember_match(supporter.match_id)
        self._scaling_complete(part_id, supporter.formality)

    @event(SupporterAdded)
    def _supporter_added(self, part_id: UUID, supporter: Supporter, escalation_id: UUID) -> None:
        self.parts[part_id] = self.parts[part_id].with_companion(supporter)
        self._remember_match(supporter.match_id)
        self._part_leaves_escalation(part_id, escalation_id)

    @event(AssignmentRefused)
    def _assignment_refused(self, match_id: UUID) -> None:
        self._remember_match(match_id)

    @event(MatchEnded)
    def _match_ended(self, match_id: UUID) -> None:
        for part in self.open_parts():
            self.parts[part.part_id] = part.without(lambda supporter: supporter.match_id == match_id)
        for handover in self.running_handovers():
            if handover.giver and handover.giver.match_id == match_id:
                self.handovers[handover.handover_id] = replace(handover, giver=None)


def _by_giver(parts: tuple[Part, ...]) -> dict[UUID | None, list[Part]]:
    groups: dict[UUID | None, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.responsible.supporter_id if part.responsible else None, []).append(part)
    return groups


def _of_match(part: Part, match_id: UUID) -> Supporter:
    return next(each for each in part.people() if each.match_id == match_id)
