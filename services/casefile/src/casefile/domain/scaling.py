"""Reasons to scale up or down (ESC-01, ESC-02), and what a set of them is good for.

Nothing scales by itself: a reason is observed, weighed with the resident, and only then decided (ESC-06).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from casefile.domain.errors import (
    BurdenIsNoSoleGround,
    IndicationPointsTheOtherWay,
    IndicationUnknown,
    NoIndication,
)

Direction = Literal["up", "down"]
Column = Literal["own_network_to_supporter", "informal_to_formal", "formal_to_informal"]
About = Literal["network", "case", "client", "supporter"]

SAFETY_RISK = "IF06"
BURDEN_FOR_MUNICIPALITY = "IF04"


@dataclass(frozen=True)
class Indication:
    """A reason: where it points, what it is about, and whether it only adds help (ESC-07, ESC-10)."""

    code: str
    column: Column
    about: About
    only_adds: bool = False


def _known() -> dict[str, Indication]:
    about: dict[str, About] = dict.fromkeys((f"ON{n:02}" for n in range(1, 13)), "network")
    about |= dict.fromkeys(("IF01", "IF02", "IF03", "IF04", "IF05", "FI01", "FI02"), "case")
    about |= dict.fromkeys(("IF06", "IF07", "IF08", "FI03", "FI04"), "client")
    about |= dict.fromkeys(("IF09", "IF10", "IF11", "IF12", "FI05", "FI06", "FI07", "FI08"), "supporter")
    columns: dict[str, Column] = {
        "ON": "own_network_to_supporter",
        "IF": "informal_to_formal",
        "FI": "formal_to_informal",
    }
    adding = {"IF11", "FI06", "FI07"}
    return {code: Indication(code, columns[code[:2]], about[code], code in adding) for code in sorted(about)}


INDICATIONS = _known()
"""The 32 reasons by code; a test holds them against the code list that crosses borders."""


@dataclass(frozen=True)
class Grounds:
    """Reasons that together carry a decision.

    ``priority``: a safety risk is among them (ESC-15). ``only_adds``: help is added and no responsibility
    moves, since every reason among them is of that kind (ESC-07).
    """

    codes: tuple[str, ...]
    priority: bool
    only_adds: bool


def known_indication(code: str) -> Indication:
    """The reason with this code. Raises IndicationUnknown."""
    found = INDICATIONS.get(code)
    if found is None:
        raise IndicationUnknown
    return found


def grounds(codes: Sequence[str], direction: Direction) -> Grounds:
    """What these reasons carry in that direction.

    Raises NoIndication, IndicationUnknown, IndicationPointsTheOtherWay (also for the own network's reasons,
    which start support and do not scale it), BurdenIsNoSoleGround (ESC-21).
    """
    if not codes:
        raise NoIndication
    column: Column = "informal_to_formal" if direction == "up" else "formal_to_informal"
    given = [known_indication(code) for code in dict.fromkeys(codes)]
    if any(each.column != column for each in given):
        raise IndicationPointsTheOtherWay
    moving = {each.code for each in given if not each.only_adds}
    if moving == {BURDEN_FOR_MUNICIPALITY}:
        raise BurdenIsNoSoleGround
    return Grounds(
        codes=tuple(each.code for each in given),
        priority=SAFETY_RISK in moving,
        only_adds=not moving,
    )
