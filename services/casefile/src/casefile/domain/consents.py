"""Who may be involved in a case: only by a consent in force, and not a moment longer (CON-03, CON-04).

``Consent`` is about a person; here stands what it means for one case. When a consent goes, what follows from
that follows at once and in one chain: each fact names the consent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casefile.domain.consent_errors import PartOfAnotherCase
from casefile.domain.consent_terms import WAAKVLAM, Because, Party, Scope, Terms
from casefile.domain.handing_over import HandingOver
from casefile.domain.handover import CancelReason, Handover
from casefile.domain.involvement import Involvement, Leaving
from casefile.domain.part import Supporter
from casefile.domain.place import Reason
from casefile.domain.waakvlam import Waakvlam
from chassis.aggregates import DomainEvent, event

Lets = Callable[[Supporter, UUID], bool]


class Consents(HandingOver, Waakvlam):
    """Nobody is let in by choosing alone. Refusing or withdrawing never ends support by itself."""

    class InvolvementAllowed(DomainEvent):
        """The resident agrees that this party is involved."""

        TOPIC = "casefile:CaseFile.InvolvementAllowed"
        involvement: Involvement

    class InvolvementRefused(DomainEvent):
        """The resident was asked and does not want this party involved; support goes on."""

        TOPIC = "casefile:CaseFile.InvolvementRefused"
        purpose: str
        party: Party

    class InvolvementNarrowed(DomainEvent):
        """The same party, in less of the case. ``leaving``: who serves what no longer."""

        TOPIC = "casefile:CaseFile.InvolvementNarrowed"
        consent_id: UUID
        before: Involvement
        after: Involvement
        leaving: tuple[Leaving, ...]
        matches_over: tuple[UUID, ...]

    class InvolvementEnded(DomainEvent):
        """The consent is over. ``excluded``: no other one lets this party in."""

        TOPIC = "casefile:CaseFile.InvolvementEnded"
        consent_id: UUID
        involvement: Involvement
        because: Because
        leaving: tuple[Leaving, ...]
        matches_over: tuple[UUID, ...]
        excluded: bool

    def allow_involvement(self, consent_id: UUID, terms: Terms, now: datetime) -> None:
        """By a consent of the resident. Nothing when it was known; raises PartOfAnotherCase."""
        if consent_id in self.involvements:
            return
        if not set(terms.scope.part_ids) <= set(self.parts):
            if terms.case_id is not None:
                raise PartOfAnotherCase
            return  # a consent for all cases that names parts of another one
        self.happened(self.InvolvementAllowed, now=now, involvement=Involvement.of(consent_id, terms))

    def refuse_involvement(self, terms: Terms, now: datetime) -> None:
        """The resident said no; nothing follows from it (AVG 7 (4))."""
        self.happened(self.InvolvementRefused, now=now, purpose=terms.purpose, party=terms.party)

    def narrow_involvement(self, consent_id: UUID, scope: Scope, now: datetime) -> None:
        """Less from now on. Nothing for a consent that is not known here. Raises PartOfAnotherCase."""
        before = self.involvements.get(consent_id)
        if before is None:
            return
        if not set(scope.part_ids) <= set(self.parts):
            raise PartOfAnotherCase
        after = before.narrowed(scope)
        stopped, leaving = self._not_let(before, after)
        self.happened(
            self.InvolvementNarrowed,
            now=now,
            consent_id=consent_id,
            before=before,
            after=after,
            leaving=leaving,
            matches_over=self._matches_over(before, stopped, leaving),
        )
        self._take_off((consent_id,), (Reason.CONSENT_EXPIRES,), now)
        self._follow(before, stopped, leaving, now)

    def end_involvement(self, consent_id: UUID, because: Because, now: datetime) -> None:
        """Handovers to and from that party stop, its supporters leave and what they held is on the list,
        checks that they would do are the coordinator's. Nothing for a consent that is not known here.

        With the last consent for the organisation that coordinates every running handover stops; the case
        stays on its list. With the last one for pilot-light contact, that stops.
        """
        before = self.involvements.get(consent_id)
        if before is None:
            return
        stopped, leaving = self._not_let(before, None)
        self.happened(
            self.InvolvementEnded,
            now=now,
            consent_id=consent_id,
            involvement=before,
            because=because,
            leaving=leaving,
            matches_over=self._matches_over(before, stopped, leaving),
            excluded=before.admits
            and not self._others(before, lambda i: i.admits and i.party == before.party),
        )
        self._take_off((consent_id,), (Reason.CONSENT_EXPIRES,), now)
        self._follow(before, stopped, leaving, now)
        if before.purpose == WAAKVLAM and not self._others(before, lambda i: i.purpose == WAAKVLAM):
            for check in tuple(self.checks.values()):
                if check.running:
                    self._stop(check.check_id, now, consent_id=consent_id)

    def consent_expires_soon(self, consent_id: UUID, now: datetime) -> None:
        """Somebody asks whether it goes on (CON-03). Nothing when it is over, or the case is closed."""
        if self.open and consent_id in self.involvements:
            self._put_on_list((consent_id,), Reason.CONSENT_EXPIRES, now, consent_id=consent_id)

    def look_into_breach(self, review_id: UUID, consent_id: UUID, now: datetime) -> None:
        """Who looked under a consent that was never given has to be judged, so it is on the list."""
        self._put_on_list((review_id,), Reason.BREACH_REVIEW, now, consent_id=consent_id)

    def breach_looked_into(self, review_id: UUID, now: datetime) -> None:
        """It was judged."""
        self._take_off((review_id,), (Reason.BREACH_REVIEW,), now)

    def _others(self, but: Involvement, which: Callable[[Involvement], bool]) -> bool:
        return any(which(i) for i in self.involvements.values() if i.consent_id != but.consent_id)

    def _not_let(
        self, before: Involvement, after: Involvement | None
    ) -> tuple[tuple[Handover, ...], tuple[Leaving, ...]]:
        """The handovers that stop and who leaves when it becomes so; what another consent lets, stays."""
        if not before.admits:
            return (), ()
        left = {**self.involvements}
        del left[before.consent_id]
        if after:
            left[after.consent_id] = after

        def lets(supporter: Supporter, part_id: UUID) -> bool:
            return any(each.lets(supporter, part_id) for each in left.values())

        foundation = any(i.admits and i.party.id == self.organisation for i in left.values())
        stopped = tuple(
            each
            for each in self.running_handovers()
            if not foundation
            or any(self._stops(each, side, before, lets) for side in (each.giver, each.receiver))
        )
        leaving = tuple(
            Leaving(part.part_id, each)
            for part in self.parts.values()
            for each in part.people()
            if before.concerns(each) and not lets(each, part.part_id)
        )
        return stopped, leaving

    @staticmethod
    def _stops(handover: Handover, side: Supporter | None, before: Involvement, lets: Lets) -> bool:
        return (
            side is not None
            and before.concerns(side)
            and not all(lets(side, part_id) for part_id in handover.part_ids)
        )

    def _matches_over(
        self, before: Involvement, stopped: tuple[Handover, ...], leaving: tuple[Leaving, ...]
    ) -> tuple[UUID, ...]:
        gone = {(each.part_id, each.supporter.match_id) for each in leaving}
        receiving = {h.receiver.match_id for h in self.running_handovers() if h not in stopped}
        staying = receiving | {
            person.match_id
            for part in self.open_parts()
            for person in part.people()
            if (part.part_id, person.match_id) not in gone
        }
        ended = {match_id for _, match_id in gone} | {
            h.receiver.match_id for h in stopped if before.concerns(h.receiver)
        }
        return tuple(sorted(ended - staying))

    def _follow(
        self,
        before: Involvement,
        stopped: tuple[Handover, ...],
        leaving: tuple[Leaving, ...],
        now: datetime,
    ) -> None:
        """What happens because of it. Those who left are named no more, so their parts have nobody."""
        consent_id = before.consent_id
        empty = [
            part.part_id
            for part in self.open_parts()
            if part.responsible is None and part.part_id in {each.part_id for each in leaving}
        ]
        self._put_on_list(empty, Reason.CONSENT_WITHDRAWN, now, consent_id=consent_id)
        self._take_off(empty, (Reason.SUPPORTER_PAUSED,), now)
        for handover in stopped:
            self._cancel(handover, CancelReason.CONSENT_WITHDRAWN, now, consent_id=consent_id)
        if before.admits:
            self._unassign_checks(
                lambda one: before.concerns(one) and not self._let_anywhere(one), now, consent_id=consent_id
            )

    def _let_anywhere(self, supporter: Supporter) -> bool:
        return any(each.admits and each.concerns(supporter) for each in self.involvements.values())

    @event(InvolvementAllowed)
    def _involvement_allowed(self, involvement: Involvement) -> None:
        self.involvements[involvement.consent_id] = involvement

    @event(InvolvementRefused)
    def _involvement_refused(self) -> None:
        """Nothing follows from it."""

    @event(InvolvementNarrowed)
    def _involvement_narrowed(self, after: Involvement, leaving: tuple[Leaving, ...]) -> None:
        self.involvements[after.consent_id] = after
        self._leave(leaving)

    @event(InvolvementEnded)
    def _involvement_ended(self, consent_id: UUID, leaving: tuple[Leaving, ...]) -> None:
        del self.involvements[consent_id]
        self._leave(leaving)

    def _leave(self, leaving: tuple[Leaving, ...]) -> None:
        for each in leaving:
            part, who = self.parts[each.part_id], each.supporter
            if part.open:
                self.parts[each.part_id] = part.without(lambda one, who=who: one == who)  # type: ignore[misc]
            for handover in self.running_handovers():
                if each.part_id in handover.part_ids and handover.giver == who:
                    self.handovers[handover.handover_id] = replace(handover, giver=None)
