"""What a network has agreed on: terms, switches and words, asked by casefile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.reference import Reference
from contracts.network import Network


@dataclass(frozen=True, slots=True)
class Agreements:
    """A version of a network's configuration."""

    network: Network

    @property
    def answer_within(self) -> timedelta:
        """How long another service may take to answer."""
        return self.network.interval("answer_within")

    @property
    def handover_answer_within(self) -> timedelta:
        """How long a receiver may think about a handover."""
        return self.network.interval("handover_answer_within")

    @property
    def handover_talk_within(self) -> timedelta:
        """How long after that the three-way talk may take (WHO-09)."""
        return self.network.interval("handover_talk_within")

    @property
    def waakvlam_retry_after(self) -> timedelta:
        """When to try again somebody who was not reached."""
        return self.network.interval("waakvlam_retry_after")

    @property
    def waakvlam_after(self) -> tuple[timedelta, ...]:
        """The choices for the first pilot-light check (WAA-04)."""
        return tuple(self.network.intervals.waakvlam_after)

    @property
    def start_after_talk(self) -> bool:
        """Whether also a first supporter begins after a three-way talk (WHO-11)."""
        return self.network.switches.start_after_three_way_talk

    def offers_waakvlam(self, organisation: str) -> bool:
        """Whether this organisation has pilot-light contact at all (WAA-11)."""
        return self.network.offers_waakvlam(organisation)

    @property
    def word_for_supporter(self) -> str:
        """What the network calls a supporter (PUB-01)."""
        return self.network.word_for_supporter

    @property
    def names(self) -> dict[str, str]:
        """The organisations' names by id."""
        return {each.id: each.name for each in self.network.organisations}


class Networks:
    """The configurations, each version read once."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._read: dict[tuple[str, int], Agreements] = {}

    def version(self, network: str, version: int) -> Agreements:
        """What a case of that version goes by. Raises NotFound."""
        place = (network, version)
        if place not in self._read:
            found = self._reference.version(network, version)
            self._read[place] = Agreements(Network.model_validate(found.body))
        return self._read[place]

    def current(self, network: str, at: datetime) -> Agreements:
        """What is in force now, for words that people read. Raises NotFound."""
        found = self._reference.current(network, at)
        return self.version(found.network, found.version)
