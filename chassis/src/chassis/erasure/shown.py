"""What stands where words were: nobody should think that nothing was ever said."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.sealing import Sealed, Sealer

__all__ = ["ERASED", "shown", "shown_each"]

ERASED = "gewist"


def shown(sealer: Sealer, values: Sequence[Sealed | None]) -> list[str | None]:
    """The texts in order, with one question to the key ring; None for what is absent, "gewist" for erased."""
    there = [value for value in values if value is not None]
    texts = iter(sealer.open_many(there) if there else [])
    return [None if value is None else _or_erased(next(texts)) for value in values]


def _or_erased(text: str | None) -> str:
    return ERASED if text is None else text


def shown_each(sealer: Sealer, values: Sequence[Sealed | None]) -> list[str | None]:
    """The same for a page: one that is broken is logged and left out, and the others are shown."""
    texts = iter(sealer.open_each([value for value in values if value is not None]))
    return [None if value is None else _each(sealer, value, next(texts)) for value in values]


def _each(sealer: Sealer, value: Sealed, text: str | None) -> str | None:
    return ERASED if text is None and sealer.is_erased(value) else text
