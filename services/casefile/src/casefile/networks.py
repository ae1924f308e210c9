"""What a network has agreed on: terms, switches and words, asked by casefile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from casefile.domain.consent_errors import ConsentTextNotInForce
from casefile.domain.consent_terms import Shown, Who
from chassis.reference import Reference
from chassis.store.errors import NotFound
from contracts.network import Channel, ChannelRule, Network, NotInNetwork, Safeguards

_HERE = ZoneInfo("Europe/Amsterdam")


def _day(at: datetime) -> date:
    return at.astimezone(_HERE).date()


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
    def consent_reminder_before(self) -> timedelta:
        """How long before a consent expires somebody is reminded to ask (CON-03)."""
        return self.network.interval("consent_reminder_before")

    def text_in_force(self, text_id: str, sha256: str, purpose: str, at: datetime) -> Shown:
        """The text that was shown. Raises ConsentTextNotInForce."""
        try:
            text = self.network.consent_text_in_force(text_id, sha256, purpose, _day(at))
        except NotInNetwork:
            raise ConsentTextNotInForce from None
        return Shown(text.id, text.sha256, text.language, text.version)

    def are_partners(self, one: str, other: str, at: datetime) -> bool:
        """Whether they may work together in a case (NET-02)."""
        try:
            return self.network.is_partner(one, other, _day(at))
        except NotInNetwork:
            return False

    def who_consents(self, purpose: str, age: int | None, at: datetime) -> Who:
        """Who has to consent; ``age`` None: an adult."""
        return self.network.representation.who(purpose, age, _day(at))

    def may_represent(self, kind: str, purpose: str, age: int | None, at: datetime) -> bool:
        """Whether a representation of that kind counts for that."""
        return self.network.representation.allows(kind, purpose, age, _day(at))

    @property
    def safeguards(self) -> Safeguards:
        """What protects a resident: emergency access, safety risks, checks of consent."""
        return self.network.safeguards

    def channel(self, channel: Channel) -> ChannelRule:
        """What speaking or writing for the resident asks there (CON-01)."""
        return self.network.safeguards.channels.rule(channel)

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

    def all_current(self, at: datetime) -> tuple[tuple[int, Agreements], ...]:
        """Every network of this deployment with the version in force now."""
        found = []
        for network in self._reference.networks():
            try:
                version = self._reference.current(network, at).version
            except NotFound:
                continue
            found.append((version, self.version(network, version)))
        return tuple(found)
