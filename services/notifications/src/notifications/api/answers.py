"""What notifications answers, in the API's words."""

from __future__ import annotations

from uuid import UUID

from chassis.http import ApiModel, UtcTime
from notifications.domain.check import State
from notifications.views.checks import CheckRow


class ListedCheck(ApiModel):
    """A pilot-light check: codes and times, nothing personal.

    ``responsible`` is null when the organisation's coordinator looks after it; from ``missedAt`` on a due
    check counts as missed.
    """

    check_id: UUID
    case_id: UUID
    organisation: str
    responsible: UUID | None
    due_at: UtcTime
    missed_at: UtcTime | None
    state: State

    @classmethod
    def of(cls, row: CheckRow) -> ListedCheck:
        """A row of the view."""
        return cls.model_validate(row.model_dump())
