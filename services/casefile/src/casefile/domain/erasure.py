"""What casefile keeps of one person in one capacity, until nobody can read a word of it any more (CON-17).

From the first moment it is foreseen that this ends: a term from the retention table begins when the case
closes, and at any moment the person may ask to be erased (AVG 5, 17). What was decided is carried out by a
worker, any number of times with one effect; the order that survives a kill is in ``chassis.erasure``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from casefile.domain.erasure_errors import ErasedAlready, ErasureDecidedAlready
from casefile.domain.erasure_terms import AskedBy, Decider, Gone, Ground, Rule, Standing
from chassis.aggregates import Aggregate, Created, DomainEvent, event

_ERASURES = UUID("0b6c3d3e-5f0e-4f0a-9b0e-7f5d2d5a9c61")


class Erasure(Aggregate):
    """One person in one capacity; there is one of these for each, whatever is asked and however often."""

    TOPIC = "casefile:Erasure"

    person: UUID
    capacity: str
    organisation: str
    network: str
    cases: tuple[UUID, ...]
    related: tuple[UUID, ...]
    standing: Standing
    asked_by: AskedBy | None
    ground: Ground | None
    decider: Decider | None
    decided_at: datetime | None
    rule: Rule | None
    keeps_until: datetime | None
    recipients: tuple[str, ...]
    certificate: str | None

    class Foreseen(Created):
        """From here on data of this person are kept, for this organisation; one day they are erased.

        ``related``: close persons whose data came with theirs, with an erasure of their own.
        """

        TOPIC = "casefile:Erasure.Foreseen"
        person: UUID
        capacity: str
        organisation: str
        network: str
        cases: tuple[UUID, ...]
        related: tuple[UUID, ...]

    class CaseAdded(DomainEvent):
        """Another case of the same person; it is kept and erased with the others."""

        TOPIC = "casefile:Erasure.CaseAdded"
        case_id: UUID
        related: tuple[UUID, ...]

    class TermBegan(DomainEvent):
        """The case closed: by the table the data are kept until then (AVG 5)."""

        TOPIC = "casefile:Erasure.TermBegan"
        until: datetime
        source: str
        without_asking: bool

    class TermEnded(DomainEvent):
        """The term passed; a coordinator is asked, or nobody needs to be."""

        TOPIC = "casefile:Erasure.TermEnded"

    class Asked(DomainEvent):
        """Somebody asks that this person's data be erased."""

        TOPIC = "casefile:Erasure.Asked"
        asked_by: AskedBy
        ground: Ground
        decider: Decider

    class Delayed(DomainEvent):
        """Not yet: the table says until when, from which source, and why in words for that person."""

        TOPIC = "casefile:Erasure.Delayed"
        rule: Rule

    class Declined(DomainEvent):
        """No: the table says why, in words for that person."""

        TOPIC = "casefile:Erasure.Declined"
        rule: Rule

    class Decided(DomainEvent):
        """It is to be done. ``recipients``: who is told, services and organisations (AVG 19)."""

        TOPIC = "casefile:Erasure.Decided"
        asked_by: AskedBy
        ground: Ground
        decider: Decider
        recipients: tuple[str, ...]

    class Completed(DomainEvent):
        """The data key is destroyed and the log has it; the certificate says so, signed."""

        TOPIC = "casefile:Erasure.Completed"
        gone: Gone
        certificate: str

    class DoneElsewhere(DomainEvent):
        """The service that owns this person's data destroyed the key; this one tells everybody."""

        TOPIC = "casefile:Erasure.DoneElsewhere"
        erased_at: datetime

    @staticmethod
    def id_of(person: UUID, capacity: str) -> UUID:
        """The same for the same person and capacity."""
        return uuid5(_ERASURES, f"{person}|{capacity}")

    @classmethod
    def foresee(
        cls,
        person: UUID,
        capacity: str,
        *,
        organisation: str,
        network: str,
        cases: Sequence[UUID],
        related: Sequence[UUID] = (),
        now: datetime,
    ) -> Erasure:
        """Data of this person are kept from now on."""
        return cls.begin(
            cls.id_of(person, capacity),
            cls.Foreseen,
            now=now,
            person=person,
            capacity=capacity,
            organisation=organisation,
            network=network,
            cases=tuple(cases),
            related=tuple(related),
        )

    def add_case(self, case_id: UUID, related: Sequence[UUID], now: datetime) -> None:
        """The person has another case; nothing happens when it is known."""
        if case_id not in self.cases:
            self.happened(self.CaseAdded, now=now, case_id=case_id, related=tuple(related))

    @property
    def subject_id(self) -> UUID:
        """The person."""
        return self.person

    @property
    def is_decided(self) -> bool:
        """Whether nothing can be kept or asked any more."""
        return self.standing in ("decided", "erased")

    def begin_term(self, rule: Rule, now: datetime) -> None:
        """The case closed (again), so the term begins (anew). Nothing when it is decided or stands so."""
        if self.is_decided or rule.until is None or rule.until == self.keeps_until:
            return
        self.happened(
            self.TermBegan,
            now=now,
            until=rule.until,
            source=rule.source,
            without_asking=rule.without_asking,
        )

    def end_term(self, until: datetime, now: datetime) -> bool:
        """A term passed; whether it is the one that holds, and there is still something to erase."""
        if self.is_decided or self.keeps_until != until or now < until:
            return False
        self.happened(self.TermEnded, now=now)
        return True

    def ask(
        self,
        *,
        asked_by: AskedBy,
        ground: Ground,
        decider: Decider,
        rule: Rule | None,
        recipients: Sequence[str],
        now: datetime,
    ) -> None:
        """Decide by the table: done, later, or not, with the reason (AVG 17 (1), (3)).

        Without a rule nothing stands in the way. Asking again is answered anew. Raises ErasedAlready and
        ErasureDecidedAlready.
        """
        if self.is_decided:
            raise ErasedAlready if self.standing == "erased" else ErasureDecidedAlready
        self.happened(self.Asked, now=now, asked_by=asked_by, ground=ground, decider=decider)
        if rule is None or not rule.holds(now):
            self.decide(asked_by=asked_by, ground=ground, decider=decider, recipients=recipients, now=now)
        elif rule.when_asked == "delay":
            self.happened(self.Delayed, now=now, rule=rule)
        else:
            self.happened(self.Declined, now=now, rule=rule)

    def decide(
        self,
        *,
        asked_by: AskedBy,
        ground: Ground,
        decider: Decider,
        recipients: Sequence[str],
        now: datetime,
    ) -> None:
        """It is to be done; nothing when that was decided before."""
        if not self.is_decided:
            self.happened(
                self.Decided,
                now=now,
                asked_by=asked_by,
                ground=ground,
                decider=decider,
                recipients=tuple(recipients),
            )

    def complete(self, gone: Gone, certificate: str, now: datetime) -> bool:
        """It was done; False when that is known already."""
        if self.standing != "decided":
            return False
        self.happened(self.Completed, now=now, gone=gone, certificate=certificate)
        return True

    def hear_done_elsewhere(self, erased_at: datetime, now: datetime) -> None:
        """Told again, nothing changes."""
        if self.standing != "erased":
            self.happened(self.DoneElsewhere, now=now, erased_at=erased_at)

    @event(Foreseen)
    def __init__(
        self,
        person: UUID,
        capacity: str,
        organisation: str,
        network: str,
        cases: tuple[UUID, ...],
        related: tuple[UUID, ...],
    ) -> None:
        self.person, self.capacity = person, capacity
        self.organisation, self.network = organisation, network
        self.cases, self.related = cases, related
        self.standing = "kept"
        self.asked_by, self.ground, self.decider, self.decided_at = None, None, None, None
        self.rule, self.keeps_until, self.recipients, self.certificate = None, None, (), None

    @event(CaseAdded)
    def _case_added(self, case_id: UUID, related: tuple[UUID, ...]) -> None:
        self.cases = (*self.cases, case_id)
        self.related = (*self.related, *(one for one in related if one not in self.related))

    @event(TermBegan)
    def _term_began(self, until: datetime) -> None:
        self.keeps_until = until

    @event(TermEnded)
    def _term_ended(self) -> None:
        """A coordinator decides; the table was asked."""

    @event(Asked)
    def _asked(self, asked_by: AskedBy, ground: Ground, decider: Decider) -> None:
        self.asked_by, self.ground, self.decider = asked_by, ground, decider

    @event(Delayed)
    def _delayed(self, rule: Rule) -> None:
        self.standing, self.rule = "delayed", rule

    @event(Declined)
    def _declined(self, rule: Rule) -> None:
        self.standing, self.rule = "declined", rule

    @event(Decided)
    def _decided(
        self,
        asked_by: AskedBy,
        ground: Ground,
        decider: Decider,
        recipients: tuple[str, ...],
        timestamp: datetime,
    ) -> None:
        self.standing, self.rule = "decided", None
        self.asked_by, self.ground, self.decider = asked_by, ground, decider
        self.recipients, self.decided_at = recipients, timestamp

    @event(Completed)
    def _completed(self, certificate: str) -> None:
        self.standing, self.certificate = "erased", certificate

    @event(DoneElsewhere)
    def _done_elsewhere(self) -> None:
        self.standing = "erased"
