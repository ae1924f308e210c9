"""Which PINs are too easy: the first that anybody guesses, and those that who knows the person would try."""

from __future__ import annotations

SHORTEST, LONGEST = 6, 10
_ON_THE_KEYS = ("147258", "159357", "258369", "147369", "159753", "357951", "369258", "741852", "963852")
_ROWS = ("01234567890", "09876543210")


def is_easy(pin: str) -> bool:
    """Whether digits are a row, a repetition, a pattern of the keys, or look like a date of birth."""
    return (
        len(set(pin)) <= 2
        or any(pin in row for row in _ROWS)
        or any(pin == (pin[:size] * len(pin))[: len(pin)] for size in (1, 2, 3))
        or any(pin.startswith(pattern) for pattern in _ON_THE_KEYS)
        or _names_a_year(pin)
        or _is_a_date(pin)
    )


def _names_a_year(pin: str) -> bool:
    return any("1900" <= pin[at : at + 4] <= "2039" for at in range(len(pin) - 3))


def _is_a_date(pin: str) -> bool:
    """Six digits as people write their birthday: day, month, year, or the other way round."""
    if len(pin) != 6:
        return False
    day, month, year = (int(pin[at : at + 2]) for at in (0, 2, 4))
    return 1 <= month <= 12 and (1 <= day <= 31 or 1 <= year <= 31)
