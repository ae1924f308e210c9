"""Views and bus can be made again from the events, and nothing is different afterwards (P4, P8, P22)."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql
from tests.support.waiting import until
from tests.system.conftest import Played

from deploy.commands.rebuild import rebuild, rebuild_bus, views
from deploy.demo.figures import balance_now, events_counted
from deploy.operating import ON_BUS

Rows = dict[str, list[str]]


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work on what runs here, also where a test run was given other servers."""
    for name in ("POSTGRES_URL", "NATS_URL", "NATS_MONITOR_URL"):
        monkeypatch.delenv(f"WAAKVLAM_{name}", raising=False)


def rows_of_views(played: Played) -> Rows:
    """Every row of every view."""
    found: Rows = {}
    for name, (service, view) in views().items():
        with played.operations.connected(service, "owner") as connection:
            query = sql.SQL("select to_jsonb(v)::text from {view} v order by 1").format(view=view.relation)
            found[name] = [row[0] for row in connection.execute(query).fetchall()]
    return found


def stored(played: Played) -> dict[str, Any]:
    """How many events each service keeps, and how far each consumer is."""
    found: dict[str, Any] = {}
    for service in ON_BUS:
        with played.operations.connected(service, "worker") as connection:
            events = connection.execute("select count(*) from store.event").fetchone()
            positions = connection.execute(
                "select source, sum(position)::bigint from store.inbox_position group by 1 order by 1"
            ).fetchall()
            letters = connection.execute("select count(*) from store.dead_letter").fetchone()
        found[service.name] = (events, positions, letters)
    return found


def test_rebuilt_views_have_the_same_rows(played: Played) -> None:
    before = rows_of_views(played)
    filled = {name for name, rows in before.items() if rows}
    assert filled >= {"cases", "history", "requests", "searches", "supporters", "available_supporters"}
    rebuild("all", data=played.data)
    assert rows_of_views(played) == before


def test_rebuilt_bus_changes_nothing(played: Played) -> None:
    events, kept, rows = events_counted(played.operations), stored(played), rows_of_views(played)
    rebuild_bus(data=played.data, yes=True)

    def all_sent_again() -> bool:
        found = balance_now(played.operations)
        return all(one.settled and one.unsent == 0 and one.on_bus == 0 for one in found)

    until(all_sent_again, within=60.0)
    assert events_counted(played.operations) == events
    assert stored(played) == kept
    assert rows_of_views(played) == rows
