"""Portal: the web pages of Waakvlam."""

from __future__ import annotations

from portal import serving
from portal.bootstrap import build


def main() -> None:
    """The command ``portal``: ``portal serve``."""
    serving.main(build)


if __name__ == "__main__":
    main()
