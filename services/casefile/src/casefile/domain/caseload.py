"""In which cases a supporter takes part, and whether they rest or have left.

Matching owns supporters; what is kept here lets this service follow a pause into every case at once, and
refuse a match that crossed with one: entering a case and pausing change the same aggregate, so that one of
two simultaneous decisions is always made again.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from casefile.domain.errors import SupporterNotAvailable
from chassis.aggregates import Aggregate, Created, DomainEvent, event


class Caseload(Aggregate):
    """Its id is the supporter's id."""

    TOPIC = "casefile:Caseload"
    GUARDED: ClassVar[bool] = False
    """In how many cases a supporter takes part, by id; decisions about any of them look at it."""

    cases: tuple[UUID, ...]
    paused: bool
    left: bool

    class Begun(Created):
        """This supporter is heard of for the first time."""

        TOPIC = "casefile:Caseload.Begun"

    class CaseEntered(DomainEvent):
        """They take part in a case."""

        TOPIC = "casefile:Caseload.CaseEntered"
        case_id: UUID

    class Paused(DomainEvent):
        """Even pauze."""

        TOPIC = "casefile:Caseload.Paused"

    class Resumed(DomainEvent):
        """Available again."""

        TOPIC = "casefile:Caseload.Resumed"

    class Left(DomainEvent):
        """Stopped for good."""

        TOPIC = "casefile:Caseload.Left"

    @classmethod
    def begin_for(cls, supporter_id: UUID, now: datetime) -> Caseload:
        """The caseload of a supporter who was not heard of before."""
        return cls.begin(supporter_id, cls.Begun, now=now)

    def check_available(self) -> None:
        """Raises SupporterNotAvailable."""
        if self.paused or self.left:
            raise SupporterNotAvailable

    def enter(self, case_id: UUID, now: datetime) -> None:
        """They come into a case; nothing when they were in it. Raises SupporterNotAvailable."""
        self.check_available()
        if case_id not in self.cases:
            self.happened(self.CaseEntered, now=now, case_id=case_id)

    def pause(self, now: datetime) -> None:
        """Nothing when they rest or left already."""
        if not self.paused and not self.left:
            self.happened(self.Paused, now=now)

    def resume(self, now: datetime) -> None:
        """Nothing when they did not rest."""
        if self.paused:
            self.happened(self.Resumed, now=now)

    def leave(self, now: datetime) -> None:
        """Nothing when they left already."""
        if not self.left:
            self.happened(self.Left, now=now)

    @event(Begun)
    def __init__(self) -> None:
        self.cases, self.paused, self.left = (), False, False

    @event(CaseEntered)
    def _case_entered(self, case_id: UUID) -> None:
        self.cases = (*self.cases, case_id)

    @event(Paused)
    def _paused(self) -> None:
        self.paused = True

    @event(Resumed)
    def _resumed(self) -> None:
        self.paused = False

    @event(Left)
    def _left(self) -> None:
        self.left, self.paused = True, False
