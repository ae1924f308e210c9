"""The erasure log: outside the databases, on the disk before any key is destroyed, copied to witnesses.

It is the one truth that PostgreSQL does not hold: a backup of a database knows nothing of an erasure that
came after it. Several processes write to it one after the other, under a lock on a file beside it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from chassis.erasure.entries import BEFORE_THE_FIRST, Entry, Pair, Reading, read

__all__ = ["CopyAway", "ErasureLog", "InsideDatabase", "Listed"]

MODE = 0o600


class CopyAway(Exception):
    """The log or a copy of it cannot be written now; what has to be written is tried again."""


class InsideDatabase(Exception):
    """The log would lie in a database's own folder, and be put back together with it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """All erasures that the log or any copy tells of, and what is wrong, in words without anything personal.

    ``complete`` is false when a line is in no copy: then somebody who was erased may not be known here.
    """

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]
    complete: bool

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Who was erased, in which capacity, each once."""
        return tuple(dict.fromkeys(entry.pair for entry in self.entries))


class ErasureLog:
    """``path`` is the log; a copy of the same name lies in each of the folders ``copies``.

    The folders must be there: one that is not mounted must not be mistaken for an empty one. Raises
    `InsideDatabase`.
    """

    def __init__(self, path: Path, copies: Sequence[Path] = ()) -> None:
        self.path = path
        self._files = (path, *(folder / path.name for folder in copies))
        for file in self._files:
            if any((folder / "PG_VERSION").exists() for folder in file.resolve().parents):
                raise InsideDatabase("the erasure log lies inside a database folder; choose another place")

    def append(self, erasure_id: UUID, person: UUID, capacity: str, erased_at: datetime) -> Entry:
        """Write that this is erased, unless it is written already; on disk, with all copies, when it returns.

        Raises `CopyAway`: then it may be written in some places, and is to be tried again.
        """
        with self._locked():
            readings = self._read()
            known = _union(readings)
            entry = next((each for each in known if each.pair == (person, capacity)), None)
            if entry is None:
                last = known[-1] if known else None
                entry = Entry(
                    number=last.number + 1 if last else 1,
                    erasure_id=erasure_id,
                    person=person,
                    capacity=capacity,
                    erased_at=erased_at,
                    previous=last.sha256 if last else BEFORE_THE_FIRST,
                )
                known = (*known, entry)
            for file, reading in zip(self._files, readings, strict=True):
                _complete(file, reading, known)
            return entry

    def listed(self) -> Listed:
        """What the log and its copies tell together; what one of them lacks is written there."""
        with self._locked():
            readings = self._read()
            known = _union(readings)
            faults = [
                f"{_name(place)}: {fault}"
                for place, reading in enumerate(readings)
                for fault in (reading.faults if reading else ("cannot be read",))
            ]
            for place, (file, reading) in enumerate(zip(self._files, readings, strict=True)):
                if reading is None:
                    continue
                there = {entry.sha256 for entry in reading.entries}
                lacking = sum(entry.sha256 not in there for entry in known)
                if lacking:
                    faults.append(f"{_name(place)}: lacks {lacking} of {len(known)} entries")
                if lacking or reading.torn:
                    try:
                        _complete(file, reading, known)
                    except CopyAway as away:
                        faults.append(f"{_name(place)}: {away}")
        numbers = {entry.number for entry in known}
        told = max(
            [len(reading.entries) + len(_unreadable(reading)) for reading in readings if reading]
            + list(numbers),
            default=0,
        )
        return Listed(known, tuple(faults), complete=len(numbers) >= told)

    def _read(self) -> list[Reading | None]:
        found: list[Reading | None] = []
        for file in self._files:
            try:
                found.append(read(file.read_bytes()))
            except FileNotFoundError:
                found.append(Reading() if file.parent.is_dir() else None)
            except OSError:
                found.append(None)
        return found

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            descriptor = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
        except OSError as fault:
            raise CopyAway(f"the erasure log cannot be locked ({fault.strerror})") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _unreadable(reading: Reading) -> tuple[str, ...]:
    return tuple(fault for fault in reading.faults if "was changed" in fault)


def _union(readings: Sequence[Reading | None]) -> tuple[Entry, ...]:
    by_hash = {entry.sha256: entry for reading in readings if reading for entry in reading.entries}
    return tuple(sorted(by_hash.values(), key=lambda entry: (entry.number, entry.sha256)))


def _name(place: int) -> str:
    return "the erasure log" if place == 0 else f"copy {place} of the erasure log"


def _complete(file: Path, reading: Reading | None, known: Sequence[Entry]) -> None:
    """Write the entries that a file lacks behind what it has, and wait until they are on the disk."""
    if reading is None:
        raise CopyAway("its folder is away")
    there = {entry.sha256 for entry in reading.entries}
    lacking = b"".join(entry.line() for entry in known if entry.sha256 not in there)
    if not lacking and not reading.torn:
        return
    try:
        is_new = not file.exists()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, MODE)
        try:
            if reading.torn:
                os.ftruncate(descriptor, reading.size - reading.torn)
            while lacking:
                lacking = lacking[os.write(descriptor, lacking) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            _sync_folder(file.parent)
    except OSError as fault:
        raise CopyAway(f"cannot be written ({fault.strerror})") from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
