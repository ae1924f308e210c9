"""Scaling down (ESC-08, ESC-09, ESC-11): back to informal with a warm handover, to somebody whom the resident
knows or chooses anew. Bridging or adding help is not scaling down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from casefile.domain.case_state import Awaited
from casefile.domain.errors import (
    HandoverRunsAlready,
    NothingToScale,
    NotKnownInThisCase,
    PartAlreadyDeEscalated,
    PartIsNotWithFormalSupporter,
    SupporterNotAvailable,
)
from casefile.domain.escalating import Escalating
from casefile.domain.escalation import Escalation
from casefile.domain.handing_over import HandingOver
from casefile.domain.handover import handover_id_of
from casefile.domain.part import Part, Supporter
from casefile.domain.place import Reason
from casefile.domain.scaling import grounds
from chassis.aggregates import DomainEvent, event


class Deescalating(Escalating, HandingOver):
    """Down."""

    class PartDeEscalated(DomainEvent):
        """Decided to scale down a part. ``receiver``: to whom it goes back, when the resident knows that;
        else matching may answer with options until ``answer_by``.
        """

        TOPIC = "casefile:CaseFile.PartDeEscalated"
        decision_id: UUID
        part_id: UUID
        indications: tuple[str, ...]
        reported_by_role: str
        answer_by: datetime | None
        receiver: UUID | None

    class WholeDeEscalated(DomainEvent):
        """Decided to scale down every open part that is with a formal supporter."""

        TOPIC = "casefile:CaseFile.WholeDeEscalated"
        decision_id: UUID
        part_ids: tuple[UUID, ...]
        indications: tuple[str, ...]
        reported_by_role: str
        answer_by: datetime | None
        receiver: UUID | None

    class ExtraHelpAsked(DomainEvent):
        """Informal help next to the formal supporter is wanted (FI06, FI07); nothing moves (ESC-10)."""

        TOPIC = "casefile:CaseFile.ExtraHelpAsked"
        part_ids: tuple[UUID, ...]
        indications: tuple[str, ...]
        reported_by_role: str

    def de_escalate(
        self,
        part_id: UUID | None,
        indications: Sequence[str],
        reported_by_role: str,
        *,
        resident_agrees: bool,
        receiver: UUID | None,
        decision_id: UUID,
        answer_by: datetime,
        handover_answer_by: datetime,
        now: datetime,
    ) -> None:
        """Decide to scale down a part or (None) the whole.

        ``receiver``: a companion whom the resident wants it to go back to; the handover is offered at once.
        Without one matching is asked for options until ``answer_by``, and a coordinator lets the resident
        choose. A no of the resident is recorded and respected.

        Raises CaseIsClosed, PartUnknown, PartIsClosed, PartIsNotWithFormalSupporter, NothingToScale,
        PartAlreadyDeEscalated,
        HandoverRunsAlready, NotKnownInThisCase, SupporterNotAvailable, and what ``grounds`` raises.
        """
        given = grounds(indications, "down")
        parts = self._parts_to_lighten(part_id)
        part_ids = tuple(part.part_id for part in parts)
        companion = self._companion(parts, receiver)
        self._observe(part_id, given.codes, reported_by_role, now)
        if not resident_agrees:
            self._refused("down", part_ids, part_id is None, given, reported_by_role, now)
            return
        if given.only_adds:
            self.happened(
                self.ExtraHelpAsked,
                now=now,
                part_ids=part_ids,
                indications=given.codes,
                reported_by_role=reported_by_role,
            )
            self._put_on_list(part_ids, Reason.EXTRA_HELP_WANTED, now)
            return
        what = {"part_id": part_id} if part_id else {"part_ids": part_ids}
        self.happened(
            self.PartDeEscalated if part_id else self.WholeDeEscalated,
            now=now,
            decision_id=decision_id,
            indications=given.codes,
            reported_by_role=reported_by_role,
            answer_by=None if companion else answer_by,
            receiver=receiver,
            **what,
        )
        if companion is None:
            self._put_on_list(part_ids, Reason.CHOICE_WANTED, now)
            return
        for giver, of_giver in _by_giver(parts).items():
            self._offer_handover(
                handover_id_of(decision_id, giver),
                of_giver,
                companion,
                answer_by=handover_answer_by,
                by_match=False,
                now=now,
            )

    def _parts_to_lighten(self, part_id: UUID | None) -> tuple[Part, ...]:
        parts = tuple(
            part
            for part in self._parts_to_scale(part_id)
            if part.responsible and part.responsible.formality == "formal"
        )
        if not parts:
            raise PartIsNotWithFormalSupporter if part_id else NothingToScale
        if any(self.handover_of(part.part_id) for part in parts):
            raise HandoverRunsAlready
        decided = {
            each for down in self.escalations.values() if down.direction == "down" for each in down.part_ids
        }
        waiting = tuple(part for part in parts if part.part_id not in decided)
        if not waiting:
            raise PartAlreadyDeEscalated
        return waiting

    def _companion(self, parts: tuple[Part, ...], receiver: UUID | None) -> Supporter | None:
        if receiver is None:
            return None
        for part in parts:
            if receiver not in {each.supporter_id for each in part.companions}:
                raise NotKnownInThisCase
        companion = next(each for each in parts[0].companions if each.supporter_id == receiver)
        if companion.formality != "informal":
            raise NotKnownInThisCase
        if not self.is_active(companion):
            raise SupporterNotAvailable
        return companion

    @event(PartDeEscalated)
    def _part_de_escalated(
        self, decision_id: UUID, part_id: UUID, indications: tuple[str, ...], answer_by: datetime | None
    ) -> None:
        self._de_escalated(decision_id, (part_id,), False, indications, answer_by)

    @event(WholeDeEscalated)
    def _whole_de_escalated(
        self,
        decision_id: UUID,
        part_ids: tuple[UUID, ...],
        indications: tuple[str, ...],
        answer_by: datetime | None,
    ) -> None:
        self._de_escalated(decision_id, part_ids, True, indications, answer_by)

    def _de_escalated(
        self,
        decision_id: UUID,
        part_ids: tuple[UUID, ...],
        whole: bool,
        indications: tuple[str, ...],
        answer_by: datetime | None,
    ) -> None:
        if answer_by is None:  # the handover that was offered at once tells the rest
            return
        self.escalations[decision_id] = Escalation(
            decision_id, part_ids, whole, indications, priority=False, only_adds=False, direction="down"
        )
        self.awaited[decision_id] = Awaited("options_for_de_escalation", part_ids, answer_by)


def _by_giver(parts: tuple[Part, ...]) -> dict[Supporter | None, tuple[UUID, ...]]:
    groups: dict[Supporter | None, tuple[UUID, ...]] = {}
    for part in parts:
        groups[part.responsible] = (*groups.get(part.responsible, ()), part.part_id)
    return groups
