"""`waakvlam up`: start everything and keep it running."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.commands.options import DATA, Data, addresses, answers, aside, asked_to_stop
from deploy.stack import Stack


def up(
    data: Data = DATA,
    split: Annotated[
        bool, typer.Option("--split", help="Two processes per service: HTTP, and events.")
    ] = False,
) -> None:
    """Start PostgreSQL, the bus and every service, and keep them running until Ctrl-C.

    Data stays in the data folder: the next `up` goes on where this one stopped, at the same addresses.

    Examples:
      ./waakvlam up
      ./waakvlam up --data /srv/waakvlam
      WAAKVLAM_POSTGRES_URL=postgresql://… WAAKVLAM_NATS_URL=nats://… ./waakvlam up
    """
    with asked_to_stop() as asked:
        with aside.status("starting") as status:

            def tell(line: str) -> None:
                aside.print(f"  {line}", markup=False)
                status.update(line)

            stack = Stack(data, addresses(), split=split, tell=tell, cancelled=lambda: bool(asked))
            stack.__enter__()
        try:
            for name, url in stack.urls.items():
                answers.print(f"{name:<22} {url}", markup=False)
            aside.print(f"Running on {stack.folder.path}. Ctrl-C stops it.", markup=False)
            stack.watch_until(lambda: bool(asked))
            aside.print("stopping")
        finally:
            stack.__exit__(None, None, None)
