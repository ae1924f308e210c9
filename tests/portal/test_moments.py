"""Times on the clock of Amsterdam, also where summer and winter meet."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.moments import day, machine, moment


@pytest.mark.parametrize(
    ("at", "read"),
    [
        ("2026-11-03T13:02:59+00:00", "di 3 nov 2026, 14:02"),
        ("2026-06-30T22:30:00+00:00", "wo 1 jul 2026, 00:30"),
        ("2026-12-31T23:00:00+00:00", "vr 1 jan 2027, 00:00"),
        ("2026-03-29T00:59:59+00:00", "zo 29 mrt 2026, 01:59"),
        ("2026-03-29T01:00:00+00:00", "zo 29 mrt 2026, 03:00"),
        ("2026-10-25T00:30:00+00:00", "zo 25 okt 2026, 02:30"),
        ("2026-10-25T01:30:00+00:00", "zo 25 okt 2026, 02:30"),
        ("2026-05-04T23:30:00-05:00", "di 5 mei 2026, 06:30"),
    ],
)
def test_moment_is_read_on_the_clock_of_amsterdam(at: str, read: str) -> None:
    assert moment(datetime.fromisoformat(at)) == read
    assert day(datetime.fromisoformat(at)) == read.partition(",")[0]


def test_both_halves_past_two_differ_for_machines() -> None:
    """The hour that comes twice is told apart by its offset."""
    first, second = (datetime.fromisoformat(f"2026-10-25T0{hour}:30:00+00:00") for hour in (0, 1))

    assert machine(first) == "2026-10-25T02:30:00+02:00"
    assert machine(second) == "2026-10-25T02:30:00+01:00"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_name(month: int) -> None:
    names = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()

    assert names[month - 1] in day(datetime.fromisoformat(f"2026-{month:02}-15T12:00:00+00:00"))
