"""What time it is, as an argument: nothing but this module asks the machine or the database.

Every clock answers in aware UTC. A process gets one clock from its bootstrap; tests bring their own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from chassis.store.errors import Unavailable
from chassis.store.pools import Pool, connection

__all__ = ["Clock", "DatabaseClock", "FixedClock", "SystemClock"]


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DatabaseClock:
    """The database's clock, ``clock.now()``: its own time plus the offset of a demo or test database.

    All processes on one database then live at the same moment, also when it was moved forward. It costs a
    round trip, so a process uses it only where its settings say that the clock is adjustable.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def now(self) -> datetime:
        """The database's moment. Raises `Unavailable` when the database does not answer."""
        with connection(self._pool) as conn:
            row = conn.execute("select clock.now()").fetchone()
        if row is None or not isinstance(row[0], datetime):
            raise Unavailable("the database has no clock")
        return row[0].astimezone(UTC)


class FixedClock:
    """A clock that stands still until it is moved, for tests and examples."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move the clock forward; it never goes back."""
        if by < timedelta(0):
            raise ValueError("a clock does not go back")
        self._at += by
