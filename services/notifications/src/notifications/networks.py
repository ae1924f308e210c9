"""How long a check may wait: the networks' configuration, asked by notifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.reference import Reference
from contracts.network import Network


@dataclass(frozen=True, slots=True)
class Allowed:
    """How long a check may wait after it fell due, and which version of the configuration says so."""

    version: int
    done_within: timedelta


class Networks:
    """The configurations, each version checked once."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._kept: dict[tuple[str, int], Allowed] = {}

    def allowed(self, network: str, at: datetime) -> Allowed:
        """What the network allows at that moment. Raises NotFound for a network without configuration."""
        found = self._reference.current(network, at)
        place = (found.network, found.version)
        if place not in self._kept:
            checked = Network.model_validate(found.body)
            self._kept[place] = Allowed(found.version, checked.interval("waakvlam_done_within"))
        return self._kept[place]
