"""What a data key is, and who has it: without saying where keys are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from contracts.sealed import Capacity

__all__ = ["DESTROYED", "DataKey", "DataKeys", "Destroyed", "SealBroken"]


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one person in one capacity."""

    key_id: UUID
    person: UUID
    capacity: str
    key: bytes = field(repr=False)


class Destroyed:
    """Stands for a key that was destroyed."""


DESTROYED = Destroyed()


class SealBroken(Exception):
    """A sealed value or its key was changed or moved, or the key never was here. Corruption is loud (P22)."""


class DataKeys(Protocol):
    """Gets data keys, making those that are not there yet."""

    def key_of(self, person: UUID, capacity: Capacity) -> DataKey | Destroyed:
        """The key to seal with."""
        ...

    def keys(self, key_ids: Collection[UUID]) -> Mapping[UUID, DataKey | Destroyed]:
        """Keys by id in one round trip at most; an id that never was is left out."""
        ...
