"""Notifications: when something falls due, once, and when it is missed."""

from __future__ import annotations

from chassis import process
from notifications.bootstrap import build


def main() -> None:
    """The command ``notifications``: ``notifications serve [--role api|worker]``."""
    process.main(build)


if __name__ == "__main__":
    main()
