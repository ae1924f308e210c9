"""What several commands share: options, the two consoles, and waiting for Ctrl-C."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from deploy.addresses import Addresses
from deploy.home import DEFAULT_DATA

# Answers go to standard output, everything said on the way to standard error.
answers = Console(soft_wrap=True, highlight=False)
aside = Console(stderr=True, soft_wrap=True, highlight=False)

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="WAAKVLAM_DATA",
        help="Data folder; made when it is not there.",
        show_default="./.waakvlam/data of this clone",
        file_okay=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
DATA = DEFAULT_DATA


def addresses() -> Addresses:
    """Addresses of real servers from the environment; raises BrokenAddresses."""
    return Addresses.from_environment(os.environ)


class Asked:
    """Whether somebody asked us to stop."""

    def __init__(self) -> None:
        self.to_stop = False

    def __bool__(self) -> bool:
        return self.to_stop


@contextmanager
def asked_to_stop() -> Iterator[Asked]:
    """SIGTERM, SIGINT and SIGHUP set the flag; a second one interrupts at once."""
    asked = Asked()

    def note(_number: int, _frame: FrameType | None) -> None:
        if asked.to_stop:
            raise KeyboardInterrupt
        asked.to_stop = True

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.signal(number, note) for number in numbers]
    try:
        yield asked
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
