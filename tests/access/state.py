"""A service with somebody's case in it, and how each of its routes is asked about that case."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
from httpx2 import Response
from tests.access.askers import Asker, Relations
from tests.access.table import Row
from tests.support.running import Running

Body = dict[str, Any]
Ids = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One case, with everybody who stands in some relation to it. ``marks``: what only tells of this case."""

    ids: Ids
    relations: Relations
    marks: tuple[str, ...]

    def absent(self) -> Case:
        """The same question about something that is not there."""
        ids = {name: uuid4() if isinstance(value, UUID) else value for name, value in self.ids.items()}
        return Case(ids, self.relations, self.marks)


class State(ABC):
    """``bodies``: what a command is sent with, by line. ``each_anew``: commands after which another one in
    the same case would mean nothing; each is sent about a case of its own.
    """

    bodies: ClassVar[Mapping[str, Callable[[Ids], Body]]]
    service: ClassVar[str]
    activity: ClassVar[str]
    """One of its register of processing."""
    each_anew: ClassVar[frozenset[str]] = frozenset()

    queries: ClassVar[Mapping[str, str]] = {}

    def __init__(self, running: Running) -> None:
        self.running = running
        self.case = self.a_case()
        running.look()

    @abstractmethod
    def a_case(self) -> Case:
        """Another case in the same state."""

    def ask(self, row: Row, asker: Asker, case: Case) -> Response:
        """Somebody asks this about a case; a command with a valid body and a key of its own."""
        address = row.route + self.queries.get(row.name, "")
        path = address.format(activity_id=f"{self.service}.{self.activity}", **case.ids)
        headers = self.running.headers(asker.signs_in) if asker.signs_in else {}
        if row.method == "GET":
            return self.running.client.get(path, headers=headers)
        headers["Idempotency-Key"] = f"key-{next(self.running.keys)}"
        body = self.bodies[row.name](case.ids)
        return self.running.client.request(row.method, path, json=body, headers=headers)

    def answered(self, row: Row, asker: Asker, case: Case) -> tuple[str, Response]:
        """The class of the answer, and the answer."""
        answer = self.ask(row, asker, case)
        return self._class_of(row, answer, case), answer

    def _class_of(self, row: Row, answer: Response, case: Case) -> str:
        match answer.status_code:
            case 404:
                return "hidden"
            case 401:
                return "sign_in"
            case 403:
                return "refused_role"
            case 200 if row.empty:
                return "in" if any(mark in answer.text for mark in case.marks) else "empty"
            case 400 if row.malformed:
                return "malformed"
            case 200 | 201 | 409 | 410:
                return "in"
            case other:
                return f"{other}: {answer.text}"

    def records_since(self, number: int) -> list[Body]:
        """The access records after that one, in the order of their writing."""
        query = "select entry from store.access_record where number > %s order by number"
        return [json.loads(row[0]) for row in self._rows(query, (number,))]

    def last_record(self) -> int:
        return int(self._rows("select coalesce(max(number), 0) from store.access_record")[0][0])

    def stored(self) -> tuple[Any, ...]:
        """What a command would change: how many events, grants and messages there are."""
        query = (
            "select (select count(*) from store.event), (select count(*) from store.outbox),"
            " (select count(*) from store.command), (select count(*) from store.access_grant where not over),"
            " (select count(*) from store.access_bar where not over)"
        )
        return tuple(self._rows(query)[0])

    def _rows(self, query: str, parameters: Any = None) -> list[Any]:
        with psycopg.connect(self.running.database.url("admin")) as conn:
            return conn.execute(query, parameters).fetchall()
