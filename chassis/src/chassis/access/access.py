"""Every read and every change under one decision; a read commits its own record (design §6, promise P11).

A look is one pipeline. So a guarded read takes three round trips: begin and hold, the query, record and
commit. A list takes three as well: begin and query, hold and query again, record and commit (and one to ask
what is in reach, where its query goes by that). What a change was decided on goes with its save.

A withdrawal waits for what is held here, and holds what comes later: nothing is recorded after it for data
that consent allowed (promise P18).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg

from chassis.access.asking import Asking
from chassis.access.look import (
    HOLD,
    NOBODY,
    RECORD,
    Look,
    NotDecided,
    decide,
    held,
    not_written,
    nothing,
)
from chassis.access.policies import GUEST, Fact, NoPolicies, Policies, Resource
from chassis.access.scope import Scope
from chassis.store.pools import Pool, connection

__all__ = ["Access", "Look", "NotDecided"]


class Access:
    """What stands between whoever asks and the data. ``policies`` is asked at the first decision."""

    def __init__(self, pool: Pool, policies: Callable[[], Policies]) -> None:
        self._pool, self._policies = pool, policies

    def check(self) -> None:
        """Load the policies now rather than at the first decision. Raises PoliciesBroken.

        A service without any starts: it can decide nothing, and says so whenever it is asked.
        """
        with suppress(NoPolicies):
            self._policies()

    @contextmanager
    def reading(self, asking: Asking, action: str, *, activity: str | None = None) -> Iterator[Look]:
        """One transaction that decides, reads and records. Raises what `Look` raises, and Unavailable."""
        if asking.is_recorded or asking.open_looks:
            raise NotDecided("one answer has one look and one record")
        asking.does(action, activity)
        asking.open_looks += 1
        try:
            with connection(self._pool) as conn:
                look = Look(conn, asking, self._policies(), action)
                try:
                    with conn.pipeline():
                        yield look
                        look.finish()
                except psycopg.Error as fault:
                    conn.rollback()
                    raise (not_written(fault) if look.is_finished else fault) from fault
                except BaseException:
                    conn.rollback()
                    raise
                asking.written()
        finally:
            asking.open_looks -= 1

    def changing(
        self,
        asking: Asking,
        action: str,
        subject_id: UUID | None = None,
        part_id: UUID | None = None,
        *,
        activity: str | None = None,
        resource: str | None = None,
        **facts: Fact,
    ) -> Scope:
        """Whether this change may be made; its record goes with the save. Raises NotAllowed.

        Without a subject it is about something new of the asker's organisation. `Store.save` looks at the
        grants once more, in its own transaction.
        """
        asking.does(action, activity)
        if subject_id is None:
            decide(self._policies(), asking, action, nothing(), resource, facts)
            return nothing()
        with connection(self._pool) as conn:
            rows = conn.execute(HOLD, (list(asking.grantees), [subject_id]), prepare=True).fetchall()
        scope = Scope(subject_id, tuple(map(held, rows)), part_id)
        decide(self._policies(), asking, action, scope, resource, facts)
        return scope

    def allows_guest(self, action: str, resource: str, resource_id: str, **facts: Fact) -> bool:
        """Whether somebody who did not sign in may do this; there is no record of nobody."""
        context = Scope(NOBODY, ()).context(facts)
        return self._policies().decide(GUEST, action, Resource(resource, resource_id), context).allowed

    def record(self, text: str) -> None:
        """Write one access record by itself. Raises Unavailable for whatever keeps it from being written."""
        try:
            with connection(self._pool) as conn:
                conn.execute(RECORD, (text,), prepare=True)
        except psycopg.Error as fault:
            raise not_written(fault) from fault
