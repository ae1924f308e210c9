"""What somebody typed, taken apart: the ways in which a row can fit, and how a view is asked.

A row fits when it fits one of the *ways*; a way is a list of groups of which each must be met; a group is met
by any of its tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, LiteralString

from psycopg import sql

from chassis.search.sound import sound_of
from chassis.search.spelling import Spelled, digits_of, glued, spelled

__all__ = ["Kind", "NothingToLookFor", "Query", "wanted"]

PREFIX_START, PREFIX_MOST = 3, 12
MOST_WORDS = 6
_DIGITS = re.compile(r"\+?[\d(][\d ()/.-]{2,}\d")
_NUMBER = re.compile(r"[1-9]\d{3}[- ]?\d{4}")


class Kind(Enum):
    """What a token stands for; tokens of two kinds never meet."""

    WORD = "word"
    PREFIX = "prefix"
    SOUND = "sound"
    LAST_DIGITS = "last digits"
    PHONE = "phone"
    NUMBER = "number"


Wanted = tuple[Kind, str]
Group = list[Wanted]
Way = list[Group]


class NothingToLookFor(ValueError):
    """The text holds no word of two letters, no four digits and no number to look for."""

    def __init__(self) -> None:
        super().__init__("needs a name, a number, or the last four digits of a phone number")


@dataclass(frozen=True, slots=True)
class Query:
    """The tokens to look for; ``exact`` are those of whole words, for what to show first."""

    ways: tuple[tuple[tuple[int, ...], ...], ...]
    exact: tuple[int, ...]

    def fits(self, tokens: list[int]) -> bool:
        """Whether a row with these tokens fits: what the condition says, in Python."""
        there = set(tokens)
        return any(all(there.intersection(group) for group in way) for way in self.ways)

    def condition(self, column: LiteralString) -> tuple[sql.Composable, dict[str, Any]]:
        """A condition on a column of tokens, with its parameters, whose names begin with ``token``."""
        parameters: dict[str, Any] = {}
        ways = []
        for way in self.ways:
            groups = []
            for group in way:
                name = f"token{len(parameters)}"
                parameters[name] = list(group)
                groups.append(sql.SQL("{} && {}::bigint[]").format(sql.SQL(column), sql.Placeholder(name)))
            ways.append(sql.SQL("(") + sql.SQL(" and ").join(groups) + sql.SQL(")"))
        return sql.SQL("(") + sql.SQL(" or ").join(ways) + sql.SQL(")"), parameters

    def closeness(self, column: LiteralString) -> tuple[sql.Composable, dict[str, Any]]:
        """How many whole words a row has of those asked for: the closest ones first."""
        counted = "cardinality(array(select unnest({}) intersect select unnest({}::bigint[])))"
        expression = sql.SQL(counted).format(sql.SQL(column), sql.Placeholder("exact_tokens"))
        return expression, {"exact_tokens": list(self.exact)}


def wanted(text: str) -> tuple[list[Way], Group]:
    """The ways in which a row fits a text, and its whole words."""
    digits, rest = _digits(text)
    name = spelled(rest)[:MOST_WORDS]
    usable = [each for each in name if len(each.word) >= 2 and not each.word.isdigit()]
    if not usable:
        return ([digits] if digits else []), []
    ways = [[*digits, *map(_group, usable)]]
    for at in range(len(usable) - 1):
        together = [*usable[:at], glued(usable[at : at + 2]), *usable[at + 2 :]]
        ways.append([*digits, *map(_group, together)])
    return ways, [(Kind.WORD, form) for each in usable for form in each.forms()]


def _digits(text: str) -> tuple[Way, str]:
    """Groups for numbers and phone numbers, and the text without them."""
    groups: Way = []

    def taken(found: re.Match[str]) -> str:
        digits = digits_of(found[0])
        if _NUMBER.fullmatch(found[0]):
            groups.append([(Kind.NUMBER, digits)])
        elif len(digits) == 4:
            groups.append([(Kind.LAST_DIGITS, digits)])
        else:
            groups.append([(Kind.PHONE, digits)])
        return " "

    return groups, _DIGITS.sub(taken, text)


def _group(each: Spelled) -> Group:
    group: Group = []
    for form in each.forms():
        if PREFIX_START <= len(form) <= PREFIX_MOST:
            group.append((Kind.PREFIX, form))
        else:
            group.append((Kind.WORD, form))
        if (sound := sound_of(form)) is not None:
            group.append((Kind.SOUND, sound))
    return group
