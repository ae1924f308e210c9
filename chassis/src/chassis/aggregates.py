"""What every aggregate of every service has in common.

An aggregate decides in a public method and evolves in a private one::

    class Lamp(Aggregate):
        TOPIC = "example:Lamp"

        class Registered(Created):
            TOPIC = "example:Lamp.Registered"
            room: str

        class SwitchedOn(DomainEvent):
            TOPIC = "example:Lamp.SwitchedOn"

        @event(Registered)
        def __init__(self, room: str) -> None:
            self.room, self.burns = room, False

        @classmethod
        def register(cls, lamp_id: UUID, room: str, now: datetime) -> Lamp:
            return cls.begin(lamp_id, cls.Registered, now=now, room=room)

        def switch_on(self, now: datetime) -> None:
            if self.burns:
                raise LampBurnsAlready
            self.happened(self.SwitchedOn, now=now)

        @event(SwitchedOn)
        def _switched_on(self) -> None:
            self.burns = True

``now`` is the clock's time and is stored as ``timestamp`` (when it was recorded); what happened earlier
carries its own ``…_at`` field. Ids, times and chance are arguments: nothing here asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self, cast
from uuid import UUID

from eventsourcing.domain import (
    AggregateCreated,
    AggregateEvent,
    BaseAggregate,
    DecoratedFuncCaller,
    decorated_funcs,
    event,
)

__all__ = ["Aggregate", "Created", "DomainEvent", "Refused", "TimeMissing", "event"]


class Refused(Exception):
    """A decision against a command: expected, answered with 409, and no failure.

    Subclasses are named as a sentence (``PartAlreadyEscalated``); the first line of their docstring, or
    ``detail`` when given, tells the person what is the case and what to do. It never holds anything
    personal.
    """

    def __init__(self, detail: str = "") -> None:
        self.detail = detail or (type(self).__doc__ or "").strip().split("\n")[0]
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        """The refusal's name, e.g. ``PartAlreadyEscalated``: stable, for machines."""
        return type(self).__name__


class TimeMissing(TypeError):
    """An event was made without the clock's time."""


class DomainEvent(AggregateEvent):
    """A fact that happened. Stored under its ``TOPIC`` and ``class_version``; never changed afterwards.

    ``timestamp`` is when it was recorded, by the clock.
    """

    TOPIC: ClassVar[str]
    class_version: ClassVar[int] = 1
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    @staticmethod
    def create_timestamp() -> datetime:
        raise TimeMissing("pass now=…: the library's own time is never used")


@dataclass(frozen=True)
class Created(AggregateCreated, DomainEvent):
    """The fact that begins an aggregate."""


class Aggregate(BaseAggregate[UUID]):
    """Base of all aggregates; see the module's example.

    ``GUARDED``: only who holds a grant on its subject may load and change it over the API. Unguarded is what
    holds nothing about anybody's case, such as which numbers are taken.
    """

    GUARDED: ClassVar[bool] = True

    class Event(DomainEvent):
        """Base of this aggregate's events."""

    def __init_subclass__(cls, *, created_event_name: str = "") -> None:
        """Let a large aggregate be split by subject: facts and evolve methods of a base class work in the
        class that is put together from it. The library defines the inherited fact anew and then looks up
        its evolve method by exact class, so that it would not find it.
        """
        super().__init_subclass__(created_event_name=created_event_name)
        for fact in tuple(vars(cls).values()):
            if (
                isinstance(fact, type)
                and issubclass(fact, DecoratedFuncCaller)
                and fact not in decorated_funcs
            ):
                decorated_funcs[fact] = next(
                    decorated_funcs[base] for base in fact.__mro__ if base in decorated_funcs
                )

    @property
    def subject_id(self) -> UUID:
        """Whose story this is: what positions, grants and messages are counted and named by."""
        return self.id

    @classmethod
    def begin(cls, aggregate_id: UUID, created: type[Created], *, now: datetime, **facts: Any) -> Self:
        """Make a new aggregate by its first event."""
        return cls._create(event_class=created, id=aggregate_id, timestamp=now, **facts)

    def happened(self, fact: type[DomainEvent], *, now: datetime, **facts: Any) -> None:
        """Record a fact (the decision is taken) and let the aggregate evolve by it."""
        self.trigger_event(fact, timestamp=now, **facts)

    def pending(self) -> Sequence[DomainEvent]:
        """The facts that are decided and not yet saved."""
        return tuple(cast("list[DomainEvent]", self.pending_events))
