"""What each runtime role may do to each table and function, from the catalogue: all of it is listed (P19)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.support.stack import ServiceDatabase

SCHEMAS = ["store", "views", "clock", "reference", "public"]

NOTHING: frozenset[str] = frozenset()
SELECT = frozenset({"SELECT"})

# API, worker; in words of PostgreSQL. "UPDATE (a)" is a right on that column alone.
EXPECTED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "clock.adjustment": (NOTHING, NOTHING),
    "reference.network_version": (SELECT, SELECT),
    "views.tracking": (SELECT, SELECT | {"UPDATE"}),
    "store.migration": (NOTHING, NOTHING),
    # What is true: appended to by save() and record_access(), and by nobody changed.
    "store.event": (NOTHING, SELECT),
    "store.snapshot": (NOTHING, SELECT),
    "store.command": (NOTHING, NOTHING),
    "store.access_grant": (NOTHING, SELECT),
    "store.access_bar": (NOTHING, SELECT),
    "store.binding": (NOTHING, NOTHING),
    "store.subject_access": (NOTHING, SELECT),
    "store.access_record": (NOTHING, SELECT),
    "store.lookup": (NOTHING, NOTHING),
    "store.try": (NOTHING, NOTHING),
    # One's own grants, in a transaction that says for whom.
    "store.reach": (SELECT, SELECT),
    # What the worker moves.
    "store.outbox": (NOTHING, SELECT | {"UPDATE (sendings)", "UPDATE (sent_at)"}),
    "store.outbox_position": (NOTHING, SELECT),
    "store.relay_lease": (NOTHING, SELECT | {"UPDATE"}),
    "store.inbox_position": (NOTHING, SELECT | {"INSERT", "UPDATE"}),
    "store.inbox_parked": (NOTHING, SELECT | {"INSERT", "UPDATE", "DELETE"}),
    "store.inbox_attempt": (NOTHING, SELECT | {"INSERT", "UPDATE", "DELETE"}),
    "store.dead_letter": (NOTHING, SELECT | {"INSERT", "UPDATE"}),
    "store.deadline": (NOTHING, SELECT | {"UPDATE", "DELETE"}),
    "store.sharing": (NOTHING, SELECT | {"UPDATE"}),
    "store.shared": (
        NOTHING,
        SELECT | {"INSERT", "UPDATE (state)", "UPDATE (told_as)", "UPDATE (kept_in)", "UPDATE (kept_at)"},
    ),
    "store.shared_position": (NOTHING, SELECT | {"INSERT", "UPDATE"}),
    "store.told": (NOTHING, SELECT | {"INSERT", "UPDATE"}),
}

DOORS = {
    "clock.now",
    "store.accesses_of",
    "store.answered",
    "store.count_try",
    "store.few_in_reach",
    "store.grantees",
    "store.hold",
    "store.hold_person",
    "store.load",
    "store.look",
    "store.look_up",
    "store.record_access",
    "store.save",
    "store.says_for_whom",
}
BEHIND_THE_DOORS = {
    "store.change_access",
    "store.grantees_are_required",
    "store.is_bound",
    "store.leaf_of",
    "store.lock_access",
    "store.numbered",
    "store.subjects_of",
}

RIGHTS = """
select n.nspname || '.' || c.relname, r.rolname, p.name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join (select rolname, oid from pg_roles where rolname in ('lamps_api', 'lamps_worker')) r
cross join unnest(array[
    'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) as p (name)
where n.nspname = any(%s) and c.relkind in ('r', 'v', 'm', 'p', 'f')
  and has_table_privilege(r.oid, c.oid, p.name)
union all
select n.nspname || '.' || c.relname, r.rolname, p.name || ' (' || a.attname || ')'
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join (select rolname, oid from pg_roles where rolname in ('lamps_api', 'lamps_worker')) r
cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) as p (name)
where n.nspname = any(%s) and c.relkind in ('r', 'v', 'm', 'p', 'f')
  and has_column_privilege(r.oid, c.oid, a.attnum, p.name) and not has_table_privilege(r.oid, c.oid, p.name)
"""


@pytest.fixture
def catalogue(database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        if conn.info.server_version < 170000:
            pytest.skip("MAINTAIN is a privilege since PostgreSQL 17")
        yield conn


def test_every_right_on_every_table_is_one_that_is_listed(catalogue: psycopg.Connection[Any]) -> None:
    names = catalogue.execute(
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = any(%s) and c.relkind in ('r', 'v', 'm', 'p', 'f')",
        (SCHEMAS,),
    ).fetchall()
    assert {name for (name,) in names} == set(EXPECTED)
    found: dict[tuple[str, str], set[str]] = {}
    for relation, role, right in catalogue.execute(RIGHTS, (SCHEMAS, SCHEMAS)).fetchall():
        found.setdefault((relation, role), set()).add(right)
    expected = {
        (relation, role): set(rights)
        for relation, both in EXPECTED.items()
        for role, rights in zip(("lamps_api", "lamps_worker"), both, strict=True)
        if rights
    }
    assert found == expected


def test_every_function_is_a_door_or_stands_behind_one(catalogue: psycopg.Connection[Any]) -> None:
    rows = catalogue.execute(
        "select n.nspname || '.' || p.proname, r.rolname, has_function_privilege(r.oid, p.oid, 'EXECUTE')"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " cross join (select rolname, oid from pg_roles where rolname in ('lamps_api', 'lamps_worker')) r"
        " where n.nspname = any(%s)",
        (SCHEMAS,),
    ).fetchall()
    assert {name for name, _, _ in rows} == DOORS | BEHIND_THE_DOORS
    for role in ("lamps_api", "lamps_worker"):
        assert {name for name, who, may in rows if who == role and may} == DOORS


def test_what_runs_as_the_owner_has_a_search_path_of_its_own(catalogue: psycopg.Connection[Any]) -> None:
    loose = catalogue.execute(
        "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = any(%s) and p.prosecdef"
        " and not coalesce('search_path=pg_catalog, pg_temp' = any(p.proconfig), false)",
        (SCHEMAS,),
    ).fetchall()
    assert loose == []


def test_nobody_makes_anything_and_everything_belongs_to_the_owner(
    catalogue: psycopg.Connection[Any],
) -> None:
    makers = catalogue.execute(
        "select n.nspname, r.rolname from pg_namespace n, pg_roles r"
        " where n.nspname = any(%s) and r.rolname in ('lamps_api', 'lamps_worker')"
        " and has_schema_privilege(r.oid, n.oid, 'CREATE')",
        (SCHEMAS,),
    ).fetchall()
    owners = catalogue.execute(
        "select distinct pg_get_userbyid(c.relowner) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(%s)"
        " union select distinct pg_get_userbyid(p.proowner) from pg_proc p"
        " join pg_namespace n on n.oid = p.pronamespace where n.nspname = any(%s)",
        (SCHEMAS, SCHEMAS),
    ).fetchall()
    sequences = catalogue.execute(
        "select c.relname from pg_class c, pg_roles r where c.relkind = 'S'"
        " and r.rolname in ('lamps_api', 'lamps_worker')"
        " and has_sequence_privilege(r.oid, c.oid, 'USAGE, SELECT, UPDATE')"
    ).fetchall()
    assert (makers, owners, sequences) == ([], [("lamps_owner",)], [])


def test_everyone_has_no_right_at_all(catalogue: psycopg.Connection[Any]) -> None:
    """PUBLIC, by which a new role would get in."""
    found = catalogue.execute(
        "select c.relname, a.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace,"
        " aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a"
        " where n.nspname = any(%s) and c.relkind in ('r', 'v') and a.grantee = 0"
        " union all select p.proname, a.privilege_type from pg_proc p"
        " join pg_namespace n on n.oid = p.pronamespace,"
        " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
        " where n.nspname = any(%s) and a.grantee = 0",
        (SCHEMAS, SCHEMAS),
    ).fetchall()
    assert found == []


def test_a_right_too_many_is_noticed(catalogue: psycopg.Connection[Any]) -> None:
    """CONTROL."""
    catalogue.execute("grant delete on store.access_record to lamps_worker")
    with pytest.raises(AssertionError):
        test_every_right_on_every_table_is_one_that_is_listed(catalogue)
