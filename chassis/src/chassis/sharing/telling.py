"""What a service brings: what its own messages are about, and how a partner organisation reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.access.scope import Held


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: these parts (empty: the whole of its subject), in this category of data."""

    parts: tuple[UUID, ...]
    category: str
    persons: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """A message to one organisation, as it goes on the bus. ``message_id`` stays the same when sent again."""

    stream: str
    subject: str
    message_id: str
    payload: bytes


class Teller(Protocol):
    """A service's door to partners."""

    def about(self, message: bytes) -> About | None:
        """What one of the service's own messages is about; None: no partner is ever told of it."""
        ...

    def tell(
        self, message: bytes, organisation: str, parts: Sequence[UUID], grounds: Sequence[Held], position: int
    ) -> Telling:
        """The message for one organisation, of these parts only, with nothing in it that is sealed.

        ``position`` counts what that organisation was sent of this subject, from 1.
        """
        ...
