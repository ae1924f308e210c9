"""Whose own or relative's file a case is: asked where a grant is held on something else about that case."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.store.pools import Pool, connection


class Bars:
    """Reads the bars by the worker's login: the API's meets them in what it is not shown."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def among(self, grantees: Sequence[str], case_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of these cases that are barred to any of these grantees (design §1)."""
        with connection(self._pool) as conn:
            rows = conn.execute(
                "select distinct subject_id from store.access_bar"
                " where grantee = any(%s) and subject_id = any(%s) and not over",
                (list(grantees), list(case_ids)),
            ).fetchall()
        return frozenset(row[0] for row in rows)
