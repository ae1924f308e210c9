"""Which organisation takes care of a request: the networks' configuration, asked by intake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chassis.reference import Reference
from chassis.store.errors import NotFound
from contracts.network import ConsentText, Network, NotInNetwork

_NETHERLANDS = ZoneInfo("Europe/Amsterdam")


class UnknownHere(LookupError):
    """A value that the configuration does not know: malformed input, with what to do about it.

    ``field`` is the body's or query's name of it. ``reason`` names configuration only.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True, slots=True)
class NetworkNow:
    """The version of a network's configuration that is in force."""

    version: int
    network: Network
    on: date

    def receiving_organisation(self, municipality: str, door: str) -> str:
        """Who takes care of a request from there. Raises UnknownHere."""
        _one_of("municipality", municipality, [each.id for each in self.network.municipalities])
        _one_of("door", door, [each.id for each in self.network.doors])
        try:
            return self.network.receiving_organisation(municipality, door, self.on)
        except NotInNetwork:
            raise UnknownHere("door", "has nobody who receives in that municipality today") from None

    def consent_text(self, purpose: str, language: str) -> ConsentText:
        """The text to show. Raises UnknownHere."""
        try:
            return self.network.consent_text(purpose, language, self.on)
        except NotInNetwork:
            raise UnknownHere("purpose", "has no consent text in this network") from None

    def consent_text_shown(self, text_id: str, sha256: str) -> ConsentText:
        """The text that was shown, by its hash. Raises UnknownHere."""
        try:
            return self.network.consent_text_shown(text_id, sha256)
        except NotInNetwork:
            reason = "is not the hash of a text with that textId; take both from /v1/consent-texts"
            raise UnknownHere("textSha256", reason) from None


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
            _one_of("network", network, self._reference.networks())
            raise UnknownHere("network", "has no configuration in force yet") from None
        place = (found.network, found.version)
        if place not in self._checked:
            self._checked[place] = Network.model_validate(found.body)
        return NetworkNow(found.version, self._checked[place], at.astimezone(_NETHERLANDS).date())


def _one_of(field: str, value: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if value not in names:
        raise UnknownHere(field, f"is not known here; use one of {', '.join(names) or '(none yet)'}")
