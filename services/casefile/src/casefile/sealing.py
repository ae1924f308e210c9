"""What people say in a case, sealed under the resident's data key; casefile alone opens it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from chassis.erasure.shown import shown_each
from chassis.sealing import Sealed, Sealer


class Sealing:
    """Seals and opens what is the resident's."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def of_resident(self, resident: UUID, field: str, text: str) -> Sealed:
        """A value of the resident."""
        return self._sealer.seal(resident, "resident", field, text, uuid4())

    def opened(self, values: Sequence[Sealed | None]) -> list[str | None]:
        """The texts, in order, with one question to the key ring; None for what is absent or erased."""
        there = [value for value in values if value is not None]
        texts = iter(self._sealer.open_many(there) if there else [])
        return [None if value is None else next(texts) for value in values]

    def opened_each(self, values: Sequence[Sealed | None]) -> list[str | None]:
        """For a page: "gewist" for what was erased; one that is broken is logged and left out."""
        return shown_each(self._sealer, values)
