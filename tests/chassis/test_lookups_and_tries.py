"""Where a secret code leads, and how often somebody may try one, as the database counts it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.support.guarded_lamps import STRANGER, asked_by, asking, require_grantees
from tests.support.lamps import NOON, SOURCE_URN, Lamp
from tests.support.stack import ServiceDatabase

from chassis.aggregates import DomainEvent
from chassis.guards import Lookup, LookupEnds
from chassis.store.errors import Conflict
from chassis.store.pools import Pool
from chassis.store.saving import Mappings
from chassis.store.store import Store

LATER = datetime(9999, 1, 1, tzinfo=UTC)
DIGEST = b"d" * 32
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def strict(database: ServiceDatabase) -> None:
    require_grantees(database.url("admin"))


@pytest.fixture
def api(database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        yield conn


def leading(*, valid_until: datetime | None = None, digest: bytes = DIGEST) -> Mappings:
    """A lamp that is hung can be found by a code, until it breaks."""

    def lookups(fact: DomainEvent, lamp: Lamp) -> Iterator[Lookup | LookupEnds]:
        match fact:
            case Lamp.Hung():
                yield Lookup("room_key", digest, lamp.id, lamp.id, valid_until)
            case Lamp.Broke():
                yield LookupEnds("room_key", digest)

    return Mappings(lambda *_: (), lookups=lookups, bound=True)


def hung(pool: Pool, mappings: Mappings) -> tuple[Lamp, Store]:
    store = asked_by(pool, asking(), mappings)
    lamp = Lamp.hang(uuid4())
    store.save([lamp])
    lamp.collect_events()
    return lamp, store


def test_a_code_leads_to_its_aggregate_whoever_asks(api_pool: Pool) -> None:
    lamp, _ = hung(api_pool, leading(valid_until=LATER))
    assert asked_by(api_pool, asking(STRANGER)).look_up("room_key", DIGEST) == (lamp.id, lamp.id)
    assert asked_by(api_pool, None).look_up("room_key", DIGEST) == (lamp.id, lamp.id)


@pytest.mark.parametrize(("kind", "digest"), [("other_key", DIGEST), ("room_key", b"x" * 32), ("", b"")])
def test_another_code_leads_nowhere(api_pool: Pool, kind: str, digest: bytes) -> None:
    _, store = hung(api_pool, leading())
    assert store.look_up(kind, digest) is None


def test_an_expired_code_leads_nowhere(api_pool: Pool) -> None:
    _, store = hung(api_pool, leading(valid_until=NOON))
    assert store.look_up("room_key", DIGEST) is None


def test_an_ended_code_leads_nowhere(api_pool: Pool, worker_pool: Pool) -> None:
    lamp, store = hung(api_pool, leading())
    lamp.break_()
    Store(worker_pool, leading(), source_urn=SOURCE_URN).save([lamp])
    assert store.look_up("room_key", DIGEST) is None


def test_a_code_never_leads_to_two_places(api_pool: Pool) -> None:
    first, store = hung(api_pool, leading())
    with pytest.raises(Conflict):
        hung(api_pool, leading())
    assert store.look_up("room_key", DIGEST) == (first.id, first.id)


def tried(
    api: psycopg.Connection[Any], bucket: str, limit: int, within: timedelta = HOUR
) -> timedelta | None:
    row = api.execute("select store.count_try(%s, %s, %s)", (bucket, limit, within)).fetchone()
    assert row
    found: timedelta | None = row[0]
    return found


def test_after_so_many_tries_one_waits_for_the_rest_of_the_window(api: psycopg.Connection[Any]) -> None:
    assert [tried(api, "a", 3) for _ in range(3)] == [None] * 3
    waits = [tried(api, "a", 3) for _ in range(5)]
    assert all(wait is not None and timedelta() < wait <= HOUR for wait in waits)
    assert tried(api, "b", 3) is None


def test_when_the_window_is_over_counting_begins_anew(
    api: psycopg.Connection[Any], database: ServiceDatabase
) -> None:
    assert [tried(api, "a", 1) is None for _ in range(3)] == [True, False, False]
    shift(database, timedelta(hours=1, seconds=1))
    assert [tried(api, "a", 1) is None for _ in range(3)] == [True, False, False]


def shift(database: ServiceDatabase, by: timedelta) -> None:
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("update clock.adjustment set shift = shift + %s", (by,))


def test_old_buckets_are_swept_by_who_tries(api: psycopg.Connection[Any], database: ServiceDatabase) -> None:
    for number in range(8):
        tried(api, f"old {number}", 3)
    shift(database, timedelta(hours=3))
    for _ in range(3):
        tried(api, "new", 9)
    with psycopg.connect(database.url("admin")) as conn:
        assert conn.execute("select bucket from store.try").fetchall() == [("new",)]


def test_tries_at_once_are_all_counted(database: ServiceDatabase) -> None:
    def try_it(_number: int) -> bool:
        with psycopg.connect(database.url("api"), autocommit=True) as conn:
            return tried(conn, "race", 5) is None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(try_it, range(24))) == 5


def test_ids_and_buckets_are_all_that_is_kept(
    api: psycopg.Connection[Any], database: ServiceDatabase
) -> None:
    tried(api, "a", 1)
    with psycopg.connect(database.url("admin")) as conn:
        columns = conn.execute(
            "select column_name from information_schema.columns where table_schema = 'store'"
            " and table_name in ('try', 'lookup') order by table_name, ordinal_position"
        ).fetchall()
    assert [name for (name,) in columns] == [
        "kind", "digest", "subject_id", "originator_id", "valid_until", "over", "bucket", "tries", "until",
    ]  # fmt: skip
