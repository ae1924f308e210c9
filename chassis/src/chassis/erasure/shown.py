"""What stands where words were: nobody should think that nothing was ever said."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.sealing import Sealed, Sealer

__all__ = ["ERASED", "shown"]

ERASED = "gewist"


def shown(sealer: Sealer, values: Sequence[Sealed | None]) -> list[str | None]:
    """The texts in order, with one question to the key ring; None for what is absent, "gewist" for erased."""
    there = [value for value in values if value is not None]
    texts = iter(sealer.open_many(there) if there else [])
    return [None if value is None else _or_erased(next(texts)) for value in values]


def _or_erased(text: str | None) -> str:
    return ERASED if text is None else text
