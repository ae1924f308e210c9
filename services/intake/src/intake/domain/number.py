"""Which digits a new request gets: chance decides, so that they reveal neither volume nor organisation."""

from __future__ import annotations

from collections.abc import Callable

_LOWEST = 1_000_000  # a first digit of 0 gets lost in spreadsheets
_HOW_MANY = 9_000_000


def draw_number(random: bytes, complete: Callable[[str], str]) -> str:
    """A number made from at least eight random bytes; ``complete`` adds the check digit and the grouping.

    It may have been given to another request already: who draws keeps it unique. Raises ValueError for
    fewer bytes.
    """
    if len(random) < 8:
        raise ValueError("a number needs eight random bytes")
    return complete(str(_LOWEST + int.from_bytes(random) % _HOW_MANY))
