"""Clocks tell aware UTC; only the database's can be moved, and then for everybody on that database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from tests.support.clock import START
from tests.support.stack import ServiceDatabase

from chassis.clock import DatabaseClock, FixedClock, SystemClock
from chassis.store.errors import Unavailable
from chassis.store.pools import open_pool


def test_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(START)
    assert clock.now() == clock.now() == START

    clock.advance(timedelta(days=90))

    assert clock.now() == START + timedelta(days=90)


def test_fixed_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="back"):
        FixedClock(START).advance(timedelta(seconds=-1))


def test_clock_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001  # that is the point


def test_database_clock_follows_the_databases_offset(
    service_database: Callable[[str], ServiceDatabase],
) -> None:
    database = service_database("lamps")
    pool = open_pool(database.url("api"), size=1)
    try:
        clock = DatabaseClock(pool)
        before = clock.now()
        assert before.tzinfo is UTC

        with psycopg.connect(database.url("admin"), autocommit=True) as admin:
            admin.execute("update clock.adjustment set shift = interval '30 days'")

        assert timedelta(days=30) <= clock.now() - before < timedelta(days=30, minutes=5)
    finally:
        pool.close()


def test_database_clock_says_when_the_database_is_away() -> None:
    pool = open_pool("host=127.0.0.1 port=1 dbname=nowhere connect_timeout=1", size=1)
    pool.timeout = 0.2
    try:
        with pytest.raises(Unavailable):
            DatabaseClock(pool).now()
    finally:
        pool.close()
