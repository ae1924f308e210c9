"""A safety risk to somebody or their surroundings: a marked route, with who was told on what ground (CON-18).

It stands on the coordinator's list at once, scales up with priority where that was asked, and how long it
takes until somebody reacts is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from casefile.domain.errors import NothingToScale
from casefile.domain.escalating import Escalating
from casefile.domain.place import Reason
from casefile.domain.safeguard_errors import (
    NoConsentToTellParty,
    ReactedAlready,
    RiskUnknown,
    SharingNeedsAGround,
    ToldInTheFuture,
)
from casefile.domain.scaling import SAFETY_RISK
from chassis.aggregates import DomainEvent, event
from chassis.sealing import Sealed

RiskKind = Literal["to_self", "to_surroundings"]
Ground = Literal["consent", "vital_interest", "statutory_duty"]
PartyKind = Literal["resident", "carer", "organisation", "authority", "emergency_services"]


@dataclass(frozen=True)
class Told:
    """Who was told of a risk, when, on which ground. ``party``: an id of the network or an authority's."""

    kind: PartyKind
    party: str | None
    ground: Ground | None
    at: datetime


@dataclass(frozen=True)
class SafetyRisk:
    """A risk, until somebody reacted."""

    risk_id: UUID
    part_ids: tuple[UUID, ...]
    flagged_at: datetime
    react_by: datetime
    overdue: bool = False
    reacted_at: datetime | None = None


class Safety(Escalating):
    """Marked, not just another reason to scale up."""

    safety_risks: dict[UUID, SafetyRisk]

    class SafetyRiskFlagged(DomainEvent):
        """Somebody saw a risk; each party that was told of it was told on a ground."""

        TOPIC = "casefile:CaseFile.SafetyRiskFlagged"
        risk_id: UUID
        part_ids: tuple[UUID, ...]
        kind: RiskKind
        told: tuple[Told, ...]
        words: Sealed
        priority: bool
        reported_by_role: str
        react_by: datetime

    class SafetyRiskReactedTo(DomainEvent):
        """Somebody took it up; ``after_seconds`` since it was flagged (F5)."""

        TOPIC = "casefile:CaseFile.SafetyRiskReactedTo"
        risk_id: UUID
        by: str
        after_seconds: int

    class SafetyReactionOverdue(DomainEvent):
        """Nobody reacted in time: it is told again, and stays."""

        TOPIC = "casefile:CaseFile.SafetyReactionOverdue"
        risk_id: UUID

    def flag_safety_risk(
        self,
        risk_id: UUID,
        part_id: UUID | None,
        kind: RiskKind,
        *,
        told: Sequence[Told],
        consented: frozenset[str],
        words: Sealed,
        priority: bool,
        reported_by_role: str,
        resident_agrees: bool,
        react_by: datetime,
        escalation_id: UUID,
        answer_by: datetime,
        now: datetime,
    ) -> None:
        """Mark a risk in a part or (None) the whole. ``consented``: parties that the resident agreed to tell.

        With ``priority`` whatever is not with a formal supporter, or on its way there, scales up at once
        (ESC-15). Raises CaseIsClosed, PartUnknown, PartIsClosed, SharingNeedsAGround, NoConsentToTellParty,
        ToldInTheFuture.
        """
        parts = self._parts_to_scale(part_id)
        _check_told(told, consented, now)
        part_ids = tuple(part.part_id for part in parts)
        self.happened(
            self.SafetyRiskFlagged,
            now=now,
            risk_id=risk_id,
            part_ids=part_ids,
            kind=kind,
            told=tuple(told),
            words=words,
            priority=priority,
            reported_by_role=reported_by_role,
            react_by=react_by,
        )
        if priority:
            self._scale_up_with_priority(
                part_id, reported_by_role, resident_agrees, escalation_id, answer_by, now
            )
        self._put_on_list(part_ids, Reason.SAFETY_RISK, now)

    def _scale_up_with_priority(
        self,
        part_id: UUID | None,
        reported_by_role: str,
        resident_agrees: bool,
        escalation_id: UUID,
        answer_by: datetime,
        now: datetime,
    ) -> None:
        if part_id is None:
            try:
                self.escalate_whole(
                    (SAFETY_RISK,),
                    reported_by_role,
                    resident_agrees=resident_agrees,
                    escalation_id=escalation_id,
                    answer_by=answer_by,
                    now=now,
                )
            except NothingToScale:
                return  # all of it is with a formal supporter, or on its way there
            return
        part = self.open_part(part_id)
        if part.escalation_id or (part.responsible and part.responsible.formality == "formal"):
            return
        self.escalate_part(
            part_id,
            (SAFETY_RISK,),
            reported_by_role,
            resident_agrees=resident_agrees,
            escalation_id=escalation_id,
            answer_by=answer_by,
            now=now,
        )

    def claim(self, about: UUID, coordinator: str, until: datetime, now: datetime) -> None:
        """Taking the place on the list is a reaction to the risk there."""
        super().claim(about, coordinator, until, now)
        for risk in self._waiting():
            if about in risk.part_ids:
                self._react(risk, coordinator, now)

    def react_to_safety_risk(self, risk_id: UUID, by: str, now: datetime) -> None:
        """Somebody takes it up. Raises RiskUnknown, ReactedAlready."""
        risk = self.safety_risks.get(risk_id)
        if risk is None:
            raise RiskUnknown
        if risk.reacted_at is not None:
            raise ReactedAlready
        self._react(risk, by, now)

    def safety_reaction_overdue(self, risk_id: UUID, now: datetime) -> None:
        """The term passed. Nothing when somebody reacted, or the case closed meanwhile."""
        risk = self.safety_risks.get(risk_id)
        if risk is None or risk.reacted_at or risk.overdue or risk.react_by > now or not self.open:
            return
        self.happened(self.SafetyReactionOverdue, now=now, risk_id=risk_id)
        still_open = {part.part_id for part in self.open_parts()}
        self._put_on_list([p for p in risk.part_ids if p in still_open], Reason.SAFETY_REACTION_OVERDUE, now)

    def _waiting(self) -> tuple[SafetyRisk, ...]:
        return tuple(each for each in self.safety_risks.values() if each.reacted_at is None)

    def _react(self, risk: SafetyRisk, by: str, now: datetime) -> None:
        self.happened(
            self.SafetyRiskReactedTo,
            now=now,
            risk_id=risk.risk_id,
            by=by,
            after_seconds=max(0, int((now - risk.flagged_at).total_seconds())),
        )
        self._take_off(risk.part_ids, (Reason.SAFETY_REACTION_OVERDUE,), now)

    @event(SafetyRiskFlagged)
    def _safety_risk_flagged(
        self, risk_id: UUID, part_ids: tuple[UUID, ...], react_by: datetime, timestamp: datetime
    ) -> None:
        self.safety_risks[risk_id] = SafetyRisk(risk_id, part_ids, timestamp, react_by)

    @event(SafetyRiskReactedTo)
    def _safety_risk_reacted_to(self, risk_id: UUID, timestamp: datetime) -> None:
        self.safety_risks[risk_id] = replace(self.safety_risks[risk_id], reacted_at=timestamp)

    @event(SafetyReactionOverdue)
    def _safety_reaction_overdue(self, risk_id: UUID) -> None:
        self.safety_risks[risk_id] = replace(self.safety_risks[risk_id], overdue=True)


def _check_told(told: Sequence[Told], consented: frozenset[str], now: datetime) -> None:
    for each in told:
        if each.ground is None and each.kind != "resident":
            raise SharingNeedsAGround
        if each.ground == "consent" and each.kind != "resident" and each.party not in consented:
            raise NoConsentToTellParty
        if each.at > now:
            raise ToldInTheFuture
