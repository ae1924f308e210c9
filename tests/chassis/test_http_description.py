"""The API behaves as its own description says, whatever is sent (schemathesis)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.chassis.edge_lamps import a_room

ROOM = a_room(Path(tempfile.mkdtemp(prefix="waakvlam-test-")))
schema = schemathesis.openapi.from_asgi("/v1/openapi.json", ROOM.app).exclude(path_regex="faults|broken")


@pytest.fixture(scope="module", autouse=True)
def _folder() -> Iterator[None]:
    yield
    shutil.rmtree(ROOM.provider.file.parent)


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_api_behaves_as_described(case: Case[Any]) -> None:
    """A cursor is opaque: its schema cannot say which texts are ours, so that one check is left out."""
    opaque: list[Any] = [positive_data_acceptance] if "cursor" in (case.query or {}) else []

    case.call_and_validate(headers=ROOM.provider.headers(), excluded_checks=opaque)
