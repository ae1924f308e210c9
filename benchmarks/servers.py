"""The servers of a run: the embedded ones, hardened and synced to disk as they always are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.infrastructure import infrastructure
from tests.support.stack import BusForTests, PostgresForTests, ServiceDatabase, bus_for


@dataclass(frozen=True)
class BenchmarkServers:
    """PostgreSQL and a bus for one run."""

    postgres: PostgresForTests
    bus: BusForTests

    def service_database(self, name: str) -> ServiceDatabase:
        """A provisioned database of a service, real or invented."""
        return self.postgres.service_database(name)

    def database(self, name: str) -> str:
        """An empty database; the superuser's address of it."""
        return self.postgres.database(name)


@contextmanager
def servers() -> Iterator[BenchmarkServers]:
    """Started for the run and gone after it."""
    with infrastructure() as started:
        yield BenchmarkServers(PostgresForTests(started, "bench"), bus_for(started, "main"))
