"""Read models of notifications; each file answers one question."""

from __future__ import annotations

from notifications.views.checks import Checks

VIEWS = (Checks(),)
