"""An account on the bus with nothing in it, for tests that make their own stream."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.infrastructure import Infrastructure
from tests.support.stack import BusForTests, bus_for


@pytest.fixture
def empty_bus(infrastructure: Infrastructure, test_worker: str) -> Iterator[BusForTests]:
    """This worker's account without a stream; empty again afterwards."""
    found = bus_for(infrastructure, test_worker)
    found.clear()
    yield found
    found.clear()
