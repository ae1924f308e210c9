"""Exit codes of `waakvlam`, the same for every command, so that scripts can tell what happened."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a script may rely on."""

    OK = 0
    WRONG = 1
    USAGE = 2
    ALREADY_RUNNING = 3
    NOT_RUNNING = 4
    INTERRUPTED = 130


TEXT = "0 well · 1 something is wrong · 2 wrong usage or settings · 3 already running · 4 not running"


class Finished(Exception):
    """A command ends with this code; the text, when there is one, goes to standard error."""

    def __init__(self, code: Exit, text: str = "") -> None:
        self.code = code
        super().__init__(text)
