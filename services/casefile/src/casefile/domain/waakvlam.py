"""Pilot-light contact after closing (WAA-01…WAA-11): only with the resident's yes, each check done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from casefile.domain.case_state import Awaited
from casefile.domain.errors import (
    CaseIsOpen,
    CheckInThePast,
    CheckIsOver,
    CheckUnknown,
    ConsentMissing,
    NotKnownInThisCase,
    SupporterNotAvailable,
    WaakvlamAnsweredAlready,
    WaakvlamDoesNotFit,
    WaakvlamNotOfferedHere,
)
from casefile.domain.on_the_list import OnTheList
from casefile.domain.part import Supporter
from casefile.domain.place import Reason
from casefile.domain.waakvlam_check import ASKS_FOR_MORE, Check, Outcome
from chassis.aggregates import DomainEvent, event

NO_CHECK_AFTER = frozenset({"close_deceased", "close_entered_in_error", "close_other_network"})
TRIES = 2
"""Not reached: once more by itself; after that a coordinator decides."""


class Waakvlam(OnTheList):
    """Agreed, planned, due, done; reassigned when its supporter rests or leaves."""

    class WaakvlamDeclined(DomainEvent):
        """The resident wants no pilot-light contact; support stays available."""

        TOPIC = "casefile:CaseFile.WaakvlamDeclined"

    class WaakvlamPlanned(DomainEvent):
        """A check was agreed with the resident. ``silence_by``: by then it must have been called due."""

        TOPIC = "casefile:CaseFile.WaakvlamPlanned"
        check_id: UUID
        due_at: datetime
        responsible: Supporter | None
        organisation: str
        every_days: int | None
        attempt: int
        silence_by: datetime

    class CheckFellDue(DomainEvent):
        """Its moment is there."""

        TOPIC = "casefile:CaseFile.CheckFellDue"
        check_id: UUID

    class CheckMissed(DomainEvent):
        """It was not done in time (WAA-05)."""

        TOPIC = "casefile:CaseFile.CheckMissed"
        check_id: UUID

    class CheckDone(DomainEvent):
        """Somebody spoke with the resident, or tried to."""

        TOPIC = "casefile:CaseFile.CheckDone"
        check_id: UUID
        outcome: Outcome

    class CheckReassigned(DomainEvent):
        """Somebody else does it, or (None) the organisation's coordinator; ``consent_id``: because of what
        happened to that consent.
        """

        TOPIC = "casefile:CaseFile.CheckReassigned"
        check_id: UUID
        responsible: Supporter | None
        consent_id: UUID | None = None

    class CheckStopped(DomainEvent):
        """It is not wanted or needed any more."""

        TOPIC = "casefile:CaseFile.CheckStopped"
        check_id: UUID
        consent_id: UUID | None = None

    def agree_on_waakvlam(
        self,
        check_id: UUID,
        due_at: datetime,
        *,
        responsible: UUID | None,
        every_days: int | None,
        answer_within: timedelta,
        offered: bool,
        now: datetime,
    ) -> None:
        """The resident wants a check at that moment (CLO-07, WAA-04).

        ``responsible``: a supporter of this case, also another than the last one (WAA-02), or None for the
        coordinator. ``offered``: whether the organisation has pilot-light contact at all (WAA-11).
        Raises CaseIsOpen, WaakvlamNotOfferedHere, WaakvlamDoesNotFit, WaakvlamAnsweredAlready,
        CheckInThePast, NotKnownInThisCase, SupporterNotAvailable.
        """
        if self.open:
            raise CaseIsOpen
        if not offered:
            raise WaakvlamNotOfferedHere
        if self.closed_for in NO_CHECK_AFTER:
            raise WaakvlamDoesNotFit
        if any(check.running for check in self.checks.values()) or check_id in self.checks:
            raise WaakvlamAnsweredAlready
        if due_at <= now:
            raise CheckInThePast
        supporter = self._who_does_checks(responsible)
        self._plan(check_id, due_at, supporter, every_days, 1, answer_within, now)

    def decline_waakvlam(self, now: datetime) -> None:
        """The resident wants none. Raises CaseIsOpen, WaakvlamAnsweredAlready."""
        if self.open:
            raise CaseIsOpen
        if self.asked_about_waakvlam:
            raise WaakvlamAnsweredAlready
        self.happened(self.WaakvlamDeclined, now=now)

    def check_is_due(self, check_id: UUID, now: datetime) -> None:
        """Its moment is there: it stands on the list, with whom it was agreed. Nothing when it is no longer
        planned (a repeated message, or one that crossed with an early contact).
        """
        check = self.checks.get(check_id)
        if check and check.state == "planned":
            self.happened(self.CheckFellDue, now=now, check_id=check_id)
            self._put_on_list((check_id,), Reason.WAAKVLAM_DUE, now)
            self._take_off((check_id,), (Reason.WAAKVLAM_SILENCE,), now)

    def check_was_missed(self, check_id: UUID, now: datetime) -> None:
        """It was not done in time: a coordinator is told. Nothing when it is over or was told before."""
        check = self.checks.get(check_id)
        if check and check.state in {"planned", "due"}:
            self.happened(self.CheckMissed, now=now, check_id=check_id)
            self._put_on_list((check_id,), Reason.WAAKVLAM_MISSED, now)

    def record_check(
        self,
        check_id: UUID,
        outcome: Outcome,
        *,
        next_check_id: UUID,
        retry_after: timedelta,
        answer_within: timedelta,
        now: datetime,
    ) -> None:
        """How the contact went (WAA-06); also before its moment, when the resident called.

        Goes well and is recurring: the next one is planned. Not reached: once more after ``retry_after``,
        then a coordinator is told. Asks for more: a coordinator talks with the resident; nothing reopens by
        itself. Raises CheckUnknown, CheckIsOver.
        """
        check = self._running_check(check_id)
        self.happened(self.CheckDone, now=now, check_id=check_id, outcome=outcome)
        self._take_off((check_id,), set(Reason), now)
        if outcome in ASKS_FOR_MORE:
            self._put_on_list((check_id,), Reason.WAAKVLAM_FOLLOW_UP, now)
        elif outcome is Outcome.NOT_REACHED and check.attempt >= TRIES:
            self._put_on_list((check_id,), Reason.WAAKVLAM_NOT_REACHED, now)
        elif outcome is Outcome.NOT_REACHED:
            again = now + retry_after
            who, attempt = check.responsible, check.attempt + 1
            self._plan(next_check_id, again, who, check.every_days, attempt, answer_within, now)
        elif outcome in {Outcome.FINE, Outcome.NUDGE} and check.every_days:
            again = now + timedelta(days=check.every_days)
            self._plan(next_check_id, again, check.responsible, check.every_days, 1, answer_within, now)

    def reassign_check(self, check_id: UUID, responsible: UUID | None, now: datetime) -> None:
        """Somebody else does it (WAA-09). Raises CheckUnknown, CheckIsOver, NotKnownInThisCase,
        SupporterNotAvailable.
        """
        self._running_check(check_id)
        supporter = self._who_does_checks(responsible)
        self.happened(self.CheckReassigned, now=now, check_id=check_id, responsible=supporter)
        if supporter:
            self._take_off((check_id,), (Reason.WAAKVLAM_UNASSIGNED,), now)

    def stop_waakvlam(self, check_id: UUID, now: datetime) -> None:
        """The resident wants no more contact (WAA-04). Raises CheckUnknown, CheckIsOver."""
        self._running_check(check_id)
        self._stop(check_id, now)

    def _stop(self, check_id: UUID, now: datetime, *, consent_id: UUID | None = None) -> None:
        self.happened(self.CheckStopped, now=now, check_id=check_id, consent_id=consent_id)
        self._take_off((check_id,), set(Reason), now)

    def _unassign_checks(
        self, of: Callable[[Supporter], bool], now: datetime, *, consent_id: UUID | None = None
    ) -> None:
        """The one who would do them is not there (WAA-09): the coordinator's, until another is found."""
        for check in tuple(self.checks.values()):
            if check.running and check.responsible and of(check.responsible):
                self.happened(
                    self.CheckReassigned,
                    now=now,
                    check_id=check.check_id,
                    responsible=None,
                    consent_id=consent_id,
                )
                self._put_on_list((check.check_id,), Reason.WAAKVLAM_UNASSIGNED, now, consent_id=consent_id)

    def _plan(
        self,
        check_id: UUID,
        due_at: datetime,
        responsible: Supporter | None,
        every_days: int | None,
        attempt: int,
        answer_within: timedelta,
        now: datetime,
    ) -> None:
        self.happened(
            self.WaakvlamPlanned,
            now=now,
            check_id=check_id,
            due_at=due_at,
            responsible=responsible,
            organisation=self.organisation,
            every_days=every_days,
            attempt=attempt,
            silence_by=due_at + answer_within,
        )

    def _who_does_checks(self, supporter_id: UUID | None) -> Supporter | None:
        if supporter_id is None:
            return None
        supporter = self.supporters().get(supporter_id)
        if supporter is None:
            raise NotKnownInThisCase
        if not self.is_active(supporter):
            raise SupporterNotAvailable
        if not any(each.admits and each.concerns(supporter) for each in self.involvements.values()):
            raise ConsentMissing
        return supporter

    def _running_check(self, check_id: UUID) -> Check:
        check = self.checks.get(check_id)
        if check is None:
            raise CheckUnknown
        if not check.running:
            raise CheckIsOver
        return check

    def _change_check(self, check_id: UUID, **changes: object) -> None:
        self.checks[check_id] = replace(self.checks[check_id], **changes)  # type: ignore[arg-type]

    @event(WaakvlamDeclined)
    def _waakvlam_declined(self) -> None:
        self.asked_about_waakvlam = True

    @event(WaakvlamPlanned)
    def _waakvlam_planned(
        self,
        check_id: UUID,
        due_at: datetime,
        responsible: Supporter | None,
        organisation: str,
        every_days: int | None,
        attempt: int,
        silence_by: datetime,
    ) -> None:
        self.asked_about_waakvlam = True
        self.checks[check_id] = Check(check_id, due_at, responsible, organisation, every_days, attempt)
        self.awaited[check_id] = Awaited("waakvlam_check_due", (check_id,), silence_by)

    @event(CheckFellDue)
    def _check_fell_due(self, check_id: UUID) -> None:
        self._change_check(check_id, state="due")
        self.awaited.pop(check_id, None)

    @event(CheckMissed)
    def _check_missed(self, check_id: UUID) -> None:
        self._change_check(check_id, state="missed")
        self.awaited.pop(check_id, None)

    @event(CheckDone)
    def _check_done(self, check_id: UUID) -> None:
        self._change_check(check_id, state="done")
        self.awaited.pop(check_id, None)

    @event(CheckReassigned)
    def _check_reassigned(self, check_id: UUID, responsible: Supporter | None) -> None:
        self._change_check(check_id, responsible=responsible)

    @event(CheckStopped)
    def _check_stopped(self, check_id: UUID) -> None:
        self._change_check(check_id, state="stopped")
        self.awaited.pop(check_id, None)
