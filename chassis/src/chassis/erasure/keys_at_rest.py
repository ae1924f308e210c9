"""The key ring as erasing needs it: which keys are there, and destroying them, in a role of its own.

What a service seals and opens with is another role, which cannot destroy anything. Connections live only as
long as one of these questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from chassis.erasure.entries import Pair
from chassis.store.errors import NotAllowed, Unavailable
from chassis.store.pools import INFRASTRUCTURE_FAULTS

__all__ = ["KeysAtRest"]


class KeysAtRest:
    """``destroyer`` is how to connect in the role that may destroy; None: this process may only look.

    All methods raise `Unavailable` when the key ring does not answer.
    """

    def __init__(self, looker: str, destroyer: str | None = None) -> None:
        self._looker, self._destroyer = looker, destroyer

    @property
    def may_destroy(self) -> bool:
        """Whether this process was given the role that destroys keys."""
        return self._destroyer is not None

    def living(self, pairs: Collection[Pair]) -> list[Pair]:
        """Those of them that have a data key."""
        if not pairs:
            return []
        persons, capacities = [pair.person for pair in pairs], [pair.capacity for pair in pairs]
        with _connected(self._looker) as conn:
            rows = conn.execute(
                "select person, capacity from keyring.living(%s::uuid[], %s::text[])", (persons, capacities)
            ).fetchall()
        return [Pair(*row) for row in rows]

    def destroy(self, person: UUID, capacity: str) -> UUID | None:
        """Destroy the data key, for ever; the id it had, None without one. Again: the same answer.

        Raises `NotAllowed` without the role for it.
        """
        if self._destroyer is None:
            raise NotAllowed("destroying keys")
        with _connected(self._destroyer) as conn:
            row = conn.execute("select keyring.destroy_key(%s, %s)", (person, capacity)).fetchone()
        return row[0] if row else None

    def destroyed(self) -> dict[Pair, datetime]:
        """Everybody whose key the ring itself knows to be destroyed, and when. Raises `NotAllowed`."""
        if self._destroyer is None:
            raise NotAllowed("listing destroyed keys")
        with _connected(self._destroyer) as conn:
            rows = conn.execute("select person, capacity, destroyed_at from keyring.destroyed()").fetchall()
        return {Pair(row[0], row[1]): row[2] for row in rows}


@contextmanager
def _connected(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        with psycopg.connect(dsn, autocommit=True) as conn:
            yield conn
    except INFRASTRUCTURE_FAULTS as fault:
        raise Unavailable(type(fault).__name__) from None
