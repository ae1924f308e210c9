"""The API behaves as its own description says, whatever is sent (schemathesis)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from tests.chassis.edge_lamps import a_room

ROOM = a_room(Path(tempfile.mkdtemp()))
schema = schemathesis.openapi.from_asgi("/v1/openapi.json", ROOM.app)


@schema.exclude(path_regex="faults|broken").parametrize()
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
def test_api_behaves_as_described(case: Case) -> None:
    case.call_and_validate(headers=ROOM.provider.headers())
