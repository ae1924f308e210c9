"""One save: everything that belongs to a decision, as the parameters of ``store.save()``."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from chassis.aggregates import Aggregate, DomainEvent
from chassis.deadlines import Arm, Disarm
from chassis.guards import AccessChange, Lookup, LookupEnds
from chassis.store.access_changes import AccessChanges
from chassis.store.mapper import StoredEvent, to_snapshot, to_stored
from contracts.envelope import ContractEvent, envelope_text

Publish = Callable[[DomainEvent, Any], Iterable[ContractEvent]]
Guard = Callable[[DomainEvent, Any], Iterable[AccessChange]]
Lookups = Callable[[DomainEvent, Any], Iterable[Lookup | LookupEnds]]
Deadlines = Callable[[DomainEvent, Any], Iterable[Arm | Disarm]]


@dataclass(frozen=True, slots=True)
class AppliedCommand:
    """The idempotency row of a command: scope, key, HMAC of its body, and the answer to give again."""

    organisation: str
    principal: str
    key: str
    body_hmac: bytes
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AppliedMessage:
    """The inbox position that a heard message moves."""

    source: str
    subject_id: UUID
    position: int


@dataclass(frozen=True, slots=True)
class Mappings:
    """A service's doors: what a private event means outside, for access, for codes and for time.

    ``bound``: the API loads and saves with the asker's grants only; a database of a service refuses others.
    """

    publish: Publish
    guard: Guard = lambda _event, _aggregate: ()
    deadlines: Deadlines = lambda _event, _aggregate: ()
    lookups: Lookups = lambda _event, _aggregate: ()
    bound: bool = True


@dataclass(slots=True)
class Save:
    """Collects the facts of one or more aggregates. ``statement`` and ``parameters`` go to the database."""

    mappings: Mappings
    source_urn: str
    traceparent: Callable[[], str | None]
    snapshot_every: int = 100
    command: AppliedCommand | None = None
    messages: Sequence[AppliedMessage] = ()
    grantees: Sequence[str] | None = None
    access: str | None = None
    events: list[StoredEvent] = field(default_factory=list)
    subjects: list[UUID] = field(default_factory=list)
    guarded: list[bool] = field(default_factory=list)
    outgoing: list[tuple[UUID, UUID, str, str, str | None]] = field(default_factory=list)
    access_changes: AccessChanges = field(default_factory=AccessChanges)
    armed: dict[tuple[str, UUID], Arm] = field(default_factory=dict)
    disarmed: set[tuple[str, UUID]] = field(default_factory=set)
    snapshots: list[StoredEvent] = field(default_factory=list)

    def add(self, aggregate: Aggregate) -> None:
        """Take the pending facts of an aggregate; published, guarded and timed before anything is saved."""
        facts = aggregate.pending()
        subject_id: UUID = aggregate.subject_id
        for fact in facts:
            self.events.append(to_stored(fact))
            self.subjects.append(subject_id)
            self.guarded.append(aggregate.GUARDED)
            self._publish(fact, aggregate, subject_id)
            for access in self.mappings.guard(fact, aggregate):
                self.access_changes.add(access)
            for code in self.mappings.lookups(fact, aggregate):
                self.access_changes.lead(code)
            for change in self.mappings.deadlines(fact, aggregate):
                place = (change.kind, change.key)
                self.armed.pop(place, None)
                if isinstance(change, Arm):
                    self.armed[place] = change
                else:
                    self.disarmed.add(place)
        if any(fact.originator_version % self.snapshot_every == 0 for fact in facts):
            self.snapshots.append(to_snapshot(aggregate))

    def _publish(self, fact: DomainEvent, aggregate: Aggregate, subject_id: UUID) -> None:
        traceparent = self.traceparent()
        for told in self.mappings.publish(fact, aggregate):
            event_id = uuid5(fact.originator_id, f"{fact.originator_version}:{told.TYPE}")
            text = envelope_text(
                told,
                id=event_id,
                subject=subject_id,
                time=fact.timestamp,
                source_urn=self.source_urn,
                traceparent=traceparent,
            )
            self.outgoing.append((subject_id, event_id, told.SUBJECT, text, traceparent))

    statement = (
        "select store.save(%s::uuid[], %s::bigint[], %s::text[], %s::integer[], %s::bytea[], %s::uuid[],"
        " %s::boolean[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[],"
        " %s::text, %s::text, %s::text, %s::bytea, %s::jsonb,"
        " %s::text[], %s::uuid[], %s::bigint[], %s::uuid[], %s::jsonb, %s::jsonb, %s::jsonb,"
        " %s::text[], %s::text)"
    )

    def parameters(self) -> tuple[Any, ...]:
        """The arguments of ``store.save()`` in its order."""
        command = self.command
        return (
            _plain([event.originator_id for event in self.events]),
            _plain([event.originator_version for event in self.events]),
            _array([event.topic for event in self.events]),
            _plain([event.class_version for event in self.events]),
            _array(["\\x" + event.state.hex() for event in self.events]),
            _plain(self.subjects),
            _plain(self.guarded),
            _plain([row[0] for row in self.outgoing]),
            _plain([row[1] for row in self.outgoing]),
            _array([row[2] for row in self.outgoing]),
            _array([row[3] for row in self.outgoing]),
            _array([row[4] for row in self.outgoing]),
            command and command.organisation,
            command and command.principal,
            command and command.key,
            command and command.body_hmac,
            _json(command.answer) if command else None,
            _array([message.source for message in self.messages]),
            _plain([message.subject_id for message in self.messages]),
            _plain([message.position for message in self.messages]),
            _plain(self.access_changes.subjects()),
            self.access_changes.text(),
            self._deadlines(),
            self._snapshots(),
            None if self.grantees is None else _array(self.grantees),
            self.access,
        )

    def _deadlines(self) -> str | None:
        if not self.armed and not self.disarmed:
            return None
        return _json(
            {
                "arm": [
                    {
                        "kind": arm.kind,
                        "key": str(arm.key),
                        "subject_id": str(arm.subject_id),
                        "due_at": arm.due_at.isoformat(),
                        "data": arm.data,
                    }
                    for arm in self.armed.values()
                ],
                "disarm": [{"kind": kind, "key": str(key)} for kind, key in self.disarmed],
            }
        )

    def _snapshots(self) -> str | None:
        if not self.snapshots:
            return None
        return _json(
            [
                {
                    "originator_id": str(row.originator_id),
                    "originator_version": row.originator_version,
                    "topic": row.topic,
                    "class_version": row.class_version,
                    "state": base64.b64encode(row.state).decode(),
                }
                for row in self.snapshots
            ]
        )


_json = json.JSONEncoder(separators=(",", ":")).encode


# The driver's own way to write an array looks at the type of each element: a third of the client's time of a
# save, with fourteen arrays.
def _plain(values: Sequence[UUID | int]) -> str:
    """An array of what needs no quotes, as PostgreSQL reads it."""
    return "{" + ",".join(map(str, values)) + "}" if values else "{}"


def _array(values: Sequence[str | None]) -> str:
    """An array of texts, as PostgreSQL reads it."""
    return "{" + ",".join(["NULL" if text is None else _quoted(text) for text in values]) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
