"""A transaction that reads for somebody: held subjects, rows under row security, and the access record.

Every read of a view goes through one (`chassis.access`). Locks are taken in key order
and last until the record is committed, so that no record commits after a withdrawal for data that a consent
allowed (promise P18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from chassis.guards import GrantKind
from chassis.store.pools import Pool, connection

FEW = 500
"""Up to so many subjects a list is read by them; beyond, in its own order, filtered by row security. Either
way the cost does not grow with the table (tests/chassis/test_access_plans.py)."""


@dataclass(frozen=True, slots=True)
class Held:
    """A valid grant on a subject that is held; ``revision`` counts the changes of who may see it."""

    subject_id: UUID
    part_id: UUID | None
    grantee: str
    kind: GrantKind
    consent_id: UUID | None
    categories: tuple[str, ...]
    valid_until: datetime | None
    grant_id: UUID
    revision: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "categories", tuple(self.categories))


@dataclass(frozen=True, slots=True)
class Reach:
    """Which subjects are in somebody's reach when these are few; ``None``: more than that."""

    subjects: Sequence[UUID] | None

    def among(self, column: str) -> sql.Composed:
        """A condition for a list's query, in place of ``{reach}``: by these subjects, or nothing. It only
        chooses the way; what may be seen is for row security. Takes the parameter ``reach``.
        """
        if self.subjects is None:
            return sql.SQL("").format()
        return sql.SQL("and {} = any(%(reach)s::uuid[])").format(sql.Identifier(*column.split(".")))

    @property
    def parameters(self) -> dict[str, Any]:
        """For the query: the ``reach``, when there is one."""
        return {} if self.subjects is None else {"reach": list(self.subjects)}


class Reading:
    """One reading transaction. ``conn`` reads views; outside `look` or `hold` that is an error."""

    def __init__(self, conn: psycopg.Connection[Any], grantees: Sequence[str]) -> None:
        self.conn = conn
        self._grantees = list(grantees)

    def look(self, few: int = FEW) -> Reach:
        """Begin to read lists; what is in reach, if that is little."""
        row = self.conn.execute("select store.look(%s, %s)", (self._grantees, few), prepare=True).fetchone()
        subjects = row[0] if row else None
        return Reach(None if subjects is None else sorted(set(subjects)))

    def hold(self, subjects: Iterable[UUID]) -> list[Held]:
        """Hold subjects until the end, and what may be seen of them: nothing of a barred one."""
        with self.conn.cursor(row_factory=class_row(Held)) as cursor:
            return cursor.execute(
                "select * from store.hold(%s, %s)", (self._grantees, list(subjects)), prepare=True
            ).fetchall()

    def record(self, entry: str) -> None:
        """Write the access record, canonical JSON: committed with this transaction or not at all."""
        record_access(self.conn, entry)


@contextmanager
def reading(pool: Pool, grantees: Sequence[str]) -> Iterator[Reading]:
    """One transaction for these grantees; committed at its end, rolled back by an exception.

    Raises Unavailable when the database does not answer, and Conflict when it chose another to go first.
    """
    with connection(pool) as conn, conn.transaction():
        yield Reading(conn, grantees)


def record_access(conn: psycopg.Connection[Any], entry: str) -> None:
    """Write one access record. The same record again changes nothing."""
    conn.execute("select store.record_access(%s)", (entry,), prepare=True)
