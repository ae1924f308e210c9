"""Read models of intake; each file answers one question."""

from __future__ import annotations

from intake.views.people import PEOPLE
from intake.views.requests import Requests

VIEWS = (Requests(), PEOPLE)
