"""Two ways to do the same work, turn by turn: on a noisy machine only their ratio says something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

Measure = Callable[[], float]


@dataclass(frozen=True)
class Spread:
    """The middle of a row of figures, with the least and the most."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """The spread of at least one figure."""
        return cls(median(figures), min(figures), max(figures))


@dataclass(frozen=True)
class Goal:
    """A ratio to reach: `at_least`, or `at_most` where less is better."""

    at_least: float | None = None
    at_most: float | None = None

    def reached(self, figure: float) -> bool:
        """Whether a figure is good enough."""
        above = self.at_least is None or figure >= self.at_least
        return above and (self.at_most is None or figure <= self.at_most)

    def __str__(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else "–"


@dataclass
class Comparison:
    """One line of the table. `goal` None: it is only reported."""

    id: str
    work: str
    against: str
    unit: str
    ours: list[float]
    theirs: list[float]
    goal: Goal | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """Ours for one of theirs, turn by turn."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True) if theirs]

    @property
    def ratio(self) -> Spread | None:
        """Over the turns; None when nothing was measured."""
        return Spread.of(self.ratios) if self.ratios else None

    @property
    def reached(self) -> bool | None:
        """Whether the middle ratio reaches the goal; None without a goal."""
        if self.goal is None or self.ratio is None:
            return None
        return self.goal.reached(self.ratio.middle)

    def to_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        ratio = self.ratio
        return {
            "id": self.id,
            "work": self.work,
            "against": self.against,
            "unit": self.unit,
            "ours": self.ours,
            "theirs": self.theirs,
            "ratio": ratio and {"median": ratio.middle, "least": ratio.least, "most": ratio.most},
            "goal": str(self.goal) if self.goal else None,
            "reached": self.reached,
            "notes": self.notes,
        }


@dataclass
class Figure:
    """A line without another side: a time or a size against a fixed limit."""

    id: str
    work: str
    unit: str
    values: list[float]
    goal: Goal | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def reached(self) -> bool | None:
        """Whether the middle value keeps the limit."""
        return self.goal.reached(median(self.values)) if self.goal and self.values else None

    def to_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            "id": self.id,
            "work": self.work,
            "unit": self.unit,
            "values": self.values,
            "goal": str(self.goal) if self.goal else None,
            "reached": self.reached,
            "notes": self.notes,
        }


def by_turns(turns: int, ours: Measure, theirs: Measure) -> tuple[list[float], list[float]]:
    """Measure both sides as often, each first in every other turn; one turn before it does not count."""
    found: tuple[list[float], list[float]] = ([], [])
    ours()
    theirs()
    for turn in range(turns):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            found[side].append((ours, theirs)[side]())
    return found
