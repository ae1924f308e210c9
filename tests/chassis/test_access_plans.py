"""A list costs what it shows, however many rows there are: read by few subjects, or in its own order (B8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.support.lamps import Lamp
from tests.support.stack import ServiceDatabase

from chassis.store.reach import in_reach
from chassis.views import Recorded, Rows, View, provision

MANY = 20_000
KEEPER, FRIEND = "role_keeper@home", "role_friend:7"


class Lamps(View):
    """A list of lamps, the last changed first."""

    name = "lamps"
    columns = "lamp uuid primary key, changed_at timestamptz not null, room text not null"
    indexes = ("changed_at desc, lamp desc",)
    facts = (Lamp.Hung,)
    subject = "lamp"

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        raise NotImplementedError("filled by the test")


LAMPS = Lamps()


@pytest.fixture
def api(database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    """Twenty thousand lamps of one keeper, three of them of each friend."""
    with psycopg.connect(database.url("admin"), autocommit=True) as owner:
        owner.execute("set role lamps_owner")
        provision(owner, [LAMPS], api="lamps_api", worker="lamps_worker")
        owner.execute(
            sql.SQL(
                "insert into {} select gen_random_uuid(), now() - n * interval '7 minutes', 'hall'"
                " from generate_series(1, %s) n"
            ).format(LAMPS.relation),
            (MANY,),
        )
        for grantee in (f"'{KEEPER}'", "'role_friend:' || (row_number() over (order by lamp) - 1) / 3"):
            owner.execute(
                sql.SQL(
                    "insert into store.access_grant (grant_id, subject_id, grantee, kind, categories,"
                    " valid_from, over) select gen_random_uuid(), lamp, {}, 'participation', '{{*}}',"
                    " now() - interval '1 day', false from {}"
                ).format(sql.SQL(grantee), LAMPS.relation)
            )
        owner.execute("reset role")
        owner.execute("vacuum analyze")
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        yield conn


def rows_touched(plan: dict[str, Any]) -> float:
    """How many rows the scans of a plan came by, those left out included."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) if "Relation Name" in plan else 0
    return float(own * plan["Actual Loops"]) + sum(map(rows_touched, plan.get("Plans", ())))


def page(api: psycopg.Connection[Any], grantee: str, *, generic: bool) -> tuple[int, float]:
    """A page of 25 as a service reads it: how many rows came, and how many the database touched."""
    with api.transaction():
        mode = "force_generic_plan" if generic else "force_custom_plan"
        api.execute("select set_config('plan_cache_mode', %s, true)", (mode,))
        api.execute("select store.look(%s)", ([grantee, "role_x:y", "staff:y"],))
        reach = in_reach(api)
        query = sql.SQL(
            "select * from {view} where {within} order by changed_at desc, lamp desc limit 25"
        ).format(view=LAMPS.relation, within=reach.within("lamp"))
        found = api.execute(query, reach.parameters).fetchall()
        explain = sql.SQL("explain (analyze, timing off, format json) ") + query
        row = api.execute(explain, reach.parameters, prepare=generic).fetchone()
        assert row
        return len(found), rows_touched(row[0][0]["Plan"])


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize(("grantee", "shown"), [(KEEPER, 25), (FRIEND, 3), ("role_friend:nobody", 0)])
def test_a_page_touches_about_what_it_shows(
    api: psycopg.Connection[Any], grantee: str, shown: int, generic: bool
) -> None:
    many, touched = page(api, grantee, generic=generic)
    assert many == shown
    assert touched <= 4 * shown + 4


def test_without_the_way_by_few_everything_is_touched(api: psycopg.Connection[Any]) -> None:
    """CONTROL: what the measure above is worth."""
    with api.transaction():
        api.execute("select store.look(%s)", ([FRIEND],))
        query = sql.SQL(
            "explain (analyze, timing off, format json)"
            " select * from {} order by changed_at desc, lamp desc limit 25"
        ).format(LAMPS.relation)
        row = api.execute(query).fetchone()
        assert row
        assert rows_touched(row[0][0]["Plan"]) >= MANY
