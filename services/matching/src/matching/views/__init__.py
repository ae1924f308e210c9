"""Read models of matching; each file answers one question."""

from __future__ import annotations

from matching.views.available_supporters import AvailableSupporters
from matching.views.searches import Searches
from matching.views.supporters import SupporterList

VIEWS = (AvailableSupporters(), SupporterList(), Searches())
