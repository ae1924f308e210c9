"""How a supporter's own data end: asked when they leave, or when the agreed term is over (CON-17, AVG 17).

What was decided is carried out by a worker, any number of times with one effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID, uuid5

from chassis.aggregates import Aggregate, DomainEvent, event

Erasing = Literal["kept", "delayed", "declined", "decided", "erased"]
WhenAsked = Literal["erase", "delay", "refuse"]


@dataclass(frozen=True)
class Rule:
    """What the retention table says about this supporter, who leaves now; ``until``: the end of the term."""

    when_asked: WhenAsked
    source: str
    reason: str | None
    until: datetime
    without_asking: bool

    def holds(self, now: datetime) -> bool:
        """Whether it stands in the way of who asks."""
        return self.when_asked != "erase" and now < self.until


class Forgetting(Aggregate):
    """The facts of keeping and erasing; ``Supporter`` is built on it."""

    erasing: Erasing
    keeps_until: datetime | None
    certificate: str | None
    decided_at: datetime | None
    decided_role: str
    decided_organisation: str

    class TermBegan(DomainEvent):
        """They left; by the table their data are kept until then."""

        TOPIC: ClassVar[str] = "matching:Supporter.TermBegan"
        until: datetime
        source: str
        without_asking: bool

    class TermEnded(DomainEvent):
        """The term is over: their organisation is asked to decide."""

        TOPIC: ClassVar[str] = "matching:Supporter.TermEnded"

    class ErasureAnswered(DomainEvent):
        """They asked to be forgotten, and the table says: later, or no; and why, in words for them."""

        TOPIC: ClassVar[str] = "matching:Supporter.ErasureAnswered"
        answer: Literal["delayed", "declined"]
        reason: str | None
        source: str
        until: datetime

    class ErasureDecided(DomainEvent):
        """It is to be done. ``role``: in which somebody there recorded it, "" for the table."""

        TOPIC: ClassVar[str] = "matching:Supporter.ErasureDecided"
        role: str
        organisation: str

    class DataErased(DomainEvent):
        """The data key is destroyed, the log has it, and the certificate says so."""

        TOPIC: ClassVar[str] = "matching:Supporter.DataErased"
        erased_at: datetime
        key_id: UUID | None
        certificate: str

    @property
    def erasure_id(self) -> UUID:
        """The same however often it is tried."""
        return uuid5(self.id, "erasure")

    @property
    def erasure_decided(self) -> bool:
        """Whether nothing can be kept any more."""
        return self.erasing in ("decided", "erased")

    def begin_term(self, rule: Rule | None, *, now: datetime) -> None:
        """They left, and their data are kept for a while; without a rule nothing is agreed."""
        if rule and not self.erasure_decided and self.keeps_until is None:
            self.happened(
                self.TermBegan,
                now=now,
                until=rule.until,
                source=rule.source,
                without_asking=rule.without_asking,
            )

    def answer_erasure(self, rule: Rule, *, now: datetime) -> None:
        """They asked, and it is not done now."""
        if not self.erasure_decided:
            self.happened(
                self.ErasureAnswered,
                now=now,
                answer="delayed" if rule.when_asked == "delay" else "declined",
                reason=rule.reason,
                source=rule.source,
                until=rule.until,
            )

    def decide_erasure(self, *, role: str, organisation: str, now: datetime) -> None:
        """It is to be done; nothing when that was decided before."""
        if not self.erasure_decided:
            self.happened(self.ErasureDecided, now=now, role=role, organisation=organisation)

    def end_term(self, until: datetime, *, now: datetime) -> bool:
        """The term passed; whether it is the one that holds and there is still something to erase."""
        if self.erasure_decided or self.keeps_until != until or now < until:
            return False
        self.happened(self.TermEnded, now=now)
        return True

    def data_erased(
        self, erased_at: datetime, key_id: UUID | None, certificate: str, *, now: datetime
    ) -> None:
        """It was done; told again, nothing changes."""
        if self.erasing == "decided":
            self.happened(
                self.DataErased, now=now, erased_at=erased_at, key_id=key_id, certificate=certificate
            )

    @event(TermBegan)
    def _term_began(self, until: datetime) -> None:
        self.keeps_until = until

    @event(TermEnded)
    def _term_ended(self) -> None:
        """Their organisation decides."""

    @event(ErasureAnswered)
    def _erasure_answered(self, answer: Literal["delayed", "declined"]) -> None:
        self.erasing = answer

    @event(ErasureDecided)
    def _erasure_decided(self, role: str, organisation: str, timestamp: datetime) -> None:
        self.erasing, self.decided_at = "decided", timestamp
        self.decided_role, self.decided_organisation = role, organisation

    @event(DataErased)
    def _data_erased(self, certificate: str) -> None:
        self.erasing, self.certificate = "erased", certificate
