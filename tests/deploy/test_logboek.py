"""The logboek of a service comes from its database, in order and between two moments."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from jsonschema import Draft202012Validator
from tests.support.guarded_lamps import asking
from tests.support.stack import ServiceDatabase

from chassis.access.logboek import schema, write_lines
from chassis.clock import FixedClock
from deploy.commands.logboek import _opened, entries_between

BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def worker_url(service_database: Callable[[str], ServiceDatabase]) -> str:
    """A database with a record in each of three hours, seen as the worker's role does."""
    database = service_database("lamps")
    with psycopg.connect(database.url("api"), autocommit=True) as conn:
        for hour in (2, 0, 1):
            one = asking()
            one.clock = FixedClock(BEGIN + hour * HOUR)
            conn.execute("select store.record_access(%s)", (one.text(),))
    return database.url("worker")


@pytest.mark.parametrize(
    ("first", "to", "hours"),
    [
        (BEGIN, BEGIN + 3 * HOUR, [0, 1, 2]),
        (BEGIN + HOUR, BEGIN + 3 * HOUR, [1, 2]),
        (BEGIN, BEGIN + 2 * HOUR, [0, 1]),
        (BEGIN + 9 * HOUR, BEGIN + 10 * HOUR, []),
    ],
)
def test_records_between_two_moments_are_written_in_their_order(
    worker_url: str, first: datetime, to: datetime, hours: list[int]
) -> None:
    file = io.StringIO()
    with psycopg.connect(worker_url, autocommit=True) as conn:
        write_lines(entries_between(conn, first, to), file, service="lamps", register_uri="urn:register:")

    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    ended = [line["end_time"] for line in lines]
    assert ended == [int((BEGIN + hour * HOUR).timestamp() * 1000) for hour in hours]
    for line in lines:
        Draft202012Validator(schema()).validate(line)


def test_file_that_broke_off_does_not_pass_for_the_logboek(tmp_path: Path) -> None:
    place = tmp_path / "logboek.jsonl"

    def broken_off() -> None:
        with _opened(place) as file:
            file.write("{}\n")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        broken_off()
    assert not place.exists()

    with _opened(place) as file:
        file.write("{}\n")
    assert place.read_text() == "{}\n"
