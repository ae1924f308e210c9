"""The inbox's tables: positions, parked messages, attempts, dead letters. One query for many subjects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from chassis.store.pools import Pool, connection

_NAMESPACE = UUID("0d5b1e9b-7f55-4a0f-8d2e-90a4b6c1e7d3")


@dataclass(slots=True)
class Known:
    """How far a subject of this source was heard, and whether something is in the way."""

    position: int
    dead: bool
    parked: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Parked messages wait for ``position`` of this subject."""

    subject_id: UUID
    position: int


class InboxState:
    """One consumer's state for one source, by the worker's role."""

    def __init__(self, pool: Pool, source: str) -> None:
        self._pool = pool
        self.source = source

    def known(self, subjects: Iterable[UUID]) -> dict[UUID, Known]:
        """The state of these subjects."""
        wanted = list(subjects)
        if not wanted:
            return {}
        with connection(self._pool) as conn:
            rows = conn.execute(
                "select s.subject_id, coalesce(p.position, 0),"
                " exists (select from store.dead_letter d where d.source = %(source)s"
                "         and d.subject_id = s.subject_id and d.state = 'waiting'),"
                " (select count(*) from store.inbox_parked k where k.source = %(source)s"
                "         and k.subject_id = s.subject_id)"
                " from unnest(%(subjects)s::uuid[]) as s (subject_id)"
                " left join store.inbox_position p on p.source = %(source)s and p.subject_id = s.subject_id",
                {"source": self.source, "subjects": wanted},
                prepare=True,
                binary=True,
            ).fetchall()
        return {row[0]: Known(row[1], row[2], row[3]) for row in rows}

    def parked(self, subjects: Sequence[UUID]) -> list[tuple[UUID, int, bytes]]:
        """The parked messages of these subjects, in order."""
        with connection(self._pool) as conn:
            rows = conn.execute(
                "select subject_id, position, payload from store.inbox_parked"
                " where source = %s and subject_id = any(%s) order by subject_id, position limit 1000",
                (self.source, list(subjects)),
                binary=True,
            ).fetchall()
        return [(row[0], row[1], bytes(row[2])) for row in rows]

    def park(self, messages: Sequence[tuple[UUID, int, bytes]]) -> None:
        """Keep messages that came too early; parking one twice changes nothing."""
        if not messages:
            return
        with connection(self._pool) as conn:
            conn.execute(
                "insert into store.inbox_parked (source, subject_id, position, payload)"
                " select %s, m.subject_id, m.position, m.payload"
                " from unnest(%s::uuid[], %s::bigint[], %s::bytea[]) as m (subject_id, position, payload)"
                " on conflict do nothing",
                (self.source, [m[0] for m in messages], [m[1] for m in messages], [m[2] for m in messages]),
            )

    def failed(self, subject_id: UUID, position: int, cause: str) -> int:
        """Count an attempt at a message; how many there were."""
        with connection(self._pool) as conn:
            row = conn.execute(
                "insert into store.inbox_attempt (source, subject_id, position, attempts, cause)"
                " values (%s, %s, %s, 1, %s)"
                " on conflict (source, subject_id, position) do update"
                " set attempts = inbox_attempt.attempts + 1, cause = excluded.cause, last_at = now()"
                " returning attempts",
                (self.source, subject_id, position, cause),
            ).fetchone()
        return int(row[0]) if row else 1

    def bury(
        self,
        payload: bytes,
        cause: str,
        attempts: int,
        *,
        subject_id: UUID | None = None,
        position: int | None = None,
        event_type: str | None = None,
    ) -> None:
        """To the dead letters, with the cause; the same message once only."""
        digest = hashlib.sha256(payload).hexdigest()
        letter_id = uuid5(_NAMESPACE, f"{self.source}|{subject_id}|{position}|{digest}")
        with connection(self._pool) as conn:
            conn.execute(
                "insert into store.dead_letter"
                " (id, source, subject_id, position, event_type, payload, cause, attempts)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)"
                " on conflict (id) do update set state = 'waiting', attempts = excluded.attempts,"
                " cause = excluded.cause, died_at = now() where dead_letter.state = 'retried'",
                (letter_id, self.source, subject_id, position, event_type, payload, cause, attempts),
            )

    def ready(self) -> list[UUID]:
        """Subjects whose next message is parked and may be tried: nobody else will deliver it again.

        Removes what was parked and is applied already: a replica that was frozen between reading a position
        and parking would leave such a message for ever.
        """
        with connection(self._pool) as conn:
            rows = conn.execute(
                "with late as ("
                "  delete from store.inbox_parked k using store.inbox_position p"
                "  where k.source = %(source)s and p.source = k.source and p.subject_id = k.subject_id"
                "    and k.position <= p.position"
                " )"
                " select k.subject_id from store.inbox_parked k"
                " left join store.inbox_position p using (source, subject_id)"
                " left join store.inbox_attempt a on a.source = k.source and a.subject_id = k.subject_id"
                "   and a.position = k.position"
                " where k.source = %(source)s and k.position = coalesce(p.position, 0) + 1"
                " and (a.attempts is null"
                "      or a.last_at < now() - make_interval(secs => power(2, a.attempts - 1)))"
                " and not exists (select from store.dead_letter d where d.source = %(source)s"
                "                 and d.subject_id = k.subject_id and d.state = 'waiting')"
                " limit 100",
                {"source": self.source},
            ).fetchall()
        return [row[0] for row in rows]

    def gaps(self, patience_seconds: float) -> list[Gap]:
        """Subjects whose parked messages waited too long; marked as asked for now."""
        with connection(self._pool) as conn:
            rows = conn.execute(
                "with waiting as ("
                "  select k.subject_id, min(k.position) as first, max(coalesce(p.position, 0)) as heard"
                "  from store.inbox_parked k"
                "  left join store.inbox_position p using (source, subject_id)"
                "  where k.source = %(source)s"
                "  group by k.subject_id"
                "  having min(k.parked_at) < now() - make_interval(secs => %(patience)s)"
                "     and (max(k.asked_at) is null"
                "          or max(k.asked_at) < now() - make_interval(secs => %(patience)s))"
                " ), lost as ("
                "  select * from waiting w"
                "  where not exists (select from store.dead_letter d where d.source = %(source)s"
                "                    and d.subject_id = w.subject_id and d.state = 'waiting')"
                " )"
                " update store.inbox_parked k set asked_at = now() from lost"
                " where k.source = %(source)s and k.subject_id = lost.subject_id and k.position = lost.first"
                " returning k.subject_id, lost.heard + 1",
                {"source": self.source, "patience": patience_seconds},
            ).fetchall()
        return [Gap(row[0], row[1]) for row in rows]
