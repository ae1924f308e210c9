"""Codes that people are handed, and how often anybody may guess."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ids import an_id
from tests.support.stack import ServiceDatabase

from chassis.codes import Codes, TooManyTries, Tries
from chassis.store.pools import Pool, open_pool

CODES = Codes(bytes(range(32)))
MINUTE = timedelta(minutes=1)


def test_code_is_written_in_groups_of_letters_that_look_like_no_other() -> None:
    code = CODES.new(12)

    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert not set(code) & set("ILOU")
    assert code != CODES.new(12)


def test_chance_decides_every_character() -> None:
    assert Codes(b"k", lambda n: bytes(n)).new(5) == "0000-0"
    assert Codes(b"k", lambda n: bytes([31, 32, 63, 255][:n])).new(4) == "Z0ZZ"


@pytest.mark.parametrize(
    "typed", ["0LD1-W0RM", "old1w0rm", " oLdl wOrm ", "OLDI\u2011WORM", "o l d 1 - w o r m"]
)
def test_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert CODES.digest("lamp", typed) == CODES.digest("lamp", "01D1-W0RM")


@given(st.text(), st.text())
def test_other_code_kind_or_key_is_another_digest(one: str, other: str) -> None:
    """Nothing is refused here: what is no code leads nowhere, at the same cost."""
    code, changed = CODES.new(8), CODES.new(8)
    assert CODES.digest("lamp", code) != CODES.digest("lamp", changed)
    assert CODES.digest("lamp", code) != CODES.digest("room", code)
    assert CODES.digest("lamp", code) != Codes(os.urandom(32)).digest("lamp", code)
    assert len(CODES.digest(one, other)) == 32


def test_kind_and_code_cannot_change_places() -> None:
    assert CODES.digest("a", "B") != CODES.digest("ab", "")
    assert CODES.digest("lamp", "x" * 10_000) == CODES.digest("lamp", "x" * 200)


def test_exact_digest_reads_nothing_into_it() -> None:
    exact = [
        CODES.exact_digest("who", text) for text in ("ab", "a-b", "AB", "a b", "o", "0", "x" * 200, "x" * 201)
    ]

    assert len(set(exact)) == len(exact)
    assert CODES.exact_digest("who", "AB") != CODES.digest("who", "AB")


def test_derived_code_is_the_same_again_and_only_with_the_key() -> None:
    code = CODES.derived("lamp", an_id("lamp"), 26)

    assert code == Codes(bytes(range(32))).derived("lamp", an_id("lamp"), 26)
    others = {
        CODES.derived("room", an_id("lamp"), 26),
        CODES.derived("lamp", an_id("room"), 26),
        Codes(bytes(32)).derived("lamp", an_id("lamp"), 26),
    }
    assert code not in others
    assert len(code.replace("-", "")) == 26
    with pytest.raises(ValueError, match="1 to 32"):
        CODES.derived("lamp", an_id("lamp"), 33)


# Tries, on a real database.


@pytest.fixture
def tries(database: ServiceDatabase) -> Iterator[Tries]:
    pool = open_pool(database.url("api"), size=4)
    yield Tries(pool, bytes(32))
    pool.close()


def test_try_too_many_is_refused_and_says_how_long_to_wait(tries: Tries) -> None:
    for _ in range(3):
        tries.count("door", 3, MINUTE)

    with pytest.raises(TooManyTries) as refused:
        tries.count("door", 3, MINUTE)
    assert timedelta(0) < refused.value.wait <= MINUTE
    tries.count("another door", 3, MINUTE)


def test_waiting_helps(tries: Tries, database: ServiceDatabase) -> None:
    for _ in range(3):
        tries.count("door", 3, MINUTE)

    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("update clock.adjustment set adjustable = true, shift = '61 seconds'")

    tries.count("door", 3, MINUTE)


def test_many_at_once_are_all_counted(tries: Tries) -> None:
    def guess(_: int) -> bool:
        try:
            tries.count("door", 5, MINUTE)
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(guess, range(40))) == 5


def test_what_was_tried_is_not_stored(tries: Tries, database: ServiceDatabase) -> None:
    tries.count("192.0.2.7", 3, MINUTE)

    with psycopg.connect(database.url("admin")) as conn:
        ((bucket,),) = conn.execute("select bucket from store.try").fetchall()
    assert len(bucket) == 64
    assert "192.0.2.7" not in bucket


def test_api_may_only_count(api_pool: Pool) -> None:
    with api_pool.connection() as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("select * from store.try")
