"""The figures for a person: both sides, their ratio and its spread, and the goal."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.comparing import Comparison, Figure

TITLE = "Ratios within one run; the figures themselves depend on the machine and the hour"
HEADINGS = ("", "work", "ours", "against", "theirs", "ratio (least to most)", "goal", "")


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


class Shown:
    """Progress, and the table at the end."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, words: str) -> None:
        """What is going on."""
        self._console.print(words, style="dim", markup=False, highlight=False)

    def table(self, lines: Sequence[Comparison | Figure]) -> None:
        """Every line, then what is to be said about it."""
        table = Table(title=TITLE)
        for heading in HEADINGS:
            table.add_column(heading, overflow="fold")
        for line in lines:
            verdict = {True: "[green]reached[/]", False: "[red]below[/]", None: ""}[line.reached]
            table.add_row(line.id, line.work, *_sides(line), str(line.goal or "–"), verdict)
        self._console.print(table)
        for line in lines:
            for note in line.notes:
                self._console.print(f"{line.id}  {note}", markup=False, highlight=False)


def _sides(line: Comparison | Figure) -> tuple[str, str, str, str]:
    if isinstance(line, Figure):
        return (f"{_figure(median(line.values))} {line.unit}" if line.values else "–"), "", "", ""
    ratio = line.ratio
    return (
        f"{_figure(median(line.ours))} {line.unit}",
        line.against,
        f"{_figure(median(line.theirs))} {line.unit}",
        f"{ratio.middle:.2f} ({ratio.least:.2f} to {ratio.most:.2f})" if ratio else "–",
    )
