"""For whom the API loads and saves: as much of the request's `Asking` as the store needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Asking(Protocol):
    """Who asks, and the access record in the making (`chassis.access.asking`)."""

    @property
    def grantees(self) -> tuple[str, ...]: ...

    @property
    def is_recorded(self) -> bool: ...

    def saw(self, *, subjects: Iterable[UUID] = ()) -> None:
        """Whose data this is about."""
        ...

    def text(self) -> str:
        """The access record as it stands now: canonical JSON, to be written as it is."""
        ...

    def written(self) -> None:
        """The record is committed; no other will be made."""
        ...


@dataclass(frozen=True, slots=True)
class NotSignedInYet:
    """Somebody without a sign-in, who holds these grantee strings all the same. There is no record of nobody.

    For a door that leads to a sign-in, and for a link or code that stands for one.
    """

    grantees: tuple[str, ...] = ()
    is_recorded: bool = True

    def saw(self, *, subjects: Iterable[UUID] = ()) -> None:
        """Nothing to note."""

    def text(self) -> str:
        """Never asked for, since it counts as recorded."""
        raise LookupError("there is no access record of nobody")

    def written(self) -> None:
        """Nothing to note."""


WhoAsks = Callable[[], Asking | None]


def nobody() -> Asking | None:
    """In a worker, nobody asks."""
    return None
