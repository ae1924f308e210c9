"""One speakable number is given to one request, and never again."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from chassis.aggregates import Aggregate, Created, event

_NUMBERS = UUID("a8c1c1f6-51f5-5d86-9a2f-0f3f0ac0c9d3")


class NumberTaken(Aggregate):
    """A number and the request that carries it.

    Its id follows from the number. Two requests that drew the same number therefore both write version 1
    of one aggregate: the second is a version conflict, and draws another number.
    """

    TOPIC: ClassVar[str] = "intake:NumberTaken"
    GUARDED: ClassVar[bool] = False
    """A number tells nothing of anybody, and whoever draws it must meet the one who took it."""

    number: str
    request_id: UUID

    class Taken(Created):
        TOPIC: ClassVar[str] = "intake:NumberTaken.Taken"
        number: str
        request_id: UUID

    @event(Taken)
    def __init__(self, number: str, request_id: UUID) -> None:
        self.number, self.request_id = number, request_id

    @staticmethod
    def id_of(number: str) -> UUID:
        """The id that belongs to a number."""
        return uuid5(_NUMBERS, number)

    @classmethod
    def take(cls, number: str, request_id: UUID, now: datetime) -> NumberTaken:
        """Keep this number for this request."""
        return cls.begin(cls.id_of(number), cls.Taken, now=now, number=number, request_id=request_id)

    @property
    def subject_id(self) -> UUID:
        """The case that this is about."""
        return self.request_id
