"""Matching: supporters, what is offered to residents, what they choose, and who is matched."""

from __future__ import annotations

from chassis import process
from matching.bootstrap import build


def main() -> None:
    """The command ``matching``: ``matching serve [--role api|worker]``."""
    process.main(build)


if __name__ == "__main__":
    main()
