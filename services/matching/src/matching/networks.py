"""Who serves whom, and how long answers may take: the networks' configuration, asked by matching."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chassis.reference import Reference
from chassis.store.errors import NotFound
from contracts.network import IntervalName, Network, NotInNetwork, Organisation
from matching.domain.choosing import Term
from matching.domain.errors import ConsentTextNotInForce
from matching.domain.profile import Formality

_NETHERLANDS = ZoneInfo("Europe/Amsterdam")


class UnknownHere(LookupError):
    """A value that the configuration does not know: malformed input, with what to do about it.

    ``field`` is the body's name of it. ``reason`` names configuration only.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True, slots=True)
class NetworkNow:
    """The version of a network's configuration that is in force."""

    version: int
    network: Network
    at: datetime

    @property
    def on(self) -> date:
        """The day in the Netherlands."""
        return self.at.astimezone(_NETHERLANDS).date()

    @property
    def own_first(self) -> bool:
        """People of the organisation that coordinates the case come first."""
        return self.network.switches.matching == "organisation_first"

    @property
    def matches_elsewhere(self) -> bool:
        """Residents of this network find their supporter outside this system."""
        return self.network.switches.matching == "elsewhere"

    def term(self, interval: IntervalName) -> Term:
        """From now until the end of an interval."""
        length: timedelta = self.network.interval(interval)
        return Term(self.at + length, self.version)

    def serving(self, municipality: str, coordinator: str) -> frozenset[tuple[str, Formality]]:
        """Who helps residents there, with which formality, and may work with the coordinating organisation.

        What needs an individual agreement of the municipality is not offered to everybody (INT-26, NET-02).
        """
        return frozenset(
            (organisation.id, Formality(formality))
            for organisation in self.network.organisations
            if self._partner(coordinator, organisation)
            for formality in organisation.formalities(self.on, municipality, openly=True)
        )

    def _partner(self, coordinator: str, organisation: Organisation) -> bool:
        try:
            return self.network.is_partner(coordinator, organisation.id, self.on)
        except NotInNetwork:
            return False

    @property
    def coordination_points(self) -> tuple[str, ...]:
        """The organisations that coordinate the network as a whole; there may be none (NET-14)."""
        return tuple(each.id for each in self.network.organisations if each.does("coordinates", self.on))

    def coordinates(self, organisation: str) -> bool:
        """Whether this organisation is the coordination point of the network."""
        return self._does_here(organisation) and self.network.organisation(organisation).does(
            "coordinates", self.on
        )

    def language_in_force(self, purpose: str, text_id: str, sha256: str) -> str:
        """The language of the text that was shown, when it is in force. Raises ConsentTextNotInForce."""
        try:
            return self.network.consent_text_in_force(text_id, sha256, purpose, self.on).language
        except NotInNetwork:
            raise ConsentTextNotInForce from None

    def check_supporters(self, organisation: str, formality: Formality) -> None:
        """Raises UnknownHere unless the organisation has supporters of that formality in this network."""
        having = [
            each.id
            for each in self.network.organisations
            if any("supports" in role.does and formality in role.offers for role in each.roles_on(self.on))
        ]
        _one_of("organisation", organisation, having, f"has no {formality} supporters here")

    def _does_here(self, organisation: str) -> bool:
        return any(each.id == organisation for each in self.network.organisations)


class Networks:
    """The configurations, each version checked once."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._checked: dict[tuple[str, int], Network] = {}

    def now(self, network: str, at: datetime) -> NetworkNow:
        """What is in force at that moment. Raises UnknownHere."""
        try:
            found = self._reference.current(network, at)
        except NotFound:
            _one_of("network", network, self._reference.networks(), "is not known here")
            raise UnknownHere("network", "has no configuration in force yet") from None
        place = (found.network, found.version)
        if place not in self._checked:
            self._checked[place] = Network.model_validate(found.body)
        return NetworkNow(found.version, self._checked[place], at)


def _one_of(field: str, value: str, known: Iterable[str], otherwise: str) -> None:
    names = sorted(known)
    if value not in names:
        raise UnknownHere(field, f"{otherwise}; use one of {', '.join(names) or '(none yet)'}")
