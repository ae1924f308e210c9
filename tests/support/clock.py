"""Times for tests: every story begins at the same moment and goes on by days, hours and minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Monday 2 March 2026, 10:00 in the Netherlands: far from both changes of the clock."""


def later(*, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
    """The moment that lies so much after START."""
    return START + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


class TestClock:
    """A clock that stands still until it is told to go on. Fits wherever a ``Clock`` is asked for."""

    __test__ = False

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Go on, and tell the new time."""
        self._at += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._at
