"""Why notifications refuses. The first line of each docstring is what the person reads."""

from __future__ import annotations

from chassis.aggregates import Refused


class NotDueYet(Refused):
    """This check is not due yet: nothing is said before its moment."""


class NotMissedYet(Refused):
    """This check can still be done in time: nothing is missed before that has passed."""


class CheckPlannedAlready(Refused):
    """This check is planned already; another moment is another check."""
