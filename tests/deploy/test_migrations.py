"""Numbered migrations are applied once each, in order, whole or not at all, with role names quoted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.support.stack import PostgresForTests

from deploy.provision.migrations import Migration, migrate, packaged_migrations
from deploy.provision.report import ProvisionRefused, Report

ROLES = {"owner": "postgres", "api": 'odd"name'}


@pytest.fixture
def connection(postgres: PostgresForTests) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres.database("migrations"), autocommit=True) as found:
        yield found


def apply(connection: psycopg.Connection[Any], *migrations: Migration) -> list[str]:
    report = Report()
    migrate(connection, migrations, ROLES, "lamps", report)
    return report.made


def test_each_is_applied_once_and_in_order(connection: psycopg.Connection[Any]) -> None:
    first = Migration(1, "lamps", "create table lamp (id int); create index on lamp (id);")
    second = Migration(2, "rooms", "alter table lamp add room text;")
    assert apply(connection, first) == ["database lamps: migration 0001_lamps applied"]
    assert apply(connection, first, second) == ["database lamps: migration 0002_rooms applied"]
    assert apply(connection, first, second) == []
    rows = connection.execute("select number, name, sha256 from store.migration order by 1").fetchall()
    assert rows == [(1, "lamps", first.sha256), (2, "rooms", second.sha256)]


def test_one_that_fails_leaves_nothing_and_is_said_without_the_statement(
    connection: psycopg.Connection[Any],
) -> None:
    broken = Migration(1, "broken", "create table kept (id int); select 1 / 0 as very_secret;")
    with pytest.raises(
        ProvisionRefused, match="0001_broken cannot be applied to database lamps: division"
    ) as told:
        apply(connection, broken)
    assert "very_secret" not in str(told.value)
    assert connection.execute("select to_regclass('kept')").fetchone() == (None,)
    assert apply(connection, Migration(1, "repaired", "create table kept (id int)")) != []


def test_a_changed_file_is_refused(connection: psycopg.Connection[Any]) -> None:
    apply(connection, Migration(1, "lamps", "create table lamp (id int)"))
    with pytest.raises(ProvisionRefused, match="write the change as a new migration"):
        apply(connection, Migration(1, "lamps", "create table lamp (id bigint)"))


def test_role_names_are_quoted() -> None:
    migration = Migration(1, "rights", "grant select on lamp to {{api}}, {{ owner }};")
    assert migration.filled(ROLES) == 'grant select on lamp to "odd""name", "postgres";'


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(ProvisionRefused, match=r"\{\{wroker\}\}"):
        Migration(1, "rights", "grant select on lamp to {{wroker}};").filled(ROLES)


def test_the_projects_own_migrations_are_numbered_without_gaps() -> None:
    found = packaged_migrations("chassis.store", "migrations")
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    assert found
