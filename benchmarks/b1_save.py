"""B1: a save of our store, with all that belongs to it, against the bare library's default save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid4

import psycopg
from eventsourcing import domain
from eventsourcing.application import Application
from tests.support.lamps import SOURCE_URN, Lamp, publish

from benchmarks.clients import Clients, Work, clients
from benchmarks.comparing import Comparison, Goal, by_turns
from benchmarks.server_time import ServerTime
from benchmarks.servers import BenchmarkServers
from chassis.aggregates import DomainEvent
from chassis.guards import Grant
from chassis.store.pools import open_pool
from chassis.store.saving import AppliedCommand, Mappings
from chassis.store.store import Store

GOALS = {1: Goal(at_least=1.3), 4: Goal(at_least=1.6)}
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class BareLamp(domain.Aggregate):
    """The lamp as the library's own users write it."""

    @domain.event("Hung")
    def __init__(self, room: str) -> None:
        self.room, self.lit = room, 0

    @domain.event("Lit")
    def light(self, times: int) -> None:
        """Light it."""
        self.lit = times


def guard(fact: DomainEvent, lamp: Lamp) -> Iterable[Grant]:
    """Each time another change of who may see it: given and ended in turn."""
    grant = Grant(lamp.id, None, "room:hall", "participation", lamp.id, NOW)
    if isinstance(fact, Lamp.Lit):
        return [grant if fact.times % 2 else grant.ended(NOW)]
    return []


def saving_ours(dsn: str) -> Work:
    """One event with a message, a grant, an idempotency row and its leaf, in a command's save."""
    store = Store(open_pool(dsn, size=1), Mappings(publish, guard), source_urn=SOURCE_URN)
    lamp = Lamp.hang(uuid4())
    store.save([lamp])
    lamp.collect_events()
    times, principal = count(1), str(uuid4())

    def save() -> None:
        number = next(times)
        lamp.happened(Lamp.Lit, now=NOW, times=number)
        command = AppliedCommand("home", principal, str(number), b"x" * 32, {"lit": number})
        store.save([lamp], command=command)
        lamp.collect_events()

    return save


def saving_bare(environment: dict[str, str]) -> Work:
    """One event by the library's application, with its defaults."""
    application: Application[UUID] = Application(env=environment)
    lamp = BareLamp(room="hall")
    application.save(lamp)
    times = count(1)

    def save() -> None:
        lamp.light(times=next(times))
        application.save(lamp)

    return save


@dataclass(frozen=True)
class _Databases:
    ours: str
    bare: dict[str, str]
    admin: str


def _databases(servers: BenchmarkServers) -> _Databases:
    ours = servers.service_database("lamps")
    bare = psycopg.conninfo.conninfo_to_dict(servers.database("bare"))
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(bare["dbname"]),
        "POSTGRES_HOST": str(bare["host"]),
        "POSTGRES_PORT": str(bare["port"]),
        "POSTGRES_USER": str(bare["user"]),
        "POSTGRES_PASSWORD": str(bare["password"]),
    }
    # The constructor makes the table, which four at once cannot.
    Application[UUID](env=environment).close()
    return _Databases(ours.url("api"), {**environment, "CREATE_TABLE": "n"}, ours.url("admin"))


def run(servers: BenchmarkServers, quick: bool) -> Iterator[Comparison]:
    """At one client and at four."""
    databases = _databases(servers)
    turns, seconds = (3, 0.3) if quick else (15, 0.4)
    for many in (1, 4):
        with (
            clients(saving_ours, [(databases.ours,)] * many) as ours,
            clients(saving_bare, [(databases.bare,)] * many) as bare,
        ):
            found = by_turns(turns, lambda: ours.rate(seconds), lambda: bare.rate(seconds))
            yield Comparison(
                "B1",
                f"save: event, message, grant, idempotency row, leaf; {many} client{'s' * (many > 1)}",
                "bare library, default save of the event",
                "saves/s",
                *found,
                goal=GOALS[many],
                notes=_where_the_time_goes(ours, bare, databases.admin, seconds),
            )


def _where_the_time_goes(ours: Clients, bare: Clients, admin: str, seconds: float) -> list[str]:
    notes = []
    for name, side in (("ours", ours), ("bare library", bare)):
        with ServerTime(admin) as server:
            side.rate(seconds)
        saves = sum(done.times for done in side.last)
        notes.append(
            f"{name}: {1000 * side.last[0].middle:.2f} ms each, of which client CPU"
            f" {1000 * side.cpu_each:.2f} ms, server CPU {1000 * server.cpu / saves:.2f} ms"
        )
    return notes
