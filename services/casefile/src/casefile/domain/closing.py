"""Closing part by part (CLO-05), and opening again with consent and choice asked anew (WAA-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casefile.domain.consents import Consents
from casefile.domain.errors import CaseIsClosed, CaseIsOpen, NoPartGiven, PartNamedTwice
from casefile.domain.handover import CancelReason
from casefile.domain.part import AskedPart, Part
from casefile.domain.place import Reason
from chassis.aggregates import DomainEvent, event


class Closing(Consents):
    """Parts close one by one; the case closes with the last of them."""

    class PartAdded(DomainEvent):
        """A delimited question with its "done when" (CLR-22); somebody is looked for."""

        TOPIC = "casefile:CaseFile.PartAdded"
        part: AskedPart

    class PartClosed(DomainEvent):
        """A question is done, or stopped."""

        TOPIC = "casefile:CaseFile.PartClosed"
        part_id: UUID
        reason: str

    class Closed(DomainEvent):
        """All parts are closed, and the case with them."""

        TOPIC = "casefile:CaseFile.Closed"
        reason: str

    class Reopened(DomainEvent):
        """The case lives again with its history; what was consented to and chosen before no longer counts."""

        TOPIC = "casefile:CaseFile.Reopened"

    def add_part(self, asked: AskedPart, now: datetime) -> None:
        """A further question in an open case (INT-13): on the list until somebody is found.

        Raises CaseIsClosed, PartNamedTwice.
        """
        if not self.open:
            raise CaseIsClosed
        self._add_parts((asked,), Reason.NEW_PART, now)

    def close_part(self, part_id: UUID, reason: str, now: datetime) -> None:
        """A part is done, or the resident stops (no reason is asked: CLO-06). With the last one, the case.

        Raises CaseIsClosed, PartUnknown, PartIsClosed.
        """
        self._close_part(self.open_part(part_id), reason, now)
        if not self.open_parts():
            self.happened(self.Closed, now=now, reason=reason)

    def close(self, reason: str, now: datetime) -> None:
        """Close the case and with it each part that is still open: none is dropped. Raises CaseIsClosed."""
        if not self.open:
            raise CaseIsClosed
        for part in self.open_parts():
            self._close_part(part, reason, now)
        self.happened(self.Closed, now=now, reason=reason)

    def reopen(self, parts: Sequence[AskedPart], now: datetime) -> tuple[UUID, ...]:
        """Open again with new delimited questions (WAA-07), on the list; a running check is stopped.

        Who was let into this case is asked anew: returns those consents, which are over.

        Raises CaseIsOpen, NoPartGiven, PartNamedTwice.
        """
        if self.open:
            raise CaseIsOpen
        if not parts:
            raise NoPartGiven
        for check in tuple(self.checks.values()):
            if check.running:
                self._stop(check.check_id, now)
        self._take_off(tuple(self.checks), set(Reason), now)
        asked_anew = tuple(
            each.consent_id for each in self.involvements.values() if each.admits and not each.general
        )
        for consent_id in asked_anew:
            self.end_involvement(consent_id, "asked_anew", now)
        self.happened(self.Reopened, now=now)
        self._add_parts(parts, Reason.REOPENED, now)
        return asked_anew

    def _add_parts(self, parts: Sequence[AskedPart], reason: Reason, now: datetime) -> None:
        ids = tuple(part.part_id for part in parts)
        if len(set(ids)) < len(ids) or set(ids) & set(self.parts):
            raise PartNamedTwice
        for part in parts:
            self.happened(self.PartAdded, now=now, part=part)
        self._put_on_list(ids, reason, now)

    def _close_part(self, part: Part, reason: str, now: datetime) -> None:
        handover = self.handover_of(part.part_id)
        if handover and handover.part_ids == (part.part_id,):
            self._cancel(handover, CancelReason.PART_CLOSED, now)
        self.happened(self.PartClosed, now=now, part_id=part.part_id, reason=reason)

    @event(PartAdded)
    def _part_added(self, part: AskedPart) -> None:
        self.parts[part.part_id] = Part(part)

    @event(PartClosed)
    def _part_closed(self, part_id: UUID, reason: str) -> None:
        for escalation in tuple(self.escalations.values()):
            if part_id in escalation.part_ids:
                self._part_leaves_escalation(part_id, escalation.escalation_id)
        handover = self.handover_of(part_id)
        if handover:
            left = tuple(each for each in handover.part_ids if each != part_id)
            self.handovers[handover.handover_id] = replace(handover, part_ids=left)
        self.places.pop(part_id, None)
        self._change_parts((part_id,), closed_for=reason, escalation_id=None)

    @event(Closed)
    def _closed(self, reason: str, timestamp: datetime) -> None:
        self.open, self.closed_for, self.closed_at = False, reason, timestamp
        for consent_id in self.involvements:
            self.places.pop(consent_id, None)  # whether it goes on need not be asked any more

    @event(Reopened)
    def _reopened(self) -> None:
        self.open, self.closed_for, self.closed_at = True, None, None
        self.asked_about_waakvlam = False
