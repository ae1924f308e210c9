"""A service of which several processes run, asked from any address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

import psycopg
from httpx2 import Response
from starlette.testclient import TestClient
from tests.support.running import Running

from chassis.service import Service

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@dataclass
class Replicas:
    """The first is `running`; the apps answer in turn, as behind a balancer."""

    running: Running
    apps: list[Any]

    def __post_init__(self) -> None:
        self._turn = cycle(self.apps)
        self._clients: dict[tuple[int, str], TestClient] = {}

    def post(self, path: str, body: Any, *, address: str = HERE, **headers: str) -> Response:
        """Somebody asks from an address; the next replica answers."""
        app = next(self._turn)
        client = self._clients.setdefault(
            (id(app), address), TestClient(app, client=(address, 50_000), raise_server_exceptions=False)
        )
        return client.post(f"/v1{path}", json=body, headers=headers)

    def buckets(self) -> int:
        """How many rows the tries take."""
        return self._number("select count(*) from store.try")

    def records(self) -> int:
        """How many answers were recorded."""
        return self._number("select count(*) from store.access_record")

    def _number(self, query: str) -> int:
        with psycopg.connect(self.running.database.url("admin")) as conn:
            row = conn.execute(query).fetchone()
        assert row
        return int(row[0])


@contextmanager
def replicas(running: Running, build: Callable[[Any], Service]) -> Iterator[Replicas]:
    """Two of them, on one database, with the same settings."""
    with ExitStack() as open_:
        other = build(running.service.base.settings)
        open_.callback(other.base.close)
        yield Replicas(running, [running.client.app, other.app(lambda: [])])


def guesses() -> Iterator[str]:
    """Codes that were never given, each another one."""
    for number in count():
        yield f"{number:04}-ZZZZ-ZZZZ-ZZZZ"
