"""Casefile: the case, who is there for each part of it, and how help moves and ends."""

from __future__ import annotations

from casefile.bootstrap import build
from chassis import process


def main() -> None:
    """The command ``casefile``: ``casefile serve [--role api|worker]``."""
    process.main(build)


if __name__ == "__main__":
    main()
