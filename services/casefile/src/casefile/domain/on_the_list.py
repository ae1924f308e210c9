"""The coordinator's list of a case: what stands on it, and who is working on what (REG-01, REG-02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casefile.domain.case_state import CaseState
from casefile.domain.consent_errors import ReviewNotDecided
from casefile.domain.errors import NotOnTheList, NotTakenByYou, PartHasNobody, TakenByAnotherCoordinator
from casefile.domain.place import NOBODY_IS_THERE, Claim, Place, Reason
from chassis.aggregates import DomainEvent, event


class OnTheList(CaseState):
    """Places come and go with what happens in a case; a claim says who is working on one, and lapses."""

    class PutOnList(DomainEvent):
        """These parts or checks stand on the organisation's list, (also) for this reason.

        ``consent_id``: because of what happened to that consent.
        """

        TOPIC = "casefile:CaseFile.PutOnList"
        abouts: tuple[UUID, ...]
        reason: Reason
        organisation: str
        consent_id: UUID | None = None

    class TakenOffList(DomainEvent):
        """These reasons hold no longer; without any reason left, the place is gone."""

        TOPIC = "casefile:CaseFile.TakenOffList"
        abouts: tuple[UUID, ...]
        reasons: tuple[Reason, ...]

    class Claimed(DomainEvent):
        """A coordinator works on it, until then."""

        TOPIC = "casefile:CaseFile.Claimed"
        about: UUID
        coordinator: str
        until: datetime

    class ClaimEnded(DomainEvent):
        """Nobody works on these any more; they stay on the list."""

        TOPIC = "casefile:CaseFile.ClaimEnded"
        abouts: tuple[UUID, ...]

    def claim(self, about: UUID, coordinator: str, until: datetime, now: datetime) -> None:
        """Take a place on the list to work on it; taking one's own again prolongs it.

        Raises NotOnTheList, TakenByAnotherCoordinator. A claim whose moment has passed is nobody's.
        """
        place = self._place(about)
        running = place.claim if place.claim and place.claim.until > now else None
        if running and running.coordinator != coordinator:
            raise TakenByAnotherCoordinator
        self.happened(self.Claimed, now=now, about=about, coordinator=coordinator, until=until)

    def release(self, about: UUID, coordinator: str, now: datetime) -> None:
        """Put it back for others. Raises NotOnTheList, NotTakenByYou."""
        place = self._place(about)
        if not place.claim or place.claim.coordinator != coordinator:
            raise NotTakenByYou
        self.happened(self.ClaimEnded, now=now, abouts=(about,))

    def release_claims_of(self, coordinator: str, now: datetime) -> None:
        """The coordinator is absent: whatever they were working on is everybody's again."""
        mine = [p.about for p in self.places.values() if p.claim and p.claim.coordinator == coordinator]
        if mine:
            self.happened(self.ClaimEnded, now=now, abouts=tuple(mine))

    def lapse_claim(self, about: UUID, now: datetime) -> None:
        """The moment of a claim passed. Nothing happens when it was prolonged, ended or settled."""
        place = self.places.get(about)
        if place and place.claim and place.claim.until <= now:
            self.happened(self.ClaimEnded, now=now, abouts=(about,))

    def settle(self, about: UUID, reason: Reason, now: datetime) -> None:
        """A coordinator dealt with it, so it need not stand there for this reason any more.

        Raises NotOnTheList, PartHasNobody (a part stays until somebody is responsible for it), and
        ReviewNotDecided.
        """
        if reason not in self._place(about).reasons:
            raise NotOnTheList
        if reason in NOBODY_IS_THERE:
            raise PartHasNobody
        if reason is Reason.BREACH_REVIEW:
            raise ReviewNotDecided
        self._take_off((about,), (reason,), now)

    def _place(self, about: UUID) -> Place:
        place = self.places.get(about)
        if place is None:
            raise NotOnTheList
        return place

    def _put_on_list(
        self, abouts: Iterable[UUID], reason: Reason, now: datetime, *, consent_id: UUID | None = None
    ) -> None:
        new = tuple(a for a in abouts if a not in self.places or reason not in self.places[a].reasons)
        if new:
            self.happened(
                self.PutOnList,
                now=now,
                abouts=new,
                reason=reason,
                organisation=self.organisation,
                consent_id=consent_id,
            )

    def _take_off(self, abouts: Iterable[UUID], reasons: Iterable[Reason], now: datetime) -> None:
        ended = frozenset(reasons)
        concerned = tuple(a for a in abouts if a in self.places and self.places[a].reasons & ended)
        if concerned:
            held = frozenset[Reason]().union(*(self.places[about].reasons for about in concerned))
            self.happened(self.TakenOffList, now=now, abouts=concerned, reasons=tuple(sorted(held & ended)))

    @event(PutOnList)
    def _put(self, abouts: tuple[UUID, ...], reason: Reason, organisation: str, timestamp: datetime) -> None:
        for about in abouts:
            place = self.places.get(about) or Place(about, organisation, ())
            self.places[about] = place.also_for(reason, timestamp)

    @event(TakenOffList)
    def _taken_off(self, abouts: tuple[UUID, ...], reasons: tuple[Reason, ...]) -> None:
        for about in abouts:
            left = self.places[about].no_longer_for(frozenset(reasons))
            if left:
                self.places[about] = left
            else:
                del self.places[about]

    @event(Claimed)
    def _claimed(self, about: UUID, coordinator: str, until: datetime) -> None:
        self.places[about] = replace(self.places[about], claim=Claim(coordinator, until))

    @event(ClaimEnded)
    def _claim_ended(self, abouts: tuple[UUID, ...]) -> None:
        for about in abouts:
            self.places[about] = replace(self.places[about], claim=None)
