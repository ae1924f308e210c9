"""The lines of the erasure log: who was erased in which capacity and when, each bound to the one before it.

A line is JSON with its keys in order and ends in its own hash, which the next line repeats. So a line that
was changed, cut out or put in shows. A last line without its end is what a power cut leaves: nothing was
built on it yet, and it is taken away.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

__all__ = ["BEFORE_THE_FIRST", "Entry", "Pair", "Reading", "read"]

BEFORE_THE_FIRST = "0" * 64


class Pair(NamedTuple):
    """Somebody in one capacity. Erased in one, a person goes on to exist in another."""

    person: UUID
    capacity: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure: a random id and a capacity, no name. ``number`` counts from 1."""

    number: int
    erasure_id: UUID
    person: UUID
    capacity: str
    erased_at: datetime
    previous: str

    @property
    def pair(self) -> Pair:
        """Who, in which capacity."""
        return Pair(self.person, self.capacity)

    @property
    def sha256(self) -> str:
        """Of the line without its own hash, in hexadecimal."""
        return hashlib.sha256(_json(self._facts())).hexdigest()

    def line(self) -> bytes:
        """The line as it stands in the file, with its end."""
        return _json(self._facts() | {"sha256": self.sha256}) + b"\n"

    def _facts(self) -> dict[str, Any]:
        return {
            "capacity": self.capacity,
            "erasedAt": self.erased_at.astimezone(UTC).isoformat(),
            "erasureId": str(self.erasure_id),
            "number": self.number,
            "person": str(self.person),
            "previous": self.previous,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. ``lines`` counts the whole lines, readable or not; ``torn`` the bytes after them."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[str, ...] = ()
    lines: int = 0
    size: int = 0
    torn: int = 0


def read(content: bytes) -> Reading:
    """The entries of a file, with everything that is wrong with it. Raises nothing."""
    *whole, rest = content.split(b"\n")
    entries: list[Entry] = []
    faults: list[str] = []
    previous, number = BEFORE_THE_FIRST, 0
    for place, line in enumerate(whole, start=1):
        entry = _entry(line)
        if entry is None:
            faults.append(f"line {place} was changed, or is no entry")
            previous, number = "", number + 1
            continue
        # After a line that cannot be read nothing can be said about what follows it but its number.
        if entry.number != number + 1 or (previous and entry.previous != previous):
            faults.append(f"line {place} does not follow the one before it: lines were cut out or put in")
        entries.append(entry)
        previous, number = entry.sha256, entry.number
    return Reading(tuple(entries), tuple(faults), len(whole), len(content), len(rest))


def _entry(line: bytes) -> Entry | None:
    try:
        facts = json.loads(line)
        entry = Entry(
            number=int(facts["number"]),
            erasure_id=UUID(facts["erasureId"]),
            person=UUID(facts["person"]),
            capacity=str(facts["capacity"]),
            erased_at=datetime.fromisoformat(facts["erasedAt"]),
            previous=str(facts["previous"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    # Byte for byte: whatever else could be written for the same facts is not what was written.
    return entry if entry.erased_at.tzinfo and entry.line() == line + b"\n" else None


def _json(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode("ascii")
