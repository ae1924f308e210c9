"""What a hearing service does with a message, in the plainest forms: note it as a row, or decide by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid5

from tests.support.lamps import LampLit

from chassis.aggregates import Aggregate, Created, DomainEvent, event
from chassis.guards import Grant
from chassis.inbox import Effects, Heard
from chassis.store.saving import Mappings
from chassis.store.store import Store
from chassis.views import Recorded, Rows, View
from contracts.envelope import ContractEvent


class Notice(Aggregate):
    """One message that was heard."""

    TOPIC = "switchboard:Notice"

    class Taken(Created):
        TOPIC = "switchboard:Notice.Taken"
        lamp: UUID
        times: int

    lamp: UUID
    times: int

    @event(Taken)
    def __init__(self, lamp: UUID, times: int) -> None:
        self.lamp, self.times = lamp, times

    @property
    def subject_id(self) -> UUID:
        """The lamp's story."""
        return self.lamp


class Notices(View):
    """What was heard of a lamp last."""

    name = "notices"
    subject = None
    columns = "lamp uuid primary key, times integer not null"
    facts = (Notice.Taken,)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        rows.run_many(
            "insert into {table} values (%s, %s) on conflict (lamp) do update set times = excluded.times",
            [(one.event.lamp, one.event.times) for one in recorded if isinstance(one.event, Notice.Taken)],
        )


class Tally(Aggregate):
    """All that was heard of one lamp."""

    TOPIC = "switchboard:Total"

    class Opened(Created):
        TOPIC = "switchboard:Total.Opened"

    class Counted(DomainEvent):
        TOPIC = "switchboard:Total.Counted"
        times: int

    counted: tuple[int, ...]

    @event(Opened)
    def __init__(self) -> None:
        self.counted = ()

    @event(Counted)
    def _counted(self, times: int) -> None:
        self.counted = (*self.counted, times)


class LampCounted(ContractEvent):
    """The switchboard's answer."""

    TYPE = "nl.ondersteuningsvragen.lamp-counted.v1"
    SUBJECT = "cases.switchboard.lamp-counted.v1"
    SOURCE = "switchboard"

    times: int


def take_notice(heard: Heard[LampLit]) -> Effects:
    """A row for each message; nothing has to be loaded."""
    notice = Notice.begin(
        uuid5(heard.envelope.id, "notice"),
        Notice.Taken,
        now=heard.now,
        lamp=heard.envelope.subject,
        times=heard.event.times,
    )
    return Effects([notice])


class Deciding:
    """A command for each message: load, decide, answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, heard: Heard[LampLit]) -> Effects:
        """One more, with an answer to it."""
        lamp = heard.envelope.subject
        tally = self._store.find(Tally, lamp) or Tally.begin(lamp, Tally.Opened, now=heard.now)
        tally.happened(Tally.Counted, now=heard.now, times=heard.event.times)
        return Effects([tally])


def answer(fact: DomainEvent, tally: Aggregate) -> Iterator[ContractEvent]:
    """Each count is told."""
    if isinstance(fact, Tally.Counted):
        yield LampCounted(times=fact.times)


def guard(fact: DomainEvent, tally: Aggregate) -> Iterator[Grant]:
    """The first count lets somebody look."""
    if isinstance(fact, Tally.Opened):
        yield Grant(tally.id, None, "room:hall", "participation", tally.id, fact.timestamp)


NOTICING = Mappings(lambda _fact, _aggregate: ())
DECIDING = Mappings(answer, guard)
