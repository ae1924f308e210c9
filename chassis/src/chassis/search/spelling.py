"""Names as people type them, brought to one spelling: accents, capitals, ij and y, words before a name.

Two spellings of one name must end as the same words here; what only sounds alike is for
``chassis.search.sound``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["BEFORE_A_NAME", "Spelled", "digits_of", "glued", "parted", "spelled", "words"]

BEFORE_A_NAME = frozenset(
    "a aan aen al af ait at ben bij bin bint boven d da dal de del della den der des di do dos du el en het"
    " i ibn im in l la las le lo los met o of onder op over s san t te ten ter tho thoe thor to toe tot uijt"
    " uit uyt van ver voor vor vom von y zu zum zur".split()
)
"""Words that stand before a surname and are as often written as one word with it, or left out."""

_GROWN_ON = re.compile(r"(?:vanden|vander|vande|van|ten|ter|el|al)(?P<rest>.{4,})")
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 16


class Spelled(NamedTuple):
    """A word of a name, with the small words that stand before it."""

    before: tuple[str, ...]
    word: str

    def forms(self) -> list[str]:
        """The word alone, and as one with what stands before it: berg, derberg, vanderberg."""
        return ["".join(self.before[start:]) + self.word for start in range(len(self.before), -1, -1)]


def words(text: str) -> list[str]:
    """The words of a text in one spelling, in their order; an apostrophe or hyphen parts them."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    one_way = letters.translate(_NO_DECOMPOSITION).replace("ij", "y")
    return _WORD.findall(one_way)[:MOST_WORDS]


def spelled(text: str) -> list[Spelled]:
    """The words of a name, each with the small words before it; small words that end a name are words too."""
    found: list[Spelled] = []
    before: list[str] = []
    for word in words(text):
        if word in BEFORE_A_NAME:
            before.append(word)
        else:
            found.append(Spelled(tuple(before), word))
            before = []
    return [*found, *(Spelled((), word) for word in before)]


def glued(two: Sequence[Spelled]) -> Spelled:
    """Neighbouring words as one: Abdel Kader, Abdelkader."""
    first, *rest = two
    return Spelled(first.before, first.word + "".join("".join((*each.before, each.word)) for each in rest))


def parted(word: str) -> str | None:
    """The name in a word with which a small word has grown together: idrissi of elidrissi; else None."""
    match = _GROWN_ON.fullmatch(word)
    return match["rest"] if match else None


def digits_of(phone: str) -> str:
    """The digits of a Dutch or foreign phone number, the Dutch ones as dialled within the country."""
    digits = "".join(str(unicodedata.digit(each)) for each in phone if each.isdigit())
    for abroad in ("0031", "31") if phone.lstrip().startswith("+") else ("0031",):
        if digits.startswith(abroad):
            return "0" + digits.removeprefix(abroad).removeprefix("0")
    return digits
