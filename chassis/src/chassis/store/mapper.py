"""Between domain events and stored rows: pydantic validates both ways, versions are explicit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast, get_type_hints
from uuid import UUID

from eventsourcing.utils import TopicError, resolve_topic
from pydantic import TypeAdapter, ValidationError

from chassis.aggregates import Aggregate, DomainEvent
from chassis.store.errors import UnknownVersion, Unreadable

_LIBRARY_ATTRIBUTES = {"_id", "_version", "_created_on", "_modified_on", "_pending_events"}


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row of ``store.event``; ``state`` is UTF-8 JSON of all fields of the event."""

    originator_id: UUID
    originator_version: int
    topic: str
    class_version: int
    state: bytes


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _attributes(kind: type[Aggregate]) -> dict[str, TypeAdapter[Any]]:
    hints = get_type_hints(kind, include_extras=True)
    return {
        name: TypeAdapter(hint)
        for name, hint in hints.items()
        if not name.startswith("_") and name.islower() and name not in {"class_version", "subject_id"}
    }


def to_stored(event: DomainEvent) -> StoredEvent:
    """The row of an event."""
    kind = type(event)
    return StoredEvent(
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        topic=kind.TOPIC,
        class_version=kind.class_version,
        state=_adapter(kind).dump_json(event),
    )


def _class_of(topic: str, class_version: int) -> Any:
    try:
        kind = resolve_topic(topic)
    except TopicError as unknown:
        raise UnknownVersion(topic, class_version) from unknown
    if class_version > getattr(kind, "class_version", 1):
        raise UnknownVersion(topic, class_version)
    return kind


def _upcast(kind: Any, state: dict[str, Any], version: int) -> dict[str, Any]:
    for step in range(version, getattr(kind, "class_version", 1)):
        getattr(kind, f"upcast_v{step}_v{step + 1}")(state)
    return state


def to_event(row: StoredEvent) -> DomainEvent:
    """The event of a row.

    Raises UnknownVersion for a topic or version that this program does not know, and Unreadable when the
    stored state does not fit; neither quotes the state.
    """
    kind = _class_of(row.topic, row.class_version)
    try:
        if row.class_version == kind.class_version:
            event = _adapter(kind).validate_json(row.state)
        else:
            event = _adapter(kind).validate_python(_upcast(kind, json.loads(row.state), row.class_version))
    except (ValidationError, ValueError):
        # from None: the validator's text quotes what was stored.
        raise Unreadable(row.topic, row.originator_id, row.originator_version) from None
    if event.originator_id != row.originator_id or event.originator_version != row.originator_version:
        raise Unreadable(row.topic, row.originator_id, row.originator_version)
    return cast(DomainEvent, event)


def to_snapshot(aggregate: Aggregate) -> StoredEvent:
    """The aggregate's state as a row of ``store.snapshot``: every annotated attribute, and the two times."""
    state = {
        name: adapter.dump_python(getattr(aggregate, name), mode="json")
        for name, adapter in _attributes(type(aggregate)).items()
    }
    missing = set(vars(aggregate)) - set(state) - _LIBRARY_ATTRIBUTES
    if missing:
        raise TypeError(f"{type(aggregate).__name__} has attributes without annotation: {sorted(missing)}")
    times = {
        "_created_on": aggregate.created_on.isoformat(),
        "_modified_on": aggregate.modified_on.isoformat(),
    }
    return StoredEvent(
        originator_id=aggregate.id,
        originator_version=aggregate.version,
        topic=cast(str, type(aggregate).TOPIC),  # type: ignore[attr-defined]
        class_version=getattr(type(aggregate), "class_version", 1),
        state=json.dumps(state | times).encode(),
    )


def from_snapshot(row: StoredEvent) -> Aggregate | None:
    """The aggregate as it was, or None when its class has changed since: then its events tell."""
    kind: type[Aggregate] = _class_of(row.topic, row.class_version)
    if getattr(kind, "class_version", 1) != row.class_version:
        return None
    state = json.loads(row.state)
    aggregate = object.__new__(kind)
    try:
        times = {
            name: _adapter(datetime).validate_python(state.pop(name))
            for name in ("_created_on", "_modified_on")
        }
        attributes = {
            name: adapter.validate_python(state[name]) for name, adapter in _attributes(kind).items()
        }
    except (ValidationError, KeyError):
        return None
    aggregate.__dict__.update(
        attributes, _id=row.originator_id, _version=row.originator_version, _pending_events=[], **times
    )
    return aggregate
