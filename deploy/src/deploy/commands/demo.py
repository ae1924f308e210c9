"""`waakvlam demo`: a whole network at work on this machine, invented, from start to figures."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from deploy.addresses import Addresses
from deploy.commands.options import Asked, answers, aside, asked_to_stop
from deploy.demo.demo_folder import DEFAULT_DEMO_DATA, DemoFolder
from deploy.demo.figures import Ended, Figures
from deploy.demo.portal_token import PortalToken
from deploy.demo.rights import Rights
from deploy.demo.showing import Entries, show
from deploy.demo.work import Work
from deploy.exits import Exit, Finished
from deploy.stack import Stack

ExitAtOnce = Annotated[bool, typer.Option("--exit", help="End when all is shown; else stay up until Ctrl-C.")]
JsonFile = Annotated[
    Path | None,
    typer.Option("--json", help="Write the figures to this file too.", dir_okay=False, show_default=False),
]
DemoData = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Keep the demo in this folder: another start shows what was played and plays nothing twice.",
        show_default="./.waakvlam/demo of this clone, begun anew each time",
        file_okay=False,
    ),
]


def demo(exit_at_once: ExitAtOnce = False, json_file: JsonFile = None, data: DemoData = None) -> None:
    """Play 30 invented requests to their ends, through all services, and show what came of them.

    Registers 105 invented supporters in two networks, sends the requests over the public APIs, and moves the
    clock where months pass. Shows one case's history in Dutch, a consent withdrawn and who saw that
    resident's data, the events counted, how long people wait, the account of every event, and all addresses;
    then stays up until Ctrl-C.

    Without --data each demo begins anew: what an earlier one left is removed. A folder that no demo made is
    refused. Always on its own servers, also when WAAKVLAM_POSTGRES_URL or WAAKVLAM_NATS_URL is set.
    Exit code 1 when a case did not reach its end, one of the five central events did not occur, or an event
    is unaccounted for.

    Examples:
      ./waakvlam demo
      ./waakvlam demo --exit --json figures.json
    """
    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise Finished(Exit.USAGE, f"{json_file} cannot be written: there is no such folder")
    folder = DemoFolder(data or DEFAULT_DEMO_DATA)
    with asked_to_stop() as asked:
        began = time.monotonic()
        before = folder.open(keep=data is not None)
        stack = _started(folder, asked)
        try:
            token = PortalToken(stack.folder.secrets)
            token.keep_fresh()
            with Work(stack, folder, before, began) as work:
                stack.watch_until(lambda: bool(asked) or work.ended)
            figures, story, rights = work.found()
            wrong = _tell(figures, story, rights, json_file)
            if not exit_at_once:
                aside.print(
                    f"\nStays up on {folder.path} until Ctrl-C. Elsewhere, for instance:", markup=False
                )
                aside.print(f"  ./waakvlam status --data {folder.path}", markup=False)

                def finished() -> bool:
                    token.keep_fresh()
                    return bool(asked)

                stack.watch_until(finished)
        finally:
            aside.print("stopping")
            stack.__exit__(None, None, None)
    if wrong:
        raise Finished(Exit.WRONG)


def _started(folder: DemoFolder, asked: Asked) -> Stack:
    with aside.status("starting") as status:
        stack = Stack(
            folder.path, Addresses(), adjustable=True, tell=status.update, cancelled=lambda: bool(asked)
        )
        stack.__enter__()
    return stack


def _tell(
    figures: Figures, story: tuple[Ended, Entries] | None, rights: Rights | None, json_file: Path | None
) -> list[str]:
    """Show everything; what is wrong."""
    show(answers, figures, story, rights)
    if json_file is not None:
        draft = json_file.with_name(f".{json_file.name}.draft")
        draft.write_text(json.dumps(figures.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        draft.replace(json_file)
    wrong = figures.wrong()
    for line in wrong:
        aside.print(f"wrong: {line}", markup=False)
    if not wrong:
        aside.print(f"\nAll {len(figures.cases)} requests reached their end in {figures.seconds:.0f} s.")
    return wrong
