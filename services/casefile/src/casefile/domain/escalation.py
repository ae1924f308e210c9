"""A decision to scale up or down that is not complete yet (WHO-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Escalation:
    """Which parts are scaled and why; ``whole`` when it was decided for the case.

    ``only_adds``: help is added, responsibility stays where it is (ESC-07).
    """

    escalation_id: UUID
    part_ids: tuple[UUID, ...]
    whole: bool
    indications: tuple[str, ...]
    priority: bool
    only_adds: bool
    direction: Literal["up", "down"] = "up"
