"""Access records as records of the Logboek Dataverwerkingen v1.0.0: one per person, never sampled.

A look at one person gives one log record. A look at several gives a record of the look and, as its children,
one record per person; so does a list. What was asked about somebody whom nobody came to know (denied or
absent) is told by the pseudonym of its subject. Who looked stands in the access record only, which shares
trace and span ids with its log records.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from typing import IO, Any

__all__ = ["PERSON", "SUBJECT", "log_records", "schema", "write_lines"]

PERSON, SUBJECT = "urn:waakvlam:person", "urn:waakvlam:subject"
"""The types of pseudonyms: of a person, and of a case or request."""

DONE = frozenset({"ok", "replayed"})
Entry = Mapping[str, Any]


def log_records(entry: Entry, *, service: str, register_uri: str) -> Iterator[dict[str, Any]]:
    """The log records of one access record. ``register_uri`` ends where the activity's id begins."""
    persons = [(person, PERSON) for person in entry["persons"]]
    about = persons or [(subject, SUBJECT) for subject in entry["subjects"]]
    if len(about) <= 1:
        yield _record(entry, service, register_uri, entry["spanId"], entry["parentSpanId"], *about)
        return
    yield _record(entry, service, register_uri, entry["spanId"], entry["parentSpanId"])
    for whom in about:
        span_id = hashlib.sha256(f"{entry['spanId']}|{whom[0]}".encode()).hexdigest()[:16]
        yield _record(entry, service, register_uri, span_id, entry["spanId"], whom)


def _record(
    entry: Entry,
    service: str,
    register_uri: str,
    span_id: str,
    parent_span_id: str | None,
    whom: tuple[str, str] | None = None,
) -> dict[str, Any]:
    attributes = {"dpl.core.processing_activity_id": register_uri + entry["activity"]}
    if whom is not None:
        attributes |= {"dpl.core.data_subject_id": whom[0], "dpl.core.data_subject_id_type": whom[1]}
    if entry["parentSpanId"] is not None:
        attributes["dpl.core.foreign_operation.processor"] = (
            f"urn:waakvlam:organisation:{entry['organisation']}"
        )
    return {
        "trace_id": entry["traceId"],
        "span_id": span_id,
        "parent_span_id": parent_span_id,
        "status": "Ok" if entry["status"] in DONE else "Error",
        "name": entry["action"] or entry["activity"],
        "start_time": entry["startedAt"],
        "end_time": entry["endedAt"],
        "resource": {"attributes": {"service.name": service}},
        "attributes": attributes,
    }


def write_lines(
    entries: Iterable[Entry],
    to: IO[str],
    *,
    service: str,
    register_uri: str,
    progress: Callable[[int, int], None] = lambda _entries, _records: None,
) -> tuple[int, int]:
    """Write log records as JSON lines while access records come in; how many of either there were."""
    seen = written = 0
    for entry in entries:
        seen += 1
        for record in log_records(entry, service=service, register_uri=register_uri):
            to.write(json.dumps(record, separators=(",", ":")) + "\n")
            written += 1
        progress(seen, written)
    return seen, written


def schema() -> dict[str, Any]:
    """The JSON Schema that every log record keeps."""
    text = (resources.files("chassis.access") / "logboek.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
