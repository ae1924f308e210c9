"""A view answers one question from the service's own events; it can be dropped and rebuilt at any time.

A view's file holds row, columns, projection and query together. Its table is named by a hash of its
definition, so that two versions of a program run side by side, each with its own table.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from chassis.aggregates import DomainEvent


@dataclass(frozen=True, slots=True)
class Recorded:
    """A saved fact: the event, whose story it belongs to, and its place in the order of all events."""

    event: DomainEvent
    subject_id: UUID
    notification_id: int


class Rows:
    """A view's table, for its projection: ``{table}`` in a query stands for the table's name."""

    def __init__(self, conn: psycopg.Connection[Any], table: str) -> None:
        self._conn = conn
        self._table = sql.Identifier("views", table)

    def run(self, query: LiteralString, parameters: Any = ()) -> list[dict[str, Any]]:
        """Run one statement; the rows that it returns, if any."""
        with self._conn.cursor(row_factory=dict_row) as cursor:
            cursor.execute(sql.SQL(query).format(table=self._table), parameters, prepare=True)
            return cursor.fetchall() if cursor.description else []

    def run_many(self, query: LiteralString, parameters: Sequence[Any]) -> None:
        """Run one statement for many rows, in one round trip."""
        if parameters:
            with self._conn.cursor() as cursor:
                cursor.executemany(sql.SQL(query).format(table=self._table), parameters)


class View(ABC):
    """What a view is made of. ``columns`` stands inside ``create table (…)``; ``indexes`` are column lists.

    ``subject`` is the column that says whose row it is: the API reads the rows of which its transaction's
    grantees may know (`chassis.store.reading`), and none outside one. None means open: rows about nobody's
    case; say why.

    Raise ``version`` when only the projection changes: the table is then made and filled anew.
    """

    name: ClassVar[str]
    columns: ClassVar[LiteralString]
    indexes: ClassVar[tuple[LiteralString, ...]] = ()
    version: ClassVar[int] = 1
    facts: ClassVar[tuple[type[DomainEvent], ...]]
    subject: ClassVar[LiteralString | None]

    @abstractmethod
    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        """Change the rows by these facts, in their order; called with facts of ``facts`` only."""

    @property
    def definition(self) -> str:
        """Hash of what the table looks like and how it is filled."""
        text = (
            f"{self.name}|{self.columns}|{self.indexes}|{self.version}|{self.subject}"
            f"|{sorted(f.TOPIC for f in self.facts)}"
        )
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    @property
    def relation(self) -> sql.Identifier:
        """What queries read from: stays the same while a rebuild replaces the table behind it."""
        return sql.Identifier("views", self.relation_name)

    @property
    def relation_name(self) -> str:
        """The name within the schema ``views``."""
        return f"{self.name}__{self.definition}"
