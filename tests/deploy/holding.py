"""Run as a process: holds a data folder and runs its servers until SIGTERM."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.addresses import Addresses
from deploy.commands.options import asked_to_stop
from deploy.stack import Stack


def main() -> None:
    """Start, say so, wait, stop."""
    with asked_to_stop() as asked, Stack(Path(sys.argv[1]), Addresses(), services=()) as stack:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        stack.watch_until(lambda: bool(asked))


if __name__ == "__main__":
    main()
