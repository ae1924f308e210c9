"""One follower per service feeds all its views in one transaction, with a tracking row for each.

LISTEN is a hint, looking once a second the truth. A view whose projection fails stands still, is reported,
and is tried again; the others go on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import psycopg

from chassis.store.errors import Conflict, Unavailable
from chassis.store.pools import Pool, connection
from chassis.views.building import recorded_after
from chassis.views.view import Recorded, Rows, View

log = logging.getLogger(__name__)
BATCH = 500
POLL_SECONDS = 1.0
REST_SECONDS = 5.0


@dataclass(slots=True)
class _Followed:
    view: View
    rests_until: float = 0.0
    fault: str | None = field(default=None)


class Follower(threading.Thread):
    """Runs until it is stopped. ``wake`` says that there may be something new."""

    def __init__(self, pool: Pool, views: Sequence[View]) -> None:
        super().__init__(name="follower", daemon=True)
        self._pool = pool
        self._followed = [_Followed(view) for view in views]
        self._woken = threading.Event()
        self._stopping = False
        self.progressed_at = monotonic()

    def wake(self) -> None:
        """There may be new events."""
        self._woken.set()

    def stop(self) -> None:
        """End after the present batch."""
        self._stopping = True
        self._woken.set()

    def readiness(self) -> list[str]:
        """Views that stand still, as codes."""
        return [f"view-{one.view.name}-{one.fault}" for one in self._followed if one.fault]

    def run(self) -> None:
        while not self._stopping:
            try:
                many = self.follow()
            except (Unavailable, Conflict) as fault:
                log.warning("views wait: %s", fault)
                many = 0
            except Exception as fault:
                # A stored event that this program cannot read must not be passed over: all views wait.
                log.error("views stand still: %s", type(fault).__name__)
                self._rest(self._followed, type(fault).__name__)
                many = 0
            self.progressed_at = monotonic()
            if many == 0:
                self._woken.wait(POLL_SECONDS)
                self._woken.clear()

    def follow(self) -> int:
        """Feed one batch to the views that are not resting; how many events were read."""
        active = [one for one in self._followed if one.rests_until <= monotonic()]
        if not active:
            return 0
        with connection(self._pool) as conn, conn.transaction():
            places = self._places(conn, active)
            recorded = recorded_after(conn, min((place for _, place in places.values()), default=0), BATCH)
            for one in active:
                self._feed(conn, one, *places[one.view.name], recorded)
        return len(recorded)

    def _places(
        self, conn: psycopg.Connection[Any], active: Sequence[_Followed]
    ) -> dict[str, tuple[str, int]]:
        rows = conn.execute(
            "select view, table_name, position from views.tracking"
            " where (view, definition) in (select * from unnest(%s::text[], %s::text[]))"
            " order by view for update",
            ([one.view.name for one in active], [one.view.definition for one in active]),
        ).fetchall()
        places = {row[0]: (row[1], row[2]) for row in rows}
        for one in active:
            if one.view.name not in places:
                raise LookupError(f"view {one.view.name} has no table: run provision")
        return places

    def _feed(
        self,
        conn: psycopg.Connection[Any],
        one: _Followed,
        table: str,
        position: int,
        recorded: Sequence[Recorded],
    ) -> None:
        new = [fact for fact in recorded if fact.notification_id > position]
        if not new:
            return
        mine = [fact for fact in new if isinstance(fact.event, one.view.facts)]
        try:
            with conn.transaction():
                if mine:
                    one.view.project(mine, Rows(conn, table))
                conn.execute(
                    "update views.tracking set position = %s where view = %s and definition = %s",
                    (new[-1].notification_id, one.view.name, one.view.definition),
                )
            one.fault = None
        except psycopg.OperationalError:
            raise
        except Exception as fault:
            log.error("view %s stands still: %s", one.view.name, type(fault).__name__)
            self._rest([one], type(fault).__name__)

    def _rest(self, views: Sequence[_Followed], fault: str) -> None:
        for one in views:
            one.fault, one.rests_until = fault, monotonic() + REST_SECONDS
