"""Who looked under a consent: asked when it turns out that it was never given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from chassis.store.pools import Pool, connection


class Looks(Protocol):
    """The looks that were made under a consent, as the ids of their access records, oldest first."""

    def under(self, consent_id: UUID, subjects: Sequence[UUID]) -> Sequence[UUID]: ...


class RecordedLooks:
    """Reads this service's own access records; what other services showed stands in theirs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def under(self, consent_id: UUID, subjects: Sequence[UUID]) -> Sequence[UUID]:
        """``subjects``: the person and the cases that it was about."""
        ground = json.dumps([{"id": str(consent_id)}])
        with connection(self._pool) as conn:
            rows = conn.execute(
                "select id from store.access_record where subjects && %s::uuid[]"
                " and (entry::jsonb -> 'basis') @> %s::jsonb order by number",
                (list(subjects), ground),
            ).fetchall()
        return [row[0] for row in rows]
