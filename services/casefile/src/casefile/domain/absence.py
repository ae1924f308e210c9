"""A supporter rests or leaves: what they held is on the coordinator's list at once (WHO-08, WAA-09)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casefile.domain.consents import Consents
from casefile.domain.handover import CancelReason
from casefile.domain.part import Part, Supporter
from casefile.domain.place import Reason
from chassis.aggregates import DomainEvent, event


class Absence(Consents):
    """Who pauses stays named and may come back; who left or was erased is named no more."""

    class SupporterPaused(DomainEvent):
        """Even pauze."""

        TOPIC = "casefile:CaseFile.SupporterPaused"
        supporter_id: UUID

    class SupporterResumed(DomainEvent):
        """Available again."""

        TOPIC = "casefile:CaseFile.SupporterResumed"
        supporter_id: UUID

    class SupporterLeft(DomainEvent):
        """Stopped; ``erased`` when the personal data are gone as well."""

        TOPIC = "casefile:CaseFile.SupporterLeft"
        supporter_id: UUID
        erased: bool

    def pause_supporter(self, supporter_id: UUID, now: datetime) -> None:
        """The parts that they are responsible for go on the list and keep their name; handovers go on, and
        those to them stand on the list too. Nothing for somebody who is not in this case or paused already.
        """
        if not self._takes_part(supporter_id) or supporter_id in self.paused:
            return
        self._put_on_list(_ids(self._held_by(supporter_id)), Reason.SUPPORTER_PAUSED, now)
        self._put_on_list(self._coming_to(supporter_id), Reason.RECEIVER_PAUSED, now)
        self._unassign_checks(lambda supporter: supporter.supporter_id == supporter_id, now)
        self.happened(self.SupporterPaused, now=now, supporter_id=supporter_id)

    def resume_supporter(self, supporter_id: UUID, now: datetime) -> None:
        """They are back: what is still theirs leaves the list. Nothing when they were not paused here."""
        if supporter_id not in self.paused:
            return
        self.happened(self.SupporterResumed, now=now, supporter_id=supporter_id)
        self._take_off(_ids(self._held_by(supporter_id)), (Reason.SUPPORTER_PAUSED,), now)
        self._take_off(self._coming_to(supporter_id), (Reason.RECEIVER_PAUSED,), now)

    def supporter_leaves(self, supporter_id: UUID, now: datetime, *, erased: bool) -> None:
        """Their parts go on the list, handovers to them are cancelled and back to choice; handovers from them
        go on with the list as the giver: the coordinator takes their place at the talk. Nothing for somebody
        who is not in this case.
        """
        if not self._takes_part(supporter_id):
            return
        for handover in self.running_handovers():
            if handover.receiver.supporter_id == supporter_id:
                self._cancel(handover, CancelReason.RECEIVER_LEFT, now)
        held = _ids(self._held_by(supporter_id))
        self._put_on_list(held, Reason.SUPPORTER_ERASED if erased else Reason.SUPPORTER_LEFT, now)
        self._take_off(held, (Reason.SUPPORTER_PAUSED,), now)
        self._unassign_checks(lambda supporter: supporter.supporter_id == supporter_id, now)
        self.happened(self.SupporterLeft, now=now, supporter_id=supporter_id, erased=erased)

    def _takes_part(self, supporter_id: UUID) -> bool:
        checking = {check.responsible.supporter_id for check in self.checks.values() if check.responsible}
        return supporter_id in self.supporters() or supporter_id in checking - {*self.gone}

    def _held_by(self, supporter_id: UUID) -> tuple[Part, ...]:
        return tuple(
            part
            for part in self.open_parts()
            if part.responsible and part.responsible.supporter_id == supporter_id
        )

    def _coming_to(self, supporter_id: UUID) -> tuple[UUID, ...]:
        return tuple(
            part_id
            for handover in self.running_handovers()
            if handover.receiver.supporter_id == supporter_id
            for part_id in handover.part_ids
        )

    @event(SupporterPaused)
    def _supporter_paused(self, supporter_id: UUID) -> None:
        self.paused = (*self.paused, supporter_id)

    @event(SupporterResumed)
    def _supporter_resumed(self, supporter_id: UUID) -> None:
        self.paused = tuple(each for each in self.paused if each != supporter_id)

    @event(SupporterLeft)
    def _supporter_left(self, supporter_id: UUID) -> None:
        def is_gone(supporter: Supporter) -> bool:
            return supporter.supporter_id == supporter_id

        self.gone = (*self.gone, supporter_id)
        self.paused = tuple(each for each in self.paused if each != supporter_id)
        for part in self.open_parts():
            self.parts[part.part_id] = part.without(is_gone)
        for handover in self.running_handovers():
            if handover.giver and is_gone(handover.giver):
                self.handovers[handover.handover_id] = replace(handover, giver=None)


def _ids(parts: tuple[Part, ...]) -> tuple[UUID, ...]:
    return tuple(part.part_id for part in parts)
