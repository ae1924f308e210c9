"""Casefile on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.running import Running, running
from tests.support.stack import ServiceDatabase

from casefile.bootstrap import build
from casefile.settings import Settings


@pytest.fixture
def casefile(service_database: Callable[[str], ServiceDatabase], tmp_path: Path) -> Iterator[Running]:
    """Casefile, asked by an organisation of the Oosterschelde region."""
    service = running(build, Settings, service_database, tmp_path, organisation="smwo")
    yield service
    service.close()
