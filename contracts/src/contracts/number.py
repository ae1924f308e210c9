"""The number by which people name a request and its case: ``2741-9063``, short enough to say on the phone.

Seven digits and Damm's check digit, which catches every wrong digit and every swap of neighbours (in
Dutch 21 is said as "one and twenty"). The digits are drawn by chance, so that a number tells neither how many
cases there are nor whose this is. Whoever reads a number that a person typed uses :func:`parse`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

DIGITS: Final = 7
"""How many digits are drawn; one more is computed from them."""

_GROUP: Final = 4
_BETWEEN = re.compile(r"[\s.\-\u2010-\u2015\u2212/]")
_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class NotANumber(ValueError):
    """What was typed is no number of ours; says why without repeating it."""


def complete(digits: str) -> str:
    """The number for seven digits of which the first is not 0: check digit added, grouped for speaking.

    Raises NotANumber.
    """
    if not re.fullmatch(r"[1-9][0-9]{6}", digits, re.ASCII):
        raise NotANumber(f"needs {DIGITS} digits, the first not 0")
    return _grouped(f"{digits}{_damm(digits)}")


def parse(typed: str) -> str:
    """The number that a person typed, in its one written form.

    Spaces, hyphens and points may stand anywhere; digits of any script count. Raises NotANumber.
    """
    digits = ""
    for each in _BETWEEN.sub("", typed[:100]):
        value = unicodedata.decimal(each, None)
        if value is None:
            raise NotANumber("has something else than digits, such as 2741-9063")
        digits += str(value)
    if len(digits) != DIGITS + 1:
        raise NotANumber(f"should have {DIGITS + 1} digits, and has {len(digits)}")
    if digits.startswith("0") or _damm(digits) != 0:
        raise NotANumber("has a wrong digit, or two digits that changed places: read it once more")
    return _grouped(digits)


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def _grouped(digits: str) -> str:
    return f"{digits[:_GROUP]}-{digits[_GROUP:]}"
