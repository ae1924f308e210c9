"""Row security binds every query of the API to what its transaction's grantees may know (P17, P18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from tests.support.guarded_lamps import FENNA, FRIEND, KEEPER, asked_by, asking
from tests.support.lamps import Lamp
from tests.support.stack import ServiceDatabase

from chassis.store.pools import Pool, open_pool
from chassis.store.store import Store
from chassis.views import Follower, Recorded, Rows, View, provision, rebuild

Api = psycopg.Connection[Any]


class Glows(View):
    """Each time that a lamp was lit; a lamp has many rows."""

    name = "glows"
    columns = "entry bigint primary key, lamp uuid not null, times integer not null"
    facts = (Lamp.Lit,)
    subject = "lamp"

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        rows.run_many(
            "insert into {table} values (%s, %s, %s)",
            [(one.notification_id, one.subject_id, getattr(one.event, "times")) for one in recorded],  # noqa: B009
        )


class Rooms(View):
    """Open on purpose: how many lamps hang anywhere says nothing of one of them."""

    name = "rooms"
    columns = "room text primary key, lamps integer not null"
    facts = (Lamp.Hung,)
    subject = None

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        rows.run_many(
            "insert into {table} as t values (%s, 1) on conflict (room) do update set lamps = t.lamps + 1",
            [(getattr(one.event, "room"),) for one in recorded],  # noqa: B009
        )


GLOWS, ROOMS = Glows(), Rooms()


@pytest.fixture
def owner(database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("set role lamps_owner")
        provision(conn, [GLOWS, ROOMS], api="lamps_api", worker="lamps_worker")
        yield conn


@pytest.fixture
def keeper(api_pool: Pool) -> Store:
    return asked_by(api_pool, asking())


@pytest.fixture
def lamps(owner: psycopg.Connection[Any], keeper: Store, worker_pool: Pool) -> list[UUID]:
    """Four lamps, all of the keeper; the friend may know the first one, which burns."""
    lamps = [Lamp.hang(uuid4()) for _ in range(4)]
    for number, lamp in enumerate(lamps):
        lamp.light()
        if number:
            lamp.put_out()
    keeper.save(lamps)
    Follower(worker_pool, [GLOWS, ROOMS]).follow()
    return [lamp.id for lamp in lamps]


@pytest.fixture
def api(database: ServiceDatabase) -> Iterator[Api]:
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        yield conn


def seen(api: Api, grantees: Sequence[str], relation: sql.Composable = GLOWS.relation) -> set[UUID]:
    with api.transaction():
        api.execute("select store.look(%s)", (list(grantees),))
        return {row[0] for row in api.execute(sql.SQL("select lamp from {}").format(relation))}


def test_who_asks_sees_the_rows_in_their_reach(lamps: list[UUID], api: Api) -> None:
    assert seen(api, [KEEPER]) == set(lamps)
    assert seen(api, [FRIEND]) == {lamps[0]}
    assert seen(api, [FRIEND, KEEPER]) == set(lamps)
    assert seen(api, ["role_keeper@elsewhere", "staff:kim"]) == set()
    assert seen(api, []) == set()


def test_a_hold_says_for_whom_is_read_too(lamps: list[UUID], api: Api) -> None:
    with api.transaction():
        api.execute("select * from store.hold(%s, %s)", ([FRIEND], lamps))
        found = api.execute(sql.SQL("select lamp from {}").format(GLOWS.relation)).fetchall()
    assert found == [(lamps[0],)]


def _table_of(owner: psycopg.Connection[Any]) -> sql.Identifier:
    row = owner.execute("select table_name from views.tracking where view = 'glows'").fetchone()
    assert row
    return sql.Identifier("views", row[0])


def test_the_table_behind_the_view_is_bound_as_well(
    lamps: list[UUID], api: Api, owner: psycopg.Connection[Any]
) -> None:
    assert seen(api, [FRIEND], _table_of(owner)) == {lamps[0]}


def in_no_transaction(_api: Api) -> None:
    return


def after_one_that_did(api: Api) -> None:
    """A custom setting reads '' then, not NULL."""
    seen(api, [KEEPER])


def after_one_that_was_rolled_back(api: Api) -> None:
    api.execute("begin")
    api.execute("select store.look(%s)", ([KEEPER],))
    api.execute("rollback")


@pytest.mark.parametrize("before", [in_no_transaction, after_one_that_did, after_one_that_was_rolled_back])
@pytest.mark.parametrize("empty", [True, False])
def test_reading_without_saying_for_whom_is_an_error(
    lamps: list[UUID], api: Api, owner: psycopg.Connection[Any], before: Callable[[Api], None], empty: bool
) -> None:
    before(api)
    if empty:
        owner.execute(sql.SQL("truncate {}").format(_table_of(owner)))
    with pytest.raises(psycopg.Error) as fault:
        api.execute(sql.SQL("select count(*) from {}").format(GLOWS.relation))
    assert fault.value.sqlstate == "WV003"


@pytest.mark.parametrize("role", ["api", "worker", "admin"])
def test_a_view_reads_with_its_readers_rights_and_forces_row_security(
    lamps: list[UUID], database: ServiceDatabase, role: str
) -> None:
    query = (
        "select c.relkind::text, c.relrowsecurity, c.relforcerowsecurity, c.reloptions from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'views' and c.relname like 'glows%' and c.relkind in ('r', 'v') order by 1"
    )
    with psycopg.connect(database.url("admin")) as conn:
        assert conn.execute(query).fetchall() == [
            ("r", True, True, None),
            ("v", False, False, ["security_invoker=true"]),
        ]


def test_what_the_policies_bind_is_the_reader_and_not_the_views_owner(
    lamps: list[UUID], api: Api, owner: psycopg.Connection[Any]
) -> None:
    """CONTROL: a plain view runs with its owner's rights, and shows everything."""
    owner.execute(sql.SQL("alter view {} reset (security_invoker)").format(GLOWS.relation))
    assert seen(api, [FRIEND]) == set(lamps)


def test_the_worker_sees_everything(lamps: list[UUID], database: ServiceDatabase) -> None:
    with psycopg.connect(database.url("worker")) as conn:
        found = conn.execute(sql.SQL("select lamp from {}").format(GLOWS.relation)).fetchall()
    assert {row[0] for row in found} == set(lamps)


def test_after_a_rebuild_the_rows_are_as_bound_as_before(
    lamps: list[UUID], api: Api, owner: psycopg.Connection[Any]
) -> None:
    rebuild(owner, GLOWS, api="lamps_api", worker="lamps_worker")
    assert seen(api, [KEEPER]) == set(lamps)
    assert seen(api, [FRIEND]) == {lamps[0]}
    with pytest.raises(psycopg.Error, match="nobody said for whom"):
        api.execute(sql.SQL("select * from {}").format(GLOWS.relation))


def test_an_open_view_is_read_by_everybody(lamps: list[UUID], api: Api) -> None:
    assert api.execute(sql.SQL("select * from {}").format(ROOMS.relation)).fetchall() == [("hall", 4)]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into {} values (99, gen_random_uuid(), 1)",
        "update {} set times = 99",
        "delete from {}",
        "truncate {}",
        "alter table {} disable row level security",
        "drop policy in_reach on {}",
        "create policy mine on {} using (true)",
        "alter table {} owner to current_user",
    ],
)
def test_the_api_changes_neither_rows_nor_policies(
    lamps: list[UUID], api: Api, owner: psycopg.Connection[Any], statement: LiteralString
) -> None:
    table = _table_of(owner)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        api.execute(sql.SQL(statement).format(table))


@pytest.mark.parametrize(
    "probe",
    [
        # An error that quotes a value, a division by zero for one row: raised for a row in reach, or never.
        "select lamp from {} where (lamp::text)::int > 0 and lamp = %(other)s",
        "select 1 / (times - times) from {} where lamp = %(other)s",
        "select lamp from {} where 1 / (case when lamp = %(other)s then 0 else 1 end) = 1",
    ],
)
def test_no_probe_tells_whether_a_row_beyond_reach_is_there(
    lamps: list[UUID], api: Api, probe: LiteralString
) -> None:
    with api.transaction():
        api.execute("select store.look(%s)", ([FRIEND],))
        found = api.execute(sql.SQL(probe).format(GLOWS.relation), {"other": lamps[1]}).fetchall()
    assert lamps[1] not in {row[0] for row in found}


def test_nobody_reads_other_peoples_grants(lamps: list[UUID], api: Api) -> None:
    with api.transaction():
        api.execute("select store.look(%s)", ([FRIEND],))
        assert api.execute("select distinct grantee from store.reach").fetchall() == [(FRIEND,)]
        # A condition that would quote what it sees is asked of one's own only.
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match=FRIEND):
            api.execute("select * from store.reach where grantee::int = 1")


def test_a_withdrawal_shows_in_the_next_statement(
    lamps: list[UUID], api: Api, keeper: Store, worker_pool: Pool
) -> None:
    assert seen(api, [FRIEND]) == {lamps[0]}
    lamp = keeper.get(Lamp, lamps[0])
    lamp.put_out()
    keeper.save([lamp])
    assert seen(api, [FRIEND]) == set()


def test_reach_and_load_and_hold_agree_row_by_row(
    lamps: list[UUID], api: Api, database: ServiceDatabase
) -> None:
    pool = open_pool(database.url("api"), size=1)
    for principal, grantees in ((FENNA, asking(FENNA).grantees), (None, asking().grantees)):
        store = asked_by(pool, asking(principal))
        rows = api.execute("select subject_id from store.hold(%s, %s)", (list(grantees), lamps)).fetchall()
        assert (
            seen(api, grantees)
            == {row[0] for row in rows}
            == {lamp_id for lamp_id in lamps if store.find(Lamp, lamp_id) is not None}
        )
    pool.close()
