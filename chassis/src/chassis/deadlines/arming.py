"""What a decision says about deadlines; a service's ``deadlines.py`` turns private events into these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


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


@dataclass(frozen=True, slots=True)
class Disarm:
    """Forget the deadline of this kind and key; no harm when there is none."""

    kind: str
    key: UUID
