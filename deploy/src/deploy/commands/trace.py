"""`waakvlam trace`: what a request set in motion, from the first HTTP call to the last service, as a tree."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer
from rich.tree import Tree

from deploy.casefile_api import case_here
from deploy.commands.options import DATA, Data, Json, addresses, answers
from deploy.exits import Exit, Finished
from deploy.operating import Operations
from deploy.traces import Step, trees_about

Case = Annotated[str, typer.Argument(help="Number or id of the case.")]
Most = Annotated[int, typer.Option("--most", help="At most so many traces, the newest.", min=1)]
MARKS = {"server": "→", "producer": "↑", "consumer": "↓"}


def trace(case: Case, data: Data = DATA, most: Most = 20, as_json: Json = False) -> None:
    """Print the traces of a case as trees, from the local trace files. Nothing personal is in them.

    Examples:
      ./waakvlam trace 2741-9063
      ./waakvlam trace 2741-9063 --most 1
    """
    operations = Operations(data, addresses())
    roots = trees_about(operations.folder.traces, _subject(operations, case))[-most:]
    if not roots:
        raise Finished(Exit.WRONG, "no trace of this case was kept here (with OTLP, look where it is sent)")
    if as_json:
        answers.print(json.dumps([asdict(root) for root in roots], indent=2), markup=False)
        return
    for root in roots:
        answers.print(_tree(root))


def _subject(operations: Operations, case: str) -> str:
    try:
        return str(UUID(case))
    except ValueError:
        return str(case_here(operations, case).case_id)


def _tree(root: Step) -> Tree:
    tree = Tree(_line(root, root))
    _grow(tree, root, root)
    return tree


def _grow(tree: Tree, step: Step, root: Step) -> None:
    for follower in step.following:
        _grow(tree.add(_line(follower, root)), follower, root)


def _line(step: Step, root: Step) -> str:
    after = (step.start - root.start) / 1e6
    mark = MARKS.get(step.kind, "·")
    failed = "  [red]failed[/red]" if step.failed else ""
    name = step.name.replace("nl.ondersteuningsvragen.", "")
    return (
        f"{mark} [bold]{step.service}[/bold] {name}  "
        f"[dim]+{after:.1f} ms, {step.milliseconds:.1f} ms[/dim]{failed}"
    )
