"""Intake: requests for client support, until the resident says yes or no."""

from __future__ import annotations

from chassis import process
from intake.bootstrap import build


def main() -> None:
    """The command ``intake``: ``intake serve [--role api|worker]``."""
    process.main(build)


if __name__ == "__main__":
    main()
