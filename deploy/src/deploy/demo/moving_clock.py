"""The clock of a demo: real time plus a shift that is the same in every service's database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from deploy.parties import SERVICES, Service

Connect = Callable[[Service], AbstractContextManager[psycopg.Connection[Any]]]


class MovingClock:
    """Goes forward only. ``connect`` opens a database as its owner; raises psycopg.Error."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self.shift = self._stored_shift()
        self.began_at = self.now()

    def now(self) -> datetime:
        """The moment at which the services live, to the second at most behind."""
        return datetime.now(UTC) + self.shift

    def day(self) -> timedelta:
        """How long ago the demo began."""
        return self.now() - self.began_at

    def move_to(self, day: timedelta) -> None:
        """So much time after the beginning; nothing when it is later already."""
        by = day - self.day()
        if by <= timedelta(0):
            return
        self.shift += by
        for service in SERVICES:
            with self._connect(service) as connection:
                connection.execute("update clock.adjustment set shift = %s", (self.shift,))

    def _stored_shift(self) -> timedelta:
        shifts = []
        for service in SERVICES:
            with self._connect(service) as connection:
                row = connection.execute("select shift from clock.adjustment").fetchone()
                shifts.append(row[0] if row else timedelta(0))
        return max(shifts)
