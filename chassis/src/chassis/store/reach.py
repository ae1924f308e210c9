"""Which way a list is read: by the few subjects in somebody's reach, or in its own order.

A supporter may see three cases of twenty thousand, a coordinator nearly all. Row security is right for both
and fast for the second only, since it looks at each row that a query comes by. So a list's query holds a
place for a condition on its subject, filled in when the subjects are few. Either way the cost does not grow
with the table (tests/chassis/test_access_plans.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

FEW = 500


@dataclass(frozen=True, slots=True)
class Reach:
    """The subjects in reach when they are few, else None."""

    subjects: Sequence[UUID] | None

    def within(self, *column: LiteralString) -> sql.Composable:
        """A condition for a query, where it says ``where {within} and …``, with the parameter ``reach``. It
        chooses the way only: what may be seen is for row security.
        """
        if self.subjects is None:
            return sql.SQL("true")
        return sql.SQL("{} = any(%(reach)s::uuid[])").format(sql.Identifier(*column))

    @property
    def parameters(self) -> dict[str, Any]:
        """For the query: the ``reach``, where there is one."""
        return {} if self.subjects is None else {"reach": list(self.subjects)}


def in_reach(conn: psycopg.Connection[Any], few: int = FEW) -> Reach:
    """What is in reach of those for whom this transaction reads. One round trip."""
    row = conn.execute("select store.few_in_reach(%s)", (few,), prepare=True).fetchone()
    subjects = row[0] if row else None
    return Reach(None if subjects is None else sorted(set(subjects)))
