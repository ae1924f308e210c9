"""B15: a list of 50 cases as a coordinator gets it, against the same list without all that protects it.

Both are asked over HTTP within the process. Ours: sign-in, Cedar, row security and grants held for each case,
names opened under 50 people's keys, the access record committed before the answer. Theirs: nobody signs in,
the same rows and last events by a user for whom row security is off, names closed, nothing recorded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import psycopg
from fastapi import FastAPI
from psycopg import sql
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool
from starlette.testclient import TestClient
from tests.casefile.telling import COORDINATION, a_yes
from tests.support.running import Running, running

from benchmarks.comparing import Comparison, by_turns
from benchmarks.round_trips import counted
from benchmarks.servers import BenchmarkServers
from casefile.api.answers import LastHappening, ListedCase
from casefile.bootstrap import build
from casefile.settings import Settings
from casefile.views.cases import CASES, CaseRow
from casefile.views.history import last_of
from casefile.views.sentences import Words, sentence
from chassis.access.scope import Held, Scope
from chassis.http.model import ApiModel

CASES_THERE, LISTED = 80, 50
PATH = f"/v1/cases?limit={LISTED}"
QUERY = sql.SQL("select * from {view} order by changed_at desc, case_id desc limit {limit}")


class Listed(ApiModel):
    """The plain answer."""

    items: list[ListedCase]


def _fill(casefile: Running) -> None:
    """So many cases, each of a resident with a key and a sealed name of their own."""
    sealer = casefile.service.base.sealer
    for number in range(CASES_THERE):
        case_id, resident = uuid4(), uuid4()
        name = sealer.seal(resident, "resident", "name", f"Nour {number}", uuid4())
        said = a_yes(casefile, f"first{number}", f"second{number}", number=f"27{number:02}-9063")
        changed = {"request_id": case_id, "resident": resident, "resident_name": name}
        casefile.hear(said.model_copy(update=changed), case_id)
    casefile.look()


def _whole(case_id: UUID) -> Scope:
    held = Held(case_id, None, "anybody", "participation", None, frozenset("*"), None, case_id)
    return Scope(case_id, (held,))


def plain_app(pool: ConnectionPool[Any], words: Words) -> FastAPI:
    """The list of the rows as they lie there."""
    app = FastAPI()
    query = QUERY.format(view=CASES.relation, limit=sql.Literal(LISTED + 1))

    @app.get("/v1/cases")
    def cases(limit: int) -> Listed:
        with pool.connection() as conn, conn.cursor(row_factory=class_row(CaseRow)) as cursor:
            rows = cursor.execute(query).fetchall()[:limit]
            shown = [(row, _whole(row.case_id)) for row in rows]
            last = last_of(conn, shown)
        items = []
        for row, scope in shown:
            event = last[row.case_id]
            told = sentence(event.kind, event.facts, words)
            happened = LastHappening(
                happened_at=event.happened_at, source=event.source, kind=event.kind, sentence=told
            )
            items.append(ListedCase.of(row, scope, happened, None))
        return Listed(items=items)

    return app


def _milliseconds(ask: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = perf_counter()
        answer = ask()
        taken.append(1000 * (perf_counter() - begun))
        assert len(answer.json()["items"]) == LISTED, answer.text[:500]
    return sorted(taken)[len(taken) // 2]


def _settings(casefile: Running) -> Settings:
    known = casefile.service.base.settings
    assert isinstance(known, Settings)
    return known


def _round_trips(casefile: Running, headers: dict[str, str]) -> str:
    known = _settings(casefile)
    with (
        counted(known.database_host, known.database_port) as store,
        counted(known.keyring_host, known.keyring_port) as ring,
        ExitStack() as open_,
    ):
        changed = {"database_host": "127.0.0.1", "keyring_host": "127.0.0.1", "clock_adjustable": False}
        ports = {"database_port": store.port, "keyring_port": ring.port}
        service = build(known.model_copy(update=changed | ports))
        open_.callback(service.base.close)
        client = TestClient(service.app(lambda: []))
        _milliseconds(lambda: client.get(PATH, headers=headers), 10)
        before = store.count, ring.count
        _milliseconds(lambda: client.get(PATH, headers=headers), 10)
        own, keys = store.count - before[0], ring.count - before[1]
    return (
        f"round trips of one list: {own / 10:.1f} to its database, {keys / 10:.1f} to the key ring"
        " (which is asked at most once in five seconds for the same keys)"
    )


def run(servers: BenchmarkServers, quick: bool) -> Iterator[Comparison]:
    """In turn; nothing is to be reached, it is reported."""
    turns, times = (3, 8) if quick else (11, 25)
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="waakvlam-b15-")))
        casefile = running(build, Settings, servers.service_database, folder, organisation=COORDINATION)
        open_.callback(casefile.close)
        _fill(casefile)
        with psycopg.connect(casefile.database.url("admin"), autocommit=True) as conn:
            conn.execute("analyze")
        service = build(_settings(casefile).model_copy(update={"clock_adjustable": False}))
        open_.callback(service.base.close)
        ours = TestClient(service.app(lambda: []))
        pool: ConnectionPool[Any] = open_.enter_context(
            ConnectionPool(casefile.database.url("admin"), min_size=2, max_size=4, open=True)
        )
        theirs = TestClient(plain_app(pool, Words("meedenker", {})))
        headers = casefile.headers()
        found = by_turns(
            turns,
            lambda: _milliseconds(lambda: ours.get(PATH, headers=headers), times),
            lambda: _milliseconds(lambda: theirs.get(PATH), times),
        )
        yield Comparison(
            "B15",
            "50 cases: sign-in, Cedar, row security, grants held, names opened, recorded before the answer",
            "the same rows: row security off, no record, names closed",
            "ms",
            *found,
            notes=[_round_trips(casefile, headers)],
        )
