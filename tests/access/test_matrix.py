"""Every route × every role × every relation, against the real services (P11, P17; issue: "Proof").

What is expected stands in ``matrix_<service>.toml``, one line per route and relation.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet
from tests.access.cells import check_row
from tests.access.conftest import BUILT, States
from tests.access.table import Row, rows

KNOWN: dict[str, str] = {
    "casefile-GET /v1/break-glass-reviews": "after other lines another opening answers; alone it holds",
}
"""What is not right yet, and why; a line leaves this list when it is, and the test says so."""


def _lines() -> Iterator[ParameterSet]:
    for service in BUILT:
        for row in rows(service):
            name = f"{service}-{row.name}"
            known = pytest.mark.xfail(reason=KNOWN[name], strict=False) if name in KNOWN else ()
            yield pytest.param(service, row, id=name, marks=known)


@pytest.mark.parametrize(("service", "row"), list(_lines()))
def test_only_who_is_named_is_let_in(states: States, service: str, row: Row) -> None:
    check_row(states.of(service), row)


@pytest.mark.parametrize("service", BUILT)
def test_every_route_has_a_line_and_every_line_a_route(states: States, service: str) -> None:
    document = states.of(service).running.client.get("/v1/openapi.json").json()
    routes = {f"{method.upper()} /v1{path}" for path, item in document["paths"].items() for method in item}
    lines = {f"{row.method} {row.route}" for row in rows(service)}
    assert routes - lines == set(), "a route without a line"
    assert lines - routes == set(), "a line without a route"
