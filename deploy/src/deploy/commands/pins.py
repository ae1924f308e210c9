"""`waakvlam pins`: the exact packages of every environment."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.commands.options import answers, aside
from deploy.exits import Exit, Finished
from deploy.home import ROOT
from deploy.pins import PinsFailed, changed, write


def pins(
    check: Annotated[bool, typer.Option("--check", help="Only compare; code 1 if it differs.")] = False,
) -> None:
    """Write requirements/<name>.txt, with hashes, from the pyproject.toml files. Needs uv and the network.

    Examples:
      ./waakvlam pins
      ./waakvlam pins --check
    """
    try:
        with aside.status("resolving"):
            names = changed(ROOT) if check else write(ROOT)
    except PinsFailed as fault:
        raise Finished(Exit.WRONG, str(fault)) from None
    for name in names:
        answers.print(f"requirements/{name} {'differs' if check else 'written'}", markup=False)
    if not names:
        answers.print("nothing to do")
    elif check:
        raise Finished(Exit.WRONG)
