"""An invented domain for the chassis's tests: lamps in rooms, told to a switchboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from chassis.aggregates import Aggregate, Created, DomainEvent, Refused, event
from chassis.deadlines import Arm, Disarm
from chassis.guards import Grant
from chassis.store.saving import Mappings
from contracts.envelope import ContractEvent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCE_URN = "urn:nld:kvknr:00000000:systeem:lamps"


class LampLit(ContractEvent):
    """A lamp was lit, as others hear it."""

    TYPE: ClassVar[str] = "nl.ondersteuningsvragen.lamp-lit.v1"
    SUBJECT: ClassVar[str] = "cases.lamps.lamp-lit.v1"
    SOURCE: ClassVar[str] = "lamps"

    times: int


class LampBroke(ContractEvent):
    """A lamp broke; nobody here hears it."""

    TYPE: ClassVar[str] = "nl.ondersteuningsvragen.lamp-broke.v1"
    SUBJECT: ClassVar[str] = "cases.lamps.lamp-broke.v1"
    SOURCE: ClassVar[str] = "lamps"

    after: int


class LampBurnsAlready(Refused):
    """The lamp burns already; switch it off first."""


class Lamp(Aggregate):
    """A lamp that is lit and put out."""

    TOPIC = "lamps:Lamp"

    class Hung(Created):
        TOPIC = "lamps:Lamp.Hung"
        room: str

    class Lit(DomainEvent):
        TOPIC = "lamps:Lamp.Lit"
        times: int

    class PutOut(DomainEvent):
        TOPIC = "lamps:Lamp.PutOut"

    class Broke(DomainEvent):
        TOPIC = "lamps:Lamp.Broke"

    room: str
    burns: bool
    lit: int

    @event(Hung)
    def __init__(self, room: str) -> None:
        self.room, self.burns, self.lit = room, False, 0

    @classmethod
    def hang(cls, lamp_id: UUID, room: str = "hall", now: datetime = NOON) -> Lamp:
        """A new lamp."""
        return cls.begin(lamp_id, Lamp.Hung, now=now, room=room)

    def light(self, now: datetime = NOON) -> None:
        """Light it. Raises LampBurnsAlready."""
        if self.burns:
            raise LampBurnsAlready
        self.happened(Lamp.Lit, now=now, times=self.lit + 1)

    def put_out(self, now: datetime = NOON) -> None:
        """Put it out; no harm when it is dark."""
        self.happened(Lamp.PutOut, now=now)

    def blink(self, times: int, now: datetime = NOON) -> None:
        """Light it and put it out, often."""
        for _ in range(times):
            self.light(now)
            self.put_out(now)

    def break_(self, now: datetime = NOON) -> None:
        """The end of it."""
        self.happened(Lamp.Broke, now=now)

    @event(Lit)
    def _lit(self, times: int) -> None:
        self.burns, self.lit = True, times

    @event(PutOut)
    def _put_out(self) -> None:
        self.burns = False

    @event(Broke)
    def _broke(self) -> None:
        self.burns = False


class Tally(Aggregate):
    """What a switchboard heard of one lamp."""

    TOPIC = "switchboard:Tally"

    class Opened(Created):
        TOPIC = "switchboard:Tally.Opened"

    class Counted(DomainEvent):
        TOPIC = "switchboard:Tally.Counted"
        times: int

    counted: tuple[int, ...]

    @event(Opened)
    def __init__(self) -> None:
        self.counted = ()

    def count(self, times: int, now: datetime = NOON) -> None:
        """Note that the lamp was lit."""
        self.happened(Tally.Counted, now=now, times=times)

    @event(Counted)
    def _counted(self, times: int) -> None:
        self.counted = (*self.counted, times)


def publish(fact: DomainEvent, lamp: Lamp) -> Iterator[ContractEvent]:
    """The lamps' door outwards."""
    match fact:
        case Lamp.Lit():
            yield LampLit(times=fact.times)
        case Lamp.Broke():
            yield LampBroke(after=lamp.lit)


def guard(fact: DomainEvent, lamp: Lamp) -> Iterable[Grant]:
    """Who lives in the room may see the lamp while it burns."""
    grant = Grant(lamp.id, None, f"room:{lamp.room}", "participation", lamp.id, NOON)
    if isinstance(fact, Lamp.Lit):
        return [grant]
    return [grant.ended(fact.timestamp)] if isinstance(fact, Lamp.PutOut) else []


def deadlines(fact: DomainEvent, lamp: Lamp) -> Iterable[Arm | Disarm]:
    """A lamp goes out by itself, unless it was put out."""
    if isinstance(fact, Lamp.Lit):
        return [Arm("burns_out", lamp.id, lamp.id, fact.timestamp)]
    return [Disarm("burns_out", lamp.id)] if isinstance(fact, Lamp.PutOut) else []


LAMPS = Mappings(publish, guard, deadlines)
SILENT = Mappings(lambda _fact, _aggregate: ())


@dataclass(frozen=True)
class AnAsker:
    """Who sends a command."""

    key: str
    body_hmac: bytes = b"body"
    organisation: str = "home"
    subject: str = "somebody"
