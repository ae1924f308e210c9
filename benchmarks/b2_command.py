"""B2 and B3: a command over HTTP to its commit, or to the bus's word that it has the message."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import psycopg
from tests.support.running import Running, running

from benchmarks.clients import Clients, clients
from benchmarks.comparing import Comparison, Goal, by_turns
from benchmarks.plain_api import TABLE, PlainAddresses, serve_async, serve_plain
from benchmarks.round_trips import counted
from benchmarks.served import Asker, Question, a_free_port, asking, served
from benchmarks.server_time import ServerTime
from benchmarks.servers import BenchmarkServers
from chassis.process import Role
from chassis.process import run as run_service
from matching.bootstrap import build
from matching.settings import Settings

B2, B3 = Goal(at_least=0.5), Goal(at_least=0.4)
CLIENTS = 4
SUPPORTERS = 20
"""Per client, taken in turn: then what a command loads is some events long, as in daily work."""
ORGANISATION = "oco_almere"
REGISTRATION = {
    "network": "almere",
    "places": 1,
    "name": "Joost",
    "phone": "06 5550 0002",
    "kind": "volunteer",
    "paid": False,
    "languages": ["nl"],
    "lifeDomains": ["financien"],
}
WORK = (
    "command over HTTP (a supporter pauses, or is back): sign-in, validation, Cedar, grants, load, decide,"
    " one save with message, record and leaf"
)


def serve(settings: Settings, role: Role) -> None:
    """A process: matching as it is shipped, spans into files included."""
    run_service(build(settings), role)


class _Bench:
    """Matching and the plain program, each with its own database on one server."""

    def __init__(self, servers: BenchmarkServers, folder: Path, open_: ExitStack) -> None:
        self._bus, self._open, self._folder = servers.bus, open_, folder
        self._bus.provision()
        self._running: Running = running(
            build, Settings, servers.service_database, folder, organisation=ORGANISATION
        )
        open_.callback(self._running.close)
        self._plain = servers.database("plain")
        with psycopg.connect(self._plain, autocommit=True) as conn:
            conn.execute(TABLE)
        self.admin = self._running.database.url("admin")
        self._watching = open_.enter_context(psycopg.connect(self.admin, autocommit=True))

    def ours(self, role: Role, until: ExitStack | None = None, **changed: Any) -> int:
        """Serve; the port. With the real clock, which costs nothing, as where no time is played."""
        port = a_free_port()
        user, password = self._bus.user("matching")
        known = self._running.service.base.settings
        secret = type(known.nats_password)
        settings = known.model_copy(
            update={
                "http_port": port,
                "nats_url": self._bus.url,
                "nats_user": user,
                "nats_password": secret(password),
                "traces_dir": self._folder / f"traces-{port}",
                "clock_adjustable": False,
            }
            | changed
        )
        (until or self._open).enter_context(served(serve, (settings, role), port))
        return port

    def theirs(self) -> int:
        """Serve the plain program; the port."""
        addresses = self._addresses()
        self._open.enter_context(served(serve_plain, (addresses,), addresses.port))
        return addresses.port

    def theirs_async(self, *, tells: bool) -> int:
        """Serve the one without threads; the port. Its message is one that matching sent."""
        addresses = self._addresses()
        self._open.enter_context(served(serve_async, (addresses, self._message(), tells), addresses.port))
        return addresses.port

    def _addresses(self) -> PlainAddresses:
        user, password = self._bus.user("admin")
        return PlainAddresses(a_free_port(), self._plain, self._bus.url, user, password, self._bus.stream)

    def _message(self) -> bytes:
        row = self._watching.execute("select payload from store.outbox order by id desc limit 1").fetchone()
        assert row, "a message was sent before"
        return bytes(row[0])

    @property
    def headers(self) -> dict[str, str]:
        """A coordinator, signed in for as long as the run may last."""
        now = self._running.provider.clock.now().timestamp()
        organisation = {"https://waakvlam.example/claims/organisation": ORGANISATION}
        return self._running.provider.headers(roles=["role_coordinator"], exp=int(now) + 7200, **organisation)

    def questions(self, port: int, many: int = SUPPORTERS) -> list[Question]:
        """New supporters pause, one by one, and are back, one by one."""
        asker = Asker(port, self.headers)
        ids = [asker.persist("/v1/supporters", REGISTRATION)["supporterId"] for _ in range(many)]
        steps = ("pauses", "resumptions")
        found: list[Question] = [(f"/v1/supporters/{one}/{step}", {}) for step in steps for one in ids]
        for path, body in (found[0], found[many]):
            asker.do(path, body)
        return found

    def our_clients(self, port: int) -> Clients:
        """Each with supporters of its own, so that nobody waits for another's save."""
        arguments = [(port, self.headers, self.questions(port)) for _ in range(CLIENTS)]
        return self._open.enter_context(clients(asking, arguments))

    def their_clients(self, port: int) -> Clients:
        """The same number of them."""
        questions: list[Question] = [(f"/things/{uuid4()}", {}) for _ in range(SUPPORTERS)]
        return self._open.enter_context(clients(asking, [(port, self.headers, questions)] * CLIENTS))

    def all_told(self) -> None:
        """Until the bus has acknowledged every message."""
        while True:
            row = self._watching.execute(
                "select exists (select from store.outbox where sent_at is null)", prepare=True
            ).fetchone()
            if row and not row[0]:
                return
            sleep(0.002)

    def round_trips(self) -> str:
        """Of one command, counted at a door in front of each database."""
        known, many = self._running.service.base.settings, 40
        with (
            counted(known.database_host, known.database_port) as store,
            counted(known.keyring_host, known.keyring_port) as ring,
            ExitStack() as until,
        ):
            port = self.ours(
                "api",
                until,
                database_host="127.0.0.1",
                database_port=store.port,
                keyring_host="127.0.0.1",
                keyring_port=ring.port,
            )
            work = asking(port, self.headers, self.questions(port, many))
            for _ in range(many):
                work()
            before = store.count, ring.count
            for _ in range(many):
                work()
            after = store.count, ring.count
        own, keys = ((then - earlier) / many for then, earlier in zip(after, before, strict=True))
        return f"round trips of one command: {own:.1f} to its database, {keys:.1f} to the key ring"


def _until(told: Callable[[], None], some: Clients, seconds: float) -> float:
    begun = perf_counter()
    some.rate(seconds)
    told()
    return sum(done.times for done in some.last) / (perf_counter() - begun)


def _where_the_time_goes(admin: str, seconds: float, **sides: Clients) -> list[str]:
    notes = []
    for name, side in sides.items():
        with ServerTime(admin) as server:
            side.rate(seconds)
        commands = sum(done.times for done in side.last)
        middle = max(done.middle for done in side.last)
        notes.append(
            f"{name}: {1000 * middle:.1f} ms each with {CLIENTS} clients; CPU of the clients"
            f" {1000 * side.cpu_each:.2f} ms, of the database server {1000 * server.cpu / commands:.2f} ms"
        )
    return notes


@contextmanager
def _bench(servers: BenchmarkServers) -> Iterator[_Bench]:
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="waakvlam-b2-")))
        yield _Bench(servers, folder, open_)


def committed(servers: BenchmarkServers, quick: bool) -> Iterator[Comparison]:
    """B2. Both programs run under the same uvicorn, alone in their process."""
    turns, seconds = (2, 0.7) if quick else (9, 1.0)
    with _bench(servers) as bench:
        notes = [bench.round_trips()]
        ours = bench.our_clients(bench.ours("api"))
        theirs = bench.their_clients(bench.theirs())
        found = by_turns(turns, lambda: ours.rate(seconds), lambda: theirs.rate(seconds))
        notes += _where_the_time_goes(bench.admin, seconds, ours=ours, plain=theirs)
        against = "FastAPI, one INSERT, in a thread as ours"
        yield Comparison("B2", WORK, against, "commands/s", *found, goal=B2, notes=notes)
        theirs = bench.their_clients(bench.theirs_async(tells=False))
        found = by_turns(turns, lambda: ours.rate(seconds), lambda: theirs.rate(seconds))
        yield Comparison("B2", "the same", "the same without threads (async)", "commands/s", *found)


def told(servers: BenchmarkServers, quick: bool) -> Iterator[Comparison]:
    """B3. Ours sends from its outbox, in the same process; a turn ends with the last acknowledgement."""
    turns, seconds = (2, 0.7) if quick else (9, 1.0)
    with _bench(servers) as bench:
        ours = bench.our_clients(bench.ours("all"))
        theirs = bench.their_clients(bench.theirs_async(tells=True))
        bench.all_told()
        found = by_turns(
            turns,
            lambda: _until(bench.all_told, ours, seconds),
            lambda: _until(lambda: None, theirs, seconds),
        )
        yield Comparison(
            "B3",
            "the same, until the bus acknowledged the last message",
            "FastAPI, one INSERT, one awaited publish",
            "commands/s",
            *found,
            goal=B3,
            notes=_where_the_time_goes(bench.admin, seconds, ours=ours, plain=theirs),
        )
