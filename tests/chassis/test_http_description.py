"""The API behaves as its own description says, whatever is sent (schemathesis)."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.chassis.edge_lamps import a_room

FOLDER = Path(tempfile.mkdtemp(prefix="waakvlam-test-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
ROOM = a_room(FOLDER)
schema = schemathesis.openapi.from_asgi("/v1/openapi.json", ROOM.app).exclude(path_regex="faults|broken")
schema.config.generation.update(allow_x00=False)


@schema.parametrize()
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_api_behaves_as_described(case: Case[Any]) -> None:
    """A cursor is opaque: its schema cannot say which texts are ours, so that one check is left out.

    NUL, which no JSON schema can forbid, has a test of its own.
    """
    opaque: list[Any] = [positive_data_acceptance] if "cursor" in (case.query or {}) else []

    case.call_and_validate(headers=ROOM.provider.headers(), excluded_checks=opaque)
