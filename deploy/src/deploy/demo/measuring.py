"""How long people wait: from an answered command until another service shows what came of it."""

from __future__ import annotations

from collections import defaultdict
from math import ceil
from statistics import median
from threading import Lock

ON_THE_LIST = "requestReceivedToWorkList"
CASE_OPEN = "acceptanceToCaseAndPartsOnList"


class Measured:
    """Waiting times in milliseconds by name; threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._times: dict[str, list[float]] = defaultdict(list)

    def add(self, name: str, seconds: float) -> None:
        """One more."""
        with self._lock:
            self._times[name].append(seconds * 1000)

    def summary(self) -> dict[str, dict[str, float]]:
        """Median, p99 (nearest rank) and number of each."""
        with self._lock:
            return {name: _summary(times) for name, times in sorted(self._times.items())}


def _summary(times: list[float]) -> dict[str, float]:
    ranked = sorted(times)
    p99 = ranked[ceil(0.99 * len(ranked)) - 1]
    return {"median": round(median(ranked), 1), "p99": round(p99, 1), "n": len(ranked)}
