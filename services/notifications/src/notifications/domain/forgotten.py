"""Somebody was erased, and this service heard it: what it made of their words is gone, and it keeps that."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from chassis.aggregates import Aggregate, Created, event


class Forgotten(Aggregate):
    """One person in one capacity, by a random id (AVG 17, 19)."""

    TOPIC: ClassVar[str] = "notifications:Forgotten"

    person: UUID

    class Recorded(Created):
        """Views forget what they made of this person's words, as soon as they see this."""

        TOPIC: ClassVar[str] = "notifications:Forgotten.Recorded"
        person: UUID
        capacity: str
        erasure_id: UUID
        erased_at: datetime

    @staticmethod
    def id_of(person: UUID, capacity: str) -> UUID:
        """The same however often it is told."""
        return uuid5(person, f"forgotten:{capacity}")

    @classmethod
    def record(
        cls, person: UUID, capacity: str, *, erasure_id: UUID, erased_at: datetime, now: datetime
    ) -> Forgotten:
        """Keep that it was heard."""
        return cls.begin(
            cls.id_of(person, capacity),
            cls.Recorded,
            now=now,
            person=person,
            capacity=capacity,
            erasure_id=erasure_id,
            erased_at=erased_at,
        )

    @property
    def subject_id(self) -> UUID:
        """The person."""
        return self.person

    @event(Recorded)
    def __init__(self, person: UUID) -> None:
        self.person = person
