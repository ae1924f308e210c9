"""One pilot-light check: planned, due once, missed at most once, until it is settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Aggregate, Created, DomainEvent, event
from notifications.domain import errors


class State(StrEnum):
    """Where a check stands."""

    PLANNED = "planned"
    DUE = "due"
    MISSED = "missed"
    SETTLED = "settled"


class Settlement(StrEnum):
    """Why nothing is to be done about a check any more."""

    DONE = "done"
    STOPPED = "stopped"
    REOPENED = "reopened"


class Check(Aggregate):
    """A check falls due exactly once, and never after it was settled (WAA-05)."""

    TOPIC: ClassVar[str] = "notifications:Check"

    case_id: UUID
    organisation: str
    responsible: UUID | None
    due_at: datetime
    done_within: timedelta
    state: State
    missed_at: datetime | None

    class Planned(Created):
        """A moment was agreed with the resident, and who looks after it (WAA-04).

        ``done_within`` is what the network's configuration ``network`` version ``network_version`` allows
        between falling due and being missed.
        """

        TOPIC: ClassVar[str] = "notifications:Check.Planned"
        case_id: UUID
        organisation: str
        network: str
        network_version: int
        responsible: UUID | None
        due_at: datetime
        done_within: timedelta

    class Reassigned(DomainEvent):
        """Another supporter looks after it; None: the coordinator's list does (WAA-09)."""

        TOPIC: ClassVar[str] = "notifications:Check.Reassigned"
        responsible: UUID | None
        before: UUID | None

    class FellDue(DomainEvent):
        """The agreed moment has come. From ``missed_at`` on it is missed."""

        TOPIC: ClassVar[str] = "notifications:Check.FellDue"
        missed_at: datetime

    class Missed(DomainEvent):
        """It fell due and nobody told in time how it went."""

        TOPIC: ClassVar[str] = "notifications:Check.Missed"

    class Settled(DomainEvent):
        """It was done, stopped on request, or overtaken because the case was opened again."""

        TOPIC: ClassVar[str] = "notifications:Check.Settled"
        settlement: Settlement

    @event(Planned)
    def __init__(
        self,
        case_id: UUID,
        organisation: str,
        responsible: UUID | None,
        due_at: datetime,
        done_within: timedelta,
    ) -> None:
        self.case_id, self.organisation, self.responsible = case_id, organisation, responsible
        self.due_at, self.done_within = due_at, done_within
        self.state, self.missed_at = State.PLANNED, None

    @classmethod
    def plan(
        cls,
        check_id: UUID,
        *,
        case_id: UUID,
        organisation: str,
        network: str,
        network_version: int,
        responsible: UUID | None,
        due_at: datetime,
        done_within: timedelta,
        now: datetime,
    ) -> Check:
        """Keep a check. Its moment may have passed already, when we were down: then it is due at once."""
        return cls.begin(
            check_id,
            cls.Planned,
            now=now,
            case_id=case_id,
            organisation=organisation,
            network=network,
            network_version=network_version,
            responsible=responsible,
            due_at=due_at,
            done_within=done_within,
        )

    @property
    def subject_id(self) -> UUID:
        """The case that this is about."""
        return self.case_id

    def reassign(self, responsible: UUID | None, *, now: datetime) -> None:
        """Another supporter, or nobody, looks after it from now on; a settled check stays so (WAA-09)."""
        if self.state is not State.SETTLED and responsible != self.responsible:
            self.happened(self.Reassigned, now=now, responsible=responsible, before=self.responsible)

    @event(Reassigned)
    def _reassigned(self, responsible: UUID | None) -> None:
        self.responsible = responsible

    def fall_due(self, *, now: datetime) -> None:
        """The moment has come: said once, never for a settled check, however late it is asked (WAA-05).

        Missed is counted from now: our own downtime leaves people their time. Raises NotDueYet.
        """
        if self.state is not State.PLANNED:
            return
        if now < self.due_at:
            raise errors.NotDueYet
        self.happened(self.FellDue, now=now, missed_at=now + self.done_within)

    @event(FellDue)
    def _fell_due(self, missed_at: datetime) -> None:
        self.state, self.missed_at = State.DUE, missed_at

    def miss(self, *, now: datetime) -> None:
        """Nobody told in time how it went: said once, never for a settled check (WAA-05).

        Raises NotMissedYet.
        """
        if self.state in (State.MISSED, State.SETTLED):
            return
        if self.missed_at is None or now < self.missed_at:
            raise errors.NotMissedYet
        self.happened(self.Missed, now=now)

    @event(Missed)
    def _missed(self) -> None:
        self.state = State.MISSED

    def settle(self, settlement: Settlement, *, now: datetime) -> None:
        """Nothing is to be done about it any more; the first settlement counts."""
        if self.state is not State.SETTLED:
            self.happened(self.Settled, now=now, settlement=settlement)

    @event(Settled)
    def _settled(self) -> None:
        self.state = State.SETTLED
