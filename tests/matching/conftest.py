"""Matching on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.running import Running, running
from tests.support.stack import ServiceDatabase

from matching.bootstrap import build
from matching.settings import Settings


@pytest.fixture
def matching(service_database: Callable[[str], ServiceDatabase], tmp_path: Path) -> Iterator[Running]:
    """Matching, asked by the coordination point of Almere."""
    service = running(build, Settings, service_database, tmp_path, organisation="oco_almere")
    yield service
    service.close()
