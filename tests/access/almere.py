"""Who is who around a case in Almere."""

from __future__ import annotations

ORGANISATIONS = {
    "home": "oco_almere",
    "partner": "mee_samen",
    "network": "co_weet_raad",
    "elsewhere": "smwo",
    "municipality": "gemeente_almere",
}
