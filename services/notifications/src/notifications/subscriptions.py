"""What notifications does because of what others tell."""

from __future__ import annotations

from uuid import UUID

from chassis.inbox.heard import Effects, Heard, Subscriptions
from contracts.casefile import (
    CaseOpened,
    CaseReopened,
    PersonalDataErased,
    WaakvlamCheckDone,
    WaakvlamReassigned,
    WaakvlamScheduled,
    WaakvlamStopped,
)
from notifications.application import Notifications
from notifications.domain.check import Settlement


class Hearing:
    """The subscribers; each turns one message into one decision."""

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications

    def subscriptions(self) -> Subscriptions:
        """What is heard of casefile."""
        return {
            CaseOpened: self.remember_the_network_of_the_case,
            WaakvlamScheduled: self.wait_for_the_moment_of_the_check,
            WaakvlamReassigned: self.note_who_looks_after_the_check,
            WaakvlamCheckDone: self.stop_waiting_for_the_done_check,
            WaakvlamStopped: self.stop_waiting_for_the_stopped_check,
            CaseReopened: self.stop_waiting_for_all_checks_of_the_case,
            PersonalDataErased: self.keep_that_somebody_was_erased,
        }

    def keep_that_somebody_was_erased(self, heard: Heard[PersonalDataErased]) -> Effects:
        """CON-17, AVG 19."""
        event = heard.event
        return Effects(
            self._notifications.note_erased(
                event.person, event.capacity, event.erasure_id, event.erased_at, heard.now
            )
        )

    def remember_the_network_of_the_case(self, heard: Heard[CaseOpened]) -> Effects:
        """Its configuration says how long a check may wait."""
        return Effects(self._notifications.note_case(heard.envelope.subject, heard.event.network, heard.now))

    def wait_for_the_moment_of_the_check(self, heard: Heard[WaakvlamScheduled]) -> Effects:
        """WAA-04, WAA-05."""
        return Effects(
            self._notifications.plan_check(
                heard.envelope.subject,
                heard.event.check_id,
                due_at=heard.event.due_at,
                responsible=heard.event.responsible,
                organisation=heard.event.organisation,
                now=heard.now,
            )
        )

    def note_who_looks_after_the_check(self, heard: Heard[WaakvlamReassigned]) -> Effects:
        """WAA-09."""
        event = heard.event
        return Effects(
            self._notifications.reassign_check(
                heard.envelope.subject, event.check_id, event.responsible, heard.now
            )
        )

    def stop_waiting_for_the_done_check(self, heard: Heard[WaakvlamCheckDone]) -> Effects:
        """Also when it was done before it was due."""
        return self._settled(heard, heard.event.check_id, Settlement.DONE)

    def stop_waiting_for_the_stopped_check(self, heard: Heard[WaakvlamStopped]) -> Effects:
        """WAA-04: stopped on request."""
        return self._settled(heard, heard.event.check_id, Settlement.STOPPED)

    def stop_waiting_for_all_checks_of_the_case(self, heard: Heard[CaseReopened]) -> Effects:
        """WAA-07: an open case has supporters; a check after closing is agreed anew."""
        return Effects(
            self._notifications.settle_all_checks(heard.envelope.subject, Settlement.REOPENED, heard.now)
        )

    def _settled(
        self,
        heard: Heard[WaakvlamCheckDone] | Heard[WaakvlamStopped],
        check_id: UUID,
        settlement: Settlement,
    ) -> Effects:
        return Effects(
            self._notifications.settle_check(heard.envelope.subject, check_id, settlement, heard.now)
        )
