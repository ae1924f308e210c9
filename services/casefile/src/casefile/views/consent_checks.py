"""Who asked with a code whether consent exists, and what were they told? From the access records (CON-02)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casefile.views.history import HistoryRow
from chassis.store.pools import Pool, connection


class ConsentChecksMade:
    """A check is a look, not an event; told in the history of the case all the same.

    Access records are read by the worker's login: the API's may write them, and read none.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def of(self, case_id: UUID, *, after: tuple[datetime, int] | None, limit: int) -> list[HistoryRow]:
        """The checks of a case, oldest first, as rows of its history. Their entries are below zero."""
        at, entry = after or (None, None)
        with connection(self._pool) as conn:
            found = conn.execute(
                "select -number, recorded_at, organisation, entry::jsonb #>> '{inputs,context,answer}'"
                " from store.access_record where action = 'checkConsent' and decision = 'allow'"
                " and subjects @> array[%(case)s]::uuid[]"
                " and (%(at)s::timestamptz is null or (recorded_at, -number) > (%(at)s, %(entry)s))"
                " order by recorded_at, -number limit %(limit)s",
                {"case": case_id, "at": at, "entry": entry, "limit": limit},
            ).fetchall()
        return [
            HistoryRow(
                entry=number,
                case_id=case_id,
                happened_at=recorded_at,
                recorded_at=recorded_at,
                source="casefile",
                kind="ConsentChecked",
                facts={"authority": authority, "answer": answer},
            )
            for number, recorded_at, authority, answer in found
        ]
