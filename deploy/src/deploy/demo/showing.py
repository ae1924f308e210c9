"""What people read when the demo has been played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.table import Table

from deploy.commands.balance import table_of
from deploy.commands.case import line_of
from deploy.demo.asking import Asking
from deploy.demo.figures import CENTRAL, Ended, Figures
from deploy.demo.measuring import CASE_OPEN, ON_THE_LIST
from deploy.demo.rights import Rights
from deploy.demo.voices import auditor_of

WAITS = {
    ON_THE_LIST: "request received → on the coordinator's work list",
    CASE_OPEN: "yes answered → case open, its parts on the work list",
}
PORTAL = "portal"
Entries = list[dict[str, Any]]


def richest(asking: Asking, cases: Sequence[Ended]) -> tuple[Ended, Entries] | None:
    """The closed case in whose history the most different things happened, and that history."""

    def history(case: Ended) -> Entries:
        auditor = auditor_of(case.organisation)
        return list(asking.items(auditor, "casefile", f"/cases/{case.case_id}/history"))

    told = [(case, history(case)) for case in cases if case.state == "closed"]
    return max(told, key=lambda one: (len({each["kind"] for each in one[1]}), len(one[1])), default=None)


def show(
    console: Console, figures: Figures, story: tuple[Ended, Entries] | None, rights: Rights | None
) -> None:
    """History, what protects a resident, events, waiting times, account, addresses."""
    if story is not None:
        case, entries = story
        console.print(Rule(f"Case {case.number}, in Dutch", align="left"))
        for entry in entries:
            console.print(line_of(entry), markup=False)
    if rights is not None:
        console.print(Rule(f"Who saw the data of the resident of case {rights.number}", align="left"))
        for line in rights.lines():
            console.print(line, markup=False)
    console.print(Rule(f"Events of {len(figures.cases)} requests", align="left"))
    console.print(_events(figures.events))
    console.print(Rule("How long people wait, in milliseconds", align="left"))
    console.print(_waits(figures))
    console.print(Rule("Every event accounted for", align="left"))
    console.print(table_of(figures.balance))
    console.print(Rule("Addresses", align="left"))
    services = {name: url for name, url in figures.addresses.items() if name != PORTAL}
    for name, url in services.items():
        console.print(f"{name:<16} {url}", markup=False)
    if portal := figures.addresses.get(PORTAL):
        console.print(f"\nLook at the cases in a browser: [bold]{portal}[/bold]")


def _events(events: dict[str, int]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(3):
        table.add_column(justify="right")
        table.add_column()
    cells = [
        (str(many), f"[bold]{name}[/bold]" if name in CENTRAL else name) for name, many in events.items()
    ]
    rows = -(-len(cells) // 3)
    for row in range(rows):
        table.add_row(*(text for cell in cells[row::rows] for text in cell))
    return table


def _waits(figures: Figures) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for title in ("median", "p99", "times"):
        table.add_column(title, justify="right")
    for name, words in WAITS.items():
        if found := figures.latency.get(name):
            table.add_row(words, f"{found['median']:.0f}", f"{found['p99']:.0f}", f"{found['n']:.0f}")
    return table
