"""What notifications has to remember of a case: its network, and which checks belong to it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Aggregate, Created, DomainEvent, event
from notifications.domain import errors


class Matter(Aggregate):
    """A case, seen from here; they share their id."""

    TOPIC: ClassVar[str] = "notifications:Matter"

    network: str
    checks: tuple[UUID, ...]

    class Noted(Created):
        """A case was opened in this network, whose configuration says how long a check may wait."""

        TOPIC: ClassVar[str] = "notifications:Matter.Noted"
        network: str

    class CheckAdded(DomainEvent):
        """A check was agreed in this case."""

        TOPIC: ClassVar[str] = "notifications:Matter.CheckAdded"
        check_id: UUID

    @event(Noted)
    def __init__(self, network: str) -> None:
        self.network = network
        self.checks = ()

    @classmethod
    def note(cls, case_id: UUID, *, network: str, now: datetime) -> Matter:
        """Remember a case."""
        return cls.begin(case_id, cls.Noted, now=now, network=network)

    @property
    def subject_id(self) -> UUID:
        """The case itself."""
        return self.id

    def add_check(self, check_id: UUID, *, now: datetime) -> None:
        """One more check belongs to this case. Raises CheckPlannedAlready."""
        if check_id in self.checks:
            raise errors.CheckPlannedAlready
        self.happened(self.CheckAdded, now=now, check_id=check_id)

    @event(CheckAdded)
    def _check_added(self, check_id: UUID) -> None:
        self.checks = (*self.checks, check_id)
