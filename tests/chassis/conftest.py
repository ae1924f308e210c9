"""A store of lamps on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.support.lamps import LAMPS, SOURCE_URN
from tests.support.stack import ServiceDatabase

from chassis.store.pools import Pool, open_pool
from chassis.store.store import Store


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    """A fresh database of the invented service of lamps."""
    return service_database("lamps")


@pytest.fixture
def api_pool(database: ServiceDatabase) -> Iterator[Pool]:
    """Connections in the API's role."""
    pool = open_pool(database.url("api"), size=4)
    yield pool
    pool.close()


@pytest.fixture
def worker_pool(database: ServiceDatabase) -> Iterator[Pool]:
    """Connections in the worker's role."""
    pool = open_pool(database.url("worker"), size=5)
    yield pool
    pool.close()


@pytest.fixture
def store(api_pool: Pool) -> Store:
    """The lamps' store in the API's role, with a snapshot every ten events."""
    return Store(api_pool, LAMPS, source_urn=SOURCE_URN, snapshot_every=10)
