"""Servers that may be killed, and a seed that is printed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.house import House, house
from tests.faults.house_oracle import Scene
from tests.faults.lamp_world import LampWorld, lamp_world
from tests.faults.servers import OwnServers, own_servers
from tests.support.stack import PostgresForTests

from chassis.inbox import subscriber


@pytest.fixture
def seed() -> int:
    """Of every random moment in this test; FAULTS_SEED repeats one."""
    found = int(os.environ.get("FAULTS_SEED") or secrets.randbelow(1_000_000))
    print(f"FAULTS_SEED={found}")  # noqa: T201
    return found


@pytest.fixture(scope="session")
def own() -> Iterator[OwnServers]:
    """A PostgreSQL and a nats-server for these tests alone."""
    with own_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
def own_databases(own: OwnServers, test_worker: str) -> PostgresForTests:
    """Fresh databases on them."""
    return own.databases(test_worker)


@pytest.fixture
def soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the database did not take is delivered again sooner than in the product."""
    monkeypatch.setattr(subscriber, "REDELIVER_SECONDS", 0.5)


@pytest.fixture
def world(
    own: OwnServers, own_databases: PostgresForTests, tmp_path: Path, seed: int, soon_again: None
) -> Iterator[LampWorld]:
    """Lamps and a switchboard, to be broken."""
    with lamp_world(own, own_databases, tmp_path, seed) as found:
        yield found


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The real services on servers of their own, to be killed."""
    with house(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def scene(home: House) -> Scene:
    """This test's part of the house, which is whole when it begins."""
    home.wait_ready()
    return Scene(home)
