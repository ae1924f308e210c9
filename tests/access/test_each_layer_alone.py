"""Policy alone and row security alone each keep organisations apart; with both off everything is seen (P17).

A layer is switched off by composing a service in a test, and by nothing else. The bus alone is proven in
``tests/system/test_bus_layer_alone.py``. What a look holds (``store.hold``) belongs to the policies: it is
what they decide on, and it keeps rows out of lists once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.access.conftest import BUILT, a_running
from tests.access.state import State
from tests.access.table import Row, rows
from tests.support.layers import policies_off
from tests.support.stack import PostgresForTests

import chassis.service
from chassis.access.policies import Policies

OUTSIDE = ("network", "elsewhere", "municipality", "somebody_else", "not_appointed")
"""Relations in which nobody has anything to do with the case."""
HOLDS_ALL = """
create or replace function store.hold(p_grantees text[], p_subjects uuid[])
    returns table (
        subject_id uuid, part_id uuid, grantee text, kind text, consent_id uuid, categories text[],
        valid_until timestamptz, grant_id uuid, revision bigint)
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform store.look(p_grantees);
    return query select one, null::uuid, 'everybody', 'participation', null::uuid, array['*'],
        null::timestamptz, one, 1::bigint from unnest(p_subjects) one;
end
$$;
create or replace function store.few_in_reach(p_few integer) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, pg_temp as 'select null::uuid[]';
"""


class Open:
    """Stands where policies are loaded, and gives the same questions with yes as their only answer."""

    @staticmethod
    def of(package: str) -> Policies:
        schema = resources.files(package) / "policies" / "schema.cedarschema"
        return policies_off(schema.read_text("utf-8"))


@contextmanager
def composed(
    service: str, postgres: PostgresForTests, folder: Path, *, policies: bool, row_security: bool
) -> Iterator[State]:
    """A service with a case in it, and then without one of its layers, or both."""
    foundation = chassis.service.Foundation
    dsn = foundation.dsn

    def as_worker(self: Any, _role: str) -> str:
        """Row security and the doors of the store bind the API's login, and not the worker's."""
        return dsn(self, "worker")

    with pytest.MonkeyPatch.context() as patch:
        if not policies:
            patch.setattr(chassis.service, "Policies", Open)
        if not row_security:
            patch.setattr(foundation, "dsn", as_worker)
        with a_running(service, postgres, folder) as running:
            if not row_security:
                with psycopg.connect(running.database.url("admin"), autocommit=True) as conn:
                    worker = sql.Identifier(running.database.service.worker)
                    conn.execute(
                        sql.SQL("grant execute on all functions in schema store to {}").format(worker)
                    )
            state = BUILT[service][2](running)
            yield state


def leaks(state: State, service: str) -> set[str]:
    """The reads that show something of the case to somebody outside."""
    outside = [each for each in state.case.relations.askers() if each.relation in OUTSIDE]
    return {
        row.name
        for row in reads(service)
        for asker in outside
        if row.expected(asker) != "in" and shows(state, row, asker)
    }


def reads(service: str) -> list[Row]:
    return [row for row in rows(service) if row.is_read and row.let_in and not row.is_about_nobody]


def shows(state: State, row: Row, asker: Any) -> bool:
    answer = state.ask(row, asker, state.case)
    assert answer.status_code in (200, 404), answer.text
    told = answer.json()
    told.pop("_links", None)
    return answer.status_code == 200 and any(mark in str(told) for mark in state.case.marks)


@pytest.mark.parametrize("service", BUILT)
@pytest.mark.parametrize("layer", ["policies", "row_security"])
def test_each_layer_alone_keeps_everybody_outside_out(
    service: str, layer: str, postgres: PostgresForTests, tmp_path: Path
) -> None:
    alone = {"policies": layer == "policies", "row_security": layer == "row_security"}
    with composed(service, postgres, tmp_path, **alone) as state:
        assert leaks(state, service) == set()


LEAKS = {
    "intake": {"GET /v1/requests/{request_id}"},
    "casefile": {
        "GET /v1/cases",
        "GET /v1/cases/{id_or_number}",
        "GET /v1/cases/{id_or_number}/history",
        "POST /v1/cases/_zoek",
    },
    "matching": {"GET /v1/searches/{search_id}", "GET /v1/searches"},
}
"""Other lists ask for the asker's own organisation besides; so does the only one of notifications."""


@pytest.mark.parametrize("service", LEAKS)
def test_with_both_off_everybody_sees_everything(
    service: str, postgres: PostgresForTests, tmp_path: Path
) -> None:
    """The negative control: the way of looking above finds what there is to find."""
    with composed(service, postgres, tmp_path, policies=False, row_security=False) as state:
        with psycopg.connect(state.running.database.url("admin"), autocommit=True) as conn:
            conn.execute(HOLDS_ALL)
        found = leaks(state, service)
    assert found >= LEAKS[service]
