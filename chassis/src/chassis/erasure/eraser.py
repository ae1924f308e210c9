"""Erasing somebody in a capacity: first written in the log, then the key destroyed. Any number of times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.erasure.entries import Entry
from chassis.erasure.keys_at_rest import KeysAtRest
from chassis.erasure.log import CopyAway, ErasureLog
from chassis.store.errors import Unavailable

__all__ = ["Eraser", "ErasingWaits", "Gone"]


class ErasingWaits(Exception):
    """Log or key ring cannot be reached now. Not `Unavailable`: other deadlines need not wait for it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What erasing came to: the log's entry, and the id of the key that is no more (None: there was none)."""

    entry: Entry
    key_id: UUID | None


class Eraser:
    """Log first: a kill between the two leaves an entry, and the key is destroyed at the next try or start.

    The other way round a key-ring backup could bring somebody back whom no list names.
    """

    def __init__(
        self,
        log: ErasureLog,
        keys: KeysAtRest,
        forget: Callable[[UUID, str], None] = lambda _person, _capacity: None,
    ) -> None:
        self._log, self._keys, self._forget = log, keys, forget

    def erase(self, erasure_id: UUID, person: UUID, capacity: str, at: datetime) -> Gone:
        """Nobody can read a word of this person in this capacity any more. Raises `ErasingWaits`."""
        try:
            entry = self._log.append(erasure_id, person, capacity, at)
            key_id = self._keys.destroy(person, capacity)
        except (CopyAway, Unavailable) as fault:
            raise ErasingWaits(str(fault)) from None
        self._forget(person, capacity)
        return Gone(entry, key_id)
