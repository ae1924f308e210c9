"""Lamps and switchboard on ground of their own, to be broken; and what the oracle says about them."""

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import nats.errors
import nats.js.errors
from tests.faults import oracle
from tests.faults.books import Books, Fact, change, number, read_books
from tests.faults.clients import Client
from tests.faults.lamp_ground import Ground
from tests.faults.lamp_service import VIEWS, switch
from tests.faults.lamp_worker import Worker, worker
from tests.faults.looking_after import LookedAfter
from tests.faults.record import Command, Record
from tests.faults.servers import OwnServers
from tests.support.lamps import NOON, SOURCE_URN, AnAsker, Lamp, LampLit
from tests.support.stack import PostgresForTests
from tests.support.waiting import NotInTime

from chassis.store.errors import Unavailable
from contracts.envelope import ContractEvent, envelope_text, with_sequence
from deploy.embedded.ports import any_free
from deploy.provision.report import ProvisionRefused
from deploy.supervisor import ServiceProcess, Supervisor

ROOT = Path(__file__).parents[2]
BEHIND = (
    "select count(*) from views.tracking where position <"
    " (select coalesce(max(notification_id), 0) from store.event)"
)
SAVING = "select count(*) from pg_stat_activity where state = 'active' and query like 'select store.save(%%'"


class LampWorld(Ground, LookedAfter):
    """Whoever runs on that ground; everything ends with the context ``lamp_world``."""

    def __init__(self, servers: OwnServers, databases: PostgresForTests, folder: Path, seed: int) -> None:
        Ground.__init__(self, servers, databases, folder)
        LookedAfter.__init__(self, Supervisor(lambda _line: None, lambda: None))
        self.chance = random.Random(seed)  # noqa: S311
        self.record = Record()
        self.workers: list[Worker] = []
        self._clients: list[Client] = []
        self._numbers = itertools.count(1)

    # Who runs.

    def work(self, name: str, variant: str = "sound") -> Worker:
        """Start the worker side of a service in this process."""
        started = worker(self, name, variant)
        self.workers.append(started)
        return started

    def start(self, name: str, variant: str = "sound", *, role: str = "all") -> str:
        """Start a service as a process of its own, looked after; its name among the processes."""
        port, known = any_free(), f"{name} {next(self._numbers)}"
        passed = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        settings = {f"{name}_{key}".upper(): text for key, text in self.values(name, port).items()}
        command = [
            *(sys.executable, "-m", "tests.faults.lamp_service", name, "serve"),
            *("--role", role, "--variant", variant),
        ]
        started = ServiceProcess(
            known,
            command,
            {**passed, **settings, "PYTHONPATH": str(ROOT), "TZ": "UTC"},
            self.folder / f"{known.replace(' ', '-')}.log",
            f"http://127.0.0.1:{port}",
        )
        started.start()
        self.supervisor.watch(known, started)
        return known

    def watch_servers(self) -> None:
        """Look after the servers too, so that they can be killed."""
        self.supervisor.watch("PostgreSQL", self.servers.postgres)
        self.supervisor.watch("nats-server", self.servers.nats)

    def databases_answer(self) -> bool:
        """Whether PostgreSQL is there again, for every worker's pools too."""
        try:
            stores = [one.store for one in self.workers]
            return all(store.find(Lamp, uuid4()) is None for store in stores)
        except Unavailable:
            return False

    def bus_answers(self) -> bool:
        """Whether the bus is there again, with its stream."""
        try:
            return self.on_the_bus() >= 0
        except (ProvisionRefused, nats.errors.Error, nats.js.errors.Error, OSError):
            return False

    def wait_ready(self, *names: str) -> None:
        """Until they say that they can serve; tells the log of one that does not."""
        try:
            self.until(lambda: all(self.ready(name) for name in names), within=30.0)
        except NotInTime as late:
            logs = "\n".join(self.process(name).log.read_text()[-2000:] for name in names)
            raise NotInTime(f"{late}\n{[self.reasons(name) for name in names]}\n{logs}") from None

    def client(self, of: str, kind: type[Client] = Client, *, loses: float = 0.0) -> Client:
        """A client of a running process of the lamps."""
        chance = random.Random(self.chance.getrandbits(64))  # noqa: S311
        name, address = f"client-{next(self._numbers)}", self.process(of).address
        made = kind(name, address, self.provider.headers, self.record, chance, loses=loses)
        self._clients.append(made)
        return made

    def end(self) -> None:
        """Stop everything and leave nothing behind."""
        for client in self._clients:
            client.close()
        for one in self.workers:
            one.stop()
        for each in self.processes():
            each.ask_to_stop()
        for each in self.processes():
            each.stop()

    # What happens.

    def blink(self, lamp: UUID, times: int = 1) -> None:
        """Light a lamp and put it out so often, straight into the store of a worker that runs here."""
        store = next(one for one in self.workers if one.name == "lamps").store
        for _ in range(times):
            asker = AnAsker(f"key-{next(self._numbers)}")
            command = self.record.begin(f"/v1/lamps/{lamp}/blinks", {}, asker.key)
            command.answer = store.once(asker, lambda: switch(store, lamp, lambda found: found.blink(1)))
            command.outcome = "applied"

    def light(self, lamp: UUID) -> None:
        """Light a lamp and leave it on: a deadline breaks it."""
        store = next(one for one in self.workers if one.name == "lamps").store
        command = self.record.begin(f"/v1/lamps/{lamp}/lights", {}, f"key-{next(self._numbers)}")
        command.answer = store.once(AnAsker(command.key), lambda: switch(store, lamp, Lamp.light))
        command.outcome = "applied"

    def tell(
        self,
        lamp: UUID,
        event: ContractEvent | None = None,
        *,
        payload: bytes | None = None,
        sent: bool = False,
    ) -> None:
        """Put a message, or any bytes, into the outbox by hand.

        ``sent``: as if the bus had taken it, and lost it.
        """
        url = self.url("lamps")
        position = 1 + number(url, "select count(*) from store.outbox where subject_id = %s", lamp)
        text = envelope_text(
            event or LampLit(times=position), id=uuid4(), subject=lamp, time=NOON, source_urn=SOURCE_URN
        )
        change(
            url,
            "with counted as (insert into store.outbox_position as last values (%s, %s)"
            " on conflict (subject_id) do update set position = excluded.position)"
            " insert into store.outbox"
            " (subject_id, position, event_id, bus_subject, payload, sent_at, sendings)"
            " values (%s, %s, %s, %s, %s, case when %s then now() end, 1)",
            *(lamp, position),
            *(lamp, position, uuid4(), LampLit.SUBJECT),
            with_sequence(text, position).encode() if payload is None else payload,
            sent,
        )

    # What the oracle says.

    def books(self, name: str) -> Books:
        """The books of one of the two."""
        return read_books(name, self.url(name))

    def quiet(self) -> None:
        """Until no save of a client that was given up is still at work in the database."""
        self.until(lambda: number(self.url("lamps"), SAVING) == 0)

    def objections(self, *, besides: Sequence[UUID] = ()) -> list[str]:
        """Everything that the oracle has to say now; poisoned lamps are left out."""
        lamps, switchboard = self.books("lamps"), self.books("switchboard")
        told = [(one.subject, one.event["data"]["times"]) for one in lamps.told if one.subject not in besides]
        counted = [
            (fact.subject, fact.state["times"])
            for fact in switchboard.facts
            if fact.topic == "switchboard:Tally.Counted" and fact.subject not in besides
        ]
        return [
            *oracle.kept(self.record, lamps, _expected, _stored),
            *oracle.in_order(lamps),
            *oracle.in_order(switchboard),
            *oracle.arrived(lamps, switchboard, besides=besides),
            *oracle.once_each(told, counted),
            *oracle.same_order(told, counted),
            *(() if besides else oracle.nothing_counted(switchboard)),
        ]

    def settled(self, within: float = 20.0, *, besides: Sequence[UUID] = ()) -> list[str]:
        """Wait until the oracle is content, at most so long; what it says in the end."""
        try:
            self.until(lambda: not self.objections(besides=besides), within=within, every=0.25)
        except NotInTime:
            return self.objections(besides=besides)
        return []

    def objects(self, promise: str, within: float = 20.0) -> bool:
        """Whether the oracle finds that promise broken within that time (for the controls)."""
        try:
            return self.until(lambda: promise in oracle.broken_promises(self.objections()), within=within)
        except NotInTime:
            return False

    def caught_up(self, name: str) -> bool:
        """Wait until the views of a service have every event."""
        return self.until(lambda: number(self.url(name), BEHIND) == 0)

    def view_objections(self) -> list[str]:
        """P8, for both, once their followers have read everything."""
        objections = []
        for name, found in self.databases.items():
            roles = found.service.api, found.service.worker
            self.caught_up(name)
            with self.as_owner(name) as conn:
                objections += oracle.views_hold(conn, VIEWS[name], api=roles[0], worker=roles[1])
        return objections


def _expected(command: Command) -> Iterator[tuple[UUID, int]]:
    if command.answer is not None:
        yield UUID(command.answer["lampId"]), int(command.answer["times"])


def _stored(fact: Fact) -> Iterator[tuple[UUID, int]]:
    if fact.topic == "lamps:Lamp.Lit":
        yield fact.originator, int(fact.state["times"])


@contextmanager
def lamp_world(
    servers: OwnServers, databases: PostgresForTests, folder: Path, seed: int
) -> Iterator[LampWorld]:
    """A fresh world; at the end nothing of it runs and its databases are gone."""
    world = LampWorld(servers, databases, folder, seed)
    try:
        yield world
    finally:
        world.end()
        world.give_back()
