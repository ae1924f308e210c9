"""The store as a service sees it: load an aggregate, decide, save once."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

import psycopg

from chassis.aggregates import Aggregate, Refused
from chassis.store.asking import Asking, WhoAsks, nobody
from chassis.store.errors import Conflict, KeyReused, KeyTaken, NotFound, Unavailable
from chassis.store.mapper import StoredEvent, from_snapshot, to_event
from chassis.store.pools import Pool
from chassis.store.recorder import Recorder
from chassis.store.saving import AppliedCommand, AppliedMessage, Mappings, Save
from chassis.telemetry import metrics, note

A = TypeVar("A", bound=Aggregate)
ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Decided:
    """What a command came to: the changed aggregates and the answer to give, now and when asked again."""

    aggregates: Sequence[Aggregate]
    answer: dict[str, Any]


class Asker(Protocol):
    """Who sent a command: as much of it as the idempotency scope needs."""

    @property
    def organisation(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def body_hmac(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Key:
    asker: Asker

    def scope(self) -> tuple[str, str, str]:
        return self.asker.organisation, self.asker.subject, self.asker.key


class Store:
    """Loads and saves aggregates; every save also writes what others must learn of it.

    ``traceparent`` and ``asking`` are asked at each save: the trace of the request or message that is being
    handled, and who asks for it. The API loads and saves with the asker's grants; a worker has its own login.
    """

    def __init__(
        self,
        pool: Pool,
        mappings: Mappings,
        *,
        source_urn: str,
        traceparent: Callable[[], str | None] = lambda: None,
        asking: WhoAsks = nobody,
        snapshot_every: int = 100,
    ) -> None:
        self.recorder = Recorder(pool)
        self.mappings = mappings
        self._source_urn = source_urn
        self._traceparent = traceparent
        self._asking = asking
        self._snapshot_every = snapshot_every

    def find(
        self,
        kind: type[A],
        aggregate_id: UUID,
        *,
        until: int | None = None,
        conn: psycopg.Connection[Any] | None = None,
    ) -> A | None:
        """The aggregate with all its saved facts; None when there is none, or none for who asks.

        ``conn``: load within that connection's transaction. A look gives its own: what takes a second
        connection while it holds one can wait for others that do the same.
        """
        rows = self.recorder.load(aggregate_id, 0, until, self._grantees(), conn)
        initial: Aggregate | None = None
        if rows and rows[0][1]:
            initial = from_snapshot(rows[0][0])
            # If the snapshot's class changed, its events tell the whole story; after=-1 leaves snapshots out.
            rows = (
                rows[1:] if initial else self.recorder.load(aggregate_id, -1, until, self._grantees(), conn)
            )
        events: list[StoredEvent] = [row for row, is_snapshot in rows if not is_snapshot]
        aggregate: Aggregate | None = initial
        for row in events:
            # As the library's projector does, which looks at each event's class first: four times as long.
            aggregate = to_event(row).mutate(cast(Any, aggregate))
        if aggregate is None:
            return None
        if not isinstance(aggregate, kind):
            raise NotFound(kind.__name__)
        return aggregate

    def _grantees(self) -> tuple[str, ...] | None:
        asking = self._asking() if self.mappings.bound else None
        return None if asking is None else asking.grantees

    def get(self, kind: type[A], aggregate_id: UUID, *, conn: psycopg.Connection[Any] | None = None) -> A:
        """The aggregate. Raises NotFound. ``conn`` as in `find`."""
        found = self.find(kind, aggregate_id, conn=conn)
        if found is None:
            raise NotFound(kind.__name__)
        return found

    def prepare(self) -> Save:
        """An empty save: ``add`` aggregates while their trace is current, then give it to the recorder."""
        return Save(
            self.mappings,
            source_urn=self._source_urn,
            traceparent=self._traceparent,
            snapshot_every=self._snapshot_every,
        )

    def save(
        self,
        aggregates: Sequence[Aggregate],
        *,
        messages: Sequence[AppliedMessage] = (),
        command: AppliedCommand | None = None,
        access: str | None = None,
        conn: psycopg.Connection[Any] | None = None,
    ) -> list[int]:
        """One round trip, one transaction. Raises Conflict (decide again), NotAllowed or Unavailable.

        ``access`` is the access record of what is done, written with it. Facts stay pending on the
        aggregates: throw them away after a conflict, and after success too.
        """
        save = self.prepare()
        for aggregate in aggregates:
            save.add(aggregate)
        save.messages, save.command = messages, command
        save.grantees, save.access = self._grantees(), access
        if aggregates:
            note({"waakvlam.subject": aggregates[0].subject_id, "waakvlam.events": len(save.events)})
        begun = monotonic()
        saved = self.recorder.save(save, conn)
        metrics.save_duration.record(monotonic() - begun)
        return saved

    def once(self, asker: Asker, decide: Callable[[], Decided]) -> dict[str, Any]:
        """Apply a command exactly once per (organisation, principal, key), for ever (promise P3).

        The same key and body get the same answer; the same key with another body raises KeyReused. A
        connection that breaks between the commit and its reply shows as a conflict at the next try: the
        answer is read back by key before anything is said (promise P2). A version conflict decides again.
        The access record of an applied command is in the same save (promise P11).
        """
        asking = self._asking()
        key = _Key(asker)
        for attempt in range(1, ATTEMPTS + 1):
            earlier = self._earlier(key)
            if earlier is not None:
                return earlier
            try:
                decided = decide()
                command = AppliedCommand(*key.scope(), asker.body_hmac, decided.answer)
                access = _record(asking, decided.aggregates)
                self.save(decided.aggregates, command=command, access=access)
            except KeyTaken:
                continue
            except (Conflict, Refused, Unavailable) as fault:
                # The same command may have been applied meanwhile, or just now with its reply lost.
                earlier = self._earlier(key)
                if earlier is not None:
                    return earlier
                if not isinstance(fault, Conflict) or attempt == ATTEMPTS:
                    raise
            else:
                if asking is not None:
                    asking.written()
                return decided.answer
        raise Conflict("the key was taken and let go")

    def _earlier(self, key: _Key) -> dict[str, Any] | None:
        found = self.recorder.answered(*key.scope())
        if found is None:
            return None
        body_hmac, answer = found
        if not hmac.compare_digest(body_hmac, key.asker.body_hmac):
            raise KeyReused
        return answer

    def answered(self, organisation: str, principal: str, key: str) -> dict[str, Any] | None:
        """The answer of an applied command, or None: then it was not applied (promise P2)."""
        found = self.recorder.answered(organisation, principal, key)
        return found[1] if found else None

    def look_up(self, kind: str, digest: bytes) -> tuple[UUID, UUID] | None:
        """The subject and the aggregate that a secret code leads to, or None: wrong, ended or expired."""
        return self.recorder.look_up(kind, digest)


def _record(asking: Asking | None, changed: Sequence[Aggregate]) -> str | None:
    if asking is None or asking.is_recorded:
        return None
    asking.saw(subjects=[one.subject_id for one in changed if one.GUARDED])
    return asking.text()
