"""The servers that tests use are real, and each test begins with an empty part of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import pytest
from tests.support.stack import BusForTests, PostgresForTests, ServiceDatabase


def test_service_database_has_the_tables_of_the_store(
    service_database: Callable[[str], ServiceDatabase],
) -> None:
    found = service_database("lamps")
    with psycopg.connect(found.url("worker")) as connection:
        assert connection.execute("select count(*) from store.event").fetchone() == (0,)
        assert connection.execute("select current_user").fetchone() == ("lamps_worker",)


def test_a_role_connects_to_its_own_database_only(service_database: Callable[[str], ServiceDatabase]) -> None:
    lamps, doors = service_database("lamps"), service_database("doors")
    stranger = psycopg.conninfo.make_conninfo(lamps.url("api"), dbname=doors.name)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger)


def test_databases_are_empty_and_apart(postgres: PostgresForTests) -> None:
    first, second = postgres.database(), postgres.database()
    with psycopg.connect(first) as connection:
        connection.execute("create table only_here ()")
    with psycopg.connect(second) as connection:
        assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)


def test_bus_has_the_stream_and_every_consumer(bus: BusForTests) -> None:
    async def names() -> list[str]:
        client = await bus.admin.connect()
        found = await client.jetstream().consumers_info("CASES")
        await client.close()
        return sorted(consumer.name for consumer in found)

    assert asyncio.run(names()) == [
        "casefile--intake",
        "casefile--matching",
        "casefile--notifications",
        "intake--casefile",
        "matching--casefile",
        "notifications--casefile",
    ]
