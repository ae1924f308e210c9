"""A pilot-light check as it is now (WAA-01): agreed with the resident, due once, done or stopped once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from casefile.domain.part import Supporter

CheckState = Literal["planned", "due", "missed", "done", "stopped"]


class Outcome(StrEnum):
    """How a check ended (WAA-06)."""

    FINE = "wo_fine"
    NUDGE = "wo_nudge"
    NEW_QUESTION = "wo_new_question"
    REOPEN = "wo_reopen"
    SCALE_UP = "wo_scale_up"
    NOT_REACHED = "wo_not_reached"
    STOP = "wo_stop"


ASKS_FOR_MORE = frozenset({Outcome.NEW_QUESTION, Outcome.REOPEN, Outcome.SCALE_UP})
"""Outcomes after which a coordinator talks with the resident; a nudge does not reopen a case."""


@dataclass(frozen=True)
class Check:
    """``responsible``: None when the organisation's coordinator is. ``every_days``: again so many days after
    a check that went well, until the resident wants no more (WAA-04). ``attempt``: 1, or more when the
    resident was not reached before.
    """

    check_id: UUID
    due_at: datetime
    responsible: Supporter | None
    organisation: str
    every_days: int | None
    attempt: int
    state: CheckState = "planned"

    @property
    def running(self) -> bool:
        return self.state in {"planned", "due", "missed"}
