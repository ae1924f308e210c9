"""Fixtures for every test: real PostgreSQL and a real bus, each worker on its own part of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if not any(metadata.distributions(name="waakvlam-deploy")):
    # A member's own environment does not hold the command; its source starts the servers for the tests.
    sys.path.insert(0, str(Path(__file__).parents[1] / "deploy" / "src"))

if TYPE_CHECKING:
    from tests.support.infrastructure import Infrastructure
    from tests.support.stack import BusForTests, PostgresForTests, ServiceDatabase

SERVERS = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` runs the long fault tests too."""
    parser.addoption("--long", action="store_true", help="run the long fault tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run cannot or need not do, each with its reason."""
    kind = os.environ.get("WAAKVLAM_TEST_INFRA", "embedded")
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="a long fault run; add --long"))
        for marker in ("external", "containers"):
            if item.get_closest_marker(marker) and kind != marker:
                item.add_marker(pytest.mark.skip(reason=f"only with WAAKVLAM_TEST_INFRA={marker}"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """With test workers, the servers belong to the process that starts the workers and outlive them."""
    config: pytest.Config = node.config
    if SERVERS not in config.stash:
        from tests.support import infrastructure as servers

        config.stash[SERVERS] = opened = ExitStack()
        try:
            node.config._waakvlam_servers = opened.enter_context(servers.infrastructure()).to_json()
        except servers.InfrastructureAbsent as absent:
            node.config._waakvlam_servers = f"absent: {absent}"
    node.workerinput["waakvlam_servers"] = node.config._waakvlam_servers


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers that were started for the workers."""
    if SERVERS in config.stash:
        config.stash[SERVERS].close()
        del config.stash[SERVERS]


@pytest.fixture(scope="session")
def infrastructure(request: pytest.FixtureRequest) -> Iterator[Infrastructure]:
    """The servers of this run."""
    from tests.support import infrastructure as servers

    given = getattr(request.config, "workerinput", {}).get("waakvlam_servers", "")
    if given.startswith("absent: "):
        pytest.skip(given.removeprefix("absent: "))
    if given:
        yield servers.Infrastructure.from_json(given)
        return
    try:
        with servers.infrastructure() as started:
            yield started
    except servers.InfrastructureAbsent as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def test_worker() -> str:
    """The name of this test worker, `main` when there is only one."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def postgres(infrastructure: Infrastructure, test_worker: str) -> Iterator[PostgresForTests]:
    """PostgreSQL for this worker: `.url` is the superuser's, `.database()` a new empty one."""
    from tests.support.stack import PostgresForTests

    databases = PostgresForTests(infrastructure, test_worker)
    yield databases
    databases.remove_all()


@pytest.fixture
def service_database(postgres: PostgresForTests) -> Iterator[Callable[[str], ServiceDatabase]]:
    """Gives a freshly provisioned database of a service by name; gone after the test."""
    made: list[str] = []

    def make(name: str) -> ServiceDatabase:
        found = postgres.service_database(name)
        made.append(found.name)
        return found

    yield make
    for name in made:
        postgres.remove(name)


@pytest.fixture(scope="session")
def nats_url(infrastructure: Infrastructure) -> str:
    """The bus server's address, without a user."""
    return infrastructure.nats_url


@pytest.fixture
def bus(infrastructure: Infrastructure, test_worker: str) -> Iterator[BusForTests]:
    """This worker's part of the bus, with the stream CASES and every service's consumers, empty."""
    from tests.support.stack import bus_for

    found = bus_for(infrastructure, test_worker)
    found.provision()
    yield found
    found.clear()
