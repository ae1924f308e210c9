"""What a case does when somebody in it is to be erased: it ends, and tells it without that person's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from casefile.domain.closing import Closing
from casefile.domain.erasure_errors import ResidentErased
from casefile.domain.part import AskedPart
from casefile.domain.place import Reason
from chassis.aggregates import DomainEvent, event

Answer = Literal["decided", "delayed", "declined"]
STOPPED_BY_RESIDENT = "close_withdrawn"


class Forgetting(Closing):
    """History keeps what happened when; who it was about nobody reads any more (CON-17)."""

    def add_part(self, asked: AskedPart, now: datetime) -> None:
        """As ever; raises ResidentErased too."""
        self._must_be_somebody()
        super().add_part(asked, now)

    def reopen(self, parts: Sequence[AskedPart], now: datetime) -> tuple[UUID, ...]:
        """As ever, and nobody thinks of erasing any more; raises ResidentErased too."""
        self._must_be_somebody()
        self._take_off((self.id,), (Reason.ERASURE_DUE,), now)
        return super().reopen(parts, now)

    class ErasureAnswered(DomainEvent):
        """Somebody asked that a person of this case be erased; ``until``: not before then."""

        TOPIC = "casefile:CaseFile.ErasureAnswered"
        capacity: str
        answer: Answer
        until: datetime | None

    class PersonErased(DomainEvent):
        """That person's data key is destroyed."""

        TOPIC = "casefile:CaseFile.PersonErased"
        capacity: str

    def propose_erasure(self, now: datetime) -> None:
        """The term of the retention table is over: a coordinator decides."""
        self._put_on_list((self.id,), Reason.ERASURE_DUE, now)

    def answer_erasure(self, capacity: str, answer: Answer, until: datetime | None, now: datetime) -> None:
        """Keep what was answered. When the resident is to be erased, support and pilot light end with it:
        there is nobody left to speak with.
        """
        self.happened(self.ErasureAnswered, now=now, capacity=capacity, answer=answer, until=until)
        if answer != "decided":
            return
        self._take_off((self.id,), (Reason.ERASURE_DUE,), now)
        if capacity == "resident":
            if self.open:
                self.close(STOPPED_BY_RESIDENT, now)
            running = [check.check_id for check in self.checks.values() if check.running]
            for check_id in running:
                self._stop(check_id, now)
            self._take_off(tuple(self.checks), set(Reason), now)

    def person_erased(self, capacity: str, now: datetime) -> None:
        """The key is gone; told again, nothing changes."""
        if capacity not in self.erased:
            self.happened(self.PersonErased, now=now, capacity=capacity)

    def _must_be_somebody(self) -> None:
        if "resident" in self.erased:
            raise ResidentErased

    @event(ErasureAnswered)
    def _erasure_answered(self) -> None:
        """What follows from it is decided beside it."""

    @event(PersonErased)
    def _person_erased(self, capacity: str) -> None:
        self.erased = (*self.erased, capacity)
        if capacity == "resident":
            self.resident_name, self.resident_phone = None, None
