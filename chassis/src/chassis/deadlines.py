"""Deadlines: rows with a moment. A service's ``deadlines.py`` turns private events into Arm and Disarm; when
the moment has come its handler gets a Due (see ``chassis.sweeper``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

# No space, no at-sign, and not digits alone: no name of two words, sentence, address or telephone number.
_CODE_OR_ID = re.compile(r"(?![0-9]{5,}$)[A-Za-z0-9][A-Za-z0-9_.:+-]{0,199}")


@dataclass(frozen=True, slots=True)
class Arm:
    """Call the handler of ``kind`` with ``key`` at ``due_at``. Arming the same kind and key again moves it.

    ``data`` holds codes and ids only, never anything personal.
    """

    kind: str
    key: UUID
    subject_id: UUID
    due_at: datetime
    data: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError, without repeating it, for a text that is no code, id or moment."""
        if not all(_CODE_OR_ID.fullmatch(text) for text in self.data.values()):
            raise ValueError("the data of a deadline are codes and ids")


@dataclass(frozen=True, slots=True)
class Disarm:
    """Forget the deadline of this kind and key; no harm when there is none."""

    kind: str
    key: UUID


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that passed: its key, whom it is about, and when it was due."""

    kind: str
    key: UUID
    subject_id: UUID
    due_at: datetime
    data: dict[str, str]
    now: datetime
