"""Times as people in the Netherlands read them: ``di 3 nov 2026, 14:02``, on the clock of Amsterdam."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def moment(at: datetime) -> str:
    """Day and time, to the minute."""
    return f"{day(at)}, {at.astimezone(AMSTERDAM):%H:%M}"


def day(at: datetime) -> str:
    """The day only, with its weekday."""
    here = at.astimezone(AMSTERDAM)
    return f"{_DAYS[here.weekday()]} {here.day} {_MONTHS[here.month - 1]} {here.year}"


def machine(at: datetime) -> str:
    """For the ``datetime`` attribute of ``<time>``."""
    return at.astimezone(AMSTERDAM).isoformat(timespec="seconds")
