"""A network: which organisations help residents together, where, and how they arranged it (design NET-*).

A frozen, checked value. Services get it as the stored body of the version that an event names::

    network = Network.model_validate(body)
    network.receiving_organisation("goes", "website", on=today)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from contracts.network.cautions import Caution, cautions
from contracts.network.choices import IntervalName, Intervals, Switches
from contracts.network.coherence import incoherences
from contracts.network.configuration import Configuration, Name, each_once
from contracts.network.covenant import Covenant
from contracts.network.door import Door
from contracts.network.organisation import Municipality, Organisation
from contracts.network.parts import Parts
from contracts.network.representation import Representation
from contracts.network.retention import Activity, RetentionRule, rule_for
from contracts.network.safeguards import Safeguards
from contracts.network.tariff import Tariff, TariffCode
from contracts.network.texts import ConsentText, Wording
from contracts.values import AskedFormality, Language, Slug

WithId = TypeVar("WithId", Municipality, Organisation, Door)


class NotInNetwork(LookupError):
    """The configuration has no such municipality, door, organisation or text, or not on that day."""


class Network(Configuration):
    """The configuration of one network; every reference in it is checked, every fault named at once."""

    id: Slug
    name: Name
    word_for_supporter: Name
    languages: Annotated[tuple[Language, ...], Field(min_length=1), AfterValidator(each_once)]
    wording: Wording
    municipalities: Annotated[tuple[Municipality, ...], Field(min_length=1)]
    organisations: Annotated[tuple[Organisation, ...], Field(min_length=1)]
    covenants: tuple[Covenant, ...] = ()
    doors: Annotated[tuple[Door, ...], Field(min_length=1)]
    switches: Switches
    intervals: Intervals
    safeguards: Safeguards = Field(default_factory=Safeguards)
    tariffs: tuple[Tariff, ...] = ()
    consent_texts: Annotated[tuple[ConsentText, ...], Field(min_length=1)]
    representation: Representation = Representation()
    retention: tuple[RetentionRule, ...] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _names_every_fault(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        faults: list[InitErrorDetails] = []
        network: Self | None = None
        try:
            network = handler(data)
            parts = Parts.of(network)
        except ValidationError as error:
            faults = _worded(error)
            parts = Parts.readable_in(data)
        faults += [
            InitErrorDetails(type=_reason("incoherent", fault.reason), loc=fault.where, input=None)
            for fault in incoherences(parts)
        ]
        if faults or network is None:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return network

    def municipality(self, municipality: str) -> Municipality:
        """Raises NotInNetwork."""
        return _one(self.municipalities, municipality, "municipality")

    def organisation(self, organisation: str) -> Organisation:
        """Also one that has left: old events still name it (NET-09). Raises NotInNetwork."""
        return _one(self.organisations, organisation, "organisation")

    def door(self, door: str) -> Door:
        """Raises NotInNetwork."""
        return _one(self.doors, door, "door")

    def receivers(self, municipality: str, door: str, on: date) -> tuple[str, ...]:
        """Who receives a request, in order: the first that takes part on that day and those after it.

        Never empty. Raises NotInNetwork, also for a day before anybody received there.
        """
        route = self.door(door).route(self.municipality(municipality).id)
        found = tuple(
            organisation
            for organisation in (route.chain if route else ())
            if self.organisation(organisation).does("receives", on, municipality)
        )
        if not found:
            raise NotInNetwork(f"nobody receives on {on.isoformat()} at door {door} in {municipality}")
        return found

    def receiving_organisation(self, municipality: str, door: str, on: date) -> str:
        """The organisation on whose list a request comes (INT-02, INT-03). Raises NotInNetwork."""
        return self.receivers(municipality, door, on)[0]

    def fallbacks(self, municipality: str, door: str, on: date) -> tuple[str, ...]:
        """Who receives when the first does not, in order; may be empty. Raises NotInNetwork."""
        return self.receivers(municipality, door, on)[1:]

    def served_by(self, municipality: str, formality: AskedFormality, on: date) -> tuple[Organisation, ...]:
        """Who has supporters of that formality for residents there (NET-12). Raises NotInNetwork."""
        municipality = self.municipality(municipality).id
        return tuple(
            organisation
            for organisation in self.organisations
            if (offered := organisation.formalities(on, municipality))
            and (formality == "any" or formality in offered)
        )

    def is_partner(self, a: str, b: str, on: date) -> bool:
        """Whether two organisations may refer and hand over to each other on that day (NET-02).

        The same organisation is its own partner as long as it takes part. Raises NotInNetwork.
        """
        if not (self.organisation(a).takes_part(on) and self.organisation(b).takes_part(on)):
            return False
        return a == b or any(covenant.binds(a, on) and covenant.binds(b, on) for covenant in self.covenants)

    def offers_waakvlam(self, organisation: str) -> bool:
        """Whether that organisation offers pilot-light contact (WAA-11). Raises NotInNetwork."""
        own_choice = self.organisation(organisation).waakvlam
        return self.switches.waakvlam if own_choice is None else own_choice

    def retention_rule(
        self, activity: Activity, outcome: str | None, organisation: str, on: date
    ) -> RetentionRule | None:
        """How long that organisation keeps such data; None when the network agreed on nothing.

        ``outcome``: how it ended, None: not yet. Raises NotInNetwork.
        """
        return rule_for(self.retention, activity, outcome, self.organisation(organisation).types(on), on)

    def interval(self, name: IntervalName) -> timedelta:
        """One of the intervals."""
        return getattr(self.intervals, name)  # type: ignore[no-any-return]

    def tariff(self, code: TariffCode, on: date) -> Tariff | None:
        """The allowance in force on that day, if there is one (QUA-12)."""
        return next((t for t in self.tariffs if t.code == code and t.in_force(on)), None)

    def consent_text(self, purpose: str, language: str, on: date) -> ConsentText:
        """The newest text for a purpose in that language, or else in the first. Raises NotInNetwork."""
        for wanted in (language, self.languages[0]):
            texts = [
                text
                for text in self.consent_texts
                if text.purpose == purpose and text.language == wanted and text.valid_from <= on
            ]
            if texts:
                return max(texts, key=lambda text: text.version)
        raise NotInNetwork(f"no consent text for {purpose} on {on.isoformat()}")

    def consent_text_shown(self, text_id: str, sha256: str) -> ConsentText:
        """The exact text that a proof names, in any version and language. Raises NotInNetwork."""
        for text in self.consent_texts:
            if text.id == text_id and text.sha256 == sha256:
                return text
        raise NotInNetwork("no consent text with that id and hash")

    def consent_text_in_force(self, text_id: str, sha256: str, purpose: str, on: date) -> ConsentText:
        """The text with that id and hash, when it is the newest of its language for that purpose.

        Raises NotInNetwork for any other: words that were replaced are no longer asked (AVG article 7).
        """
        text = self.consent_text_shown(text_id, sha256)
        if text.purpose != purpose or self.consent_text(purpose, text.language, on) != text:
            raise NotInNetwork(f"another consent text is in force for {purpose} on {on.isoformat()}")
        return text

    def warnings(self, on: date) -> tuple[Caution, ...]:
        """What somebody should look at on that day; it stops nothing (MAT-13, MAT-14)."""
        return tuple(cautions(self, on))

    def canonical_json(self) -> str:
        """The configuration as one line of JSON: keys sorted, no floats, what was left out left out."""
        body = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def sha256(self) -> str:
        """SHA-256 of the canonical JSON in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()


def _one(parts: tuple[WithId, ...], wanted: str, what: str) -> WithId:
    for part in parts:
        if part.id == wanted:
            return part
    raise NotInNetwork(f"no such {what} in this network")


def _worded(error: ValidationError) -> list[InitErrorDetails]:
    """Pydantic's faults, without the empty lists that only follow from faults inside them."""
    found = error.errors(include_url=False, include_input=False)
    return [
        InitErrorDetails(
            type=_reason(each["type"], each["msg"], each.get("ctx")), loc=each["loc"], input=None
        )
        for each in found
        if each["type"] != "too_short" or not any(_within(each["loc"], other["loc"]) for other in found)
    ]


def _within(outer: tuple[int | str, ...], inner: tuple[int | str, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _reason(kind: str, words: str, context: Mapping[str, Any] | None = None) -> PydanticCustomError:
    simple = {key: each for key, each in (context or {}).items() if isinstance(each, str | int)}
    return PydanticCustomError(kind, "{reason}", {**simple, "reason": words.removeprefix("Value error, ")})
