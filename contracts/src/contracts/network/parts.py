"""What in a configuration can be compared with each other, also when some of it is broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.network.choices import Switches
from contracts.network.covenant import Covenant
from contracts.network.door import Door
from contracts.network.organisation import Municipality, Organisation
from contracts.network.representation import Representation
from contracts.network.retention import RetentionRule
from contracts.network.tariff import Tariff
from contracts.network.texts import ConsentText
from contracts.values import Language

if TYPE_CHECKING:
    from contracts.network.network import Network

Part = TypeVar("Part", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Part]):
    """A list of the configuration by place: what could be read, the ids, also of what is broken; how many."""

    read: Mapping[int, Part]
    ids: Mapping[int, str]
    many: int

    @property
    def known(self) -> frozenset[str]:
        """All ids in the list."""
        return frozenset(self.ids.values())


@dataclass(frozen=True, slots=True)
class Parts:
    """The lists that refer to each other, and the choices that say what must be there."""

    municipalities: Listed[Municipality]
    organisations: Listed[Organisation]
    covenants: Listed[Covenant]
    doors: Listed[Door]
    tariffs: Listed[Tariff]
    consent_texts: Listed[ConsentText]
    retention: Listed[RetentionRule]
    languages: tuple[str, ...]
    switches: Switches | None
    representation: Representation | None

    @classmethod
    def of(cls, network: Network) -> Parts:
        """The parts of a configuration that has the right form."""
        return cls(
            municipalities=_listed(network.municipalities),
            organisations=_listed(network.organisations),
            covenants=_listed(network.covenants),
            doors=_listed(network.doors),
            tariffs=_listed(network.tariffs),
            consent_texts=_listed(network.consent_texts),
            retention=_listed(network.retention),
            languages=network.languages,
            switches=network.switches,
            representation=network.representation,
        )

    @classmethod
    def readable_in(cls, data: object) -> Parts:
        """Whatever can be read of a configuration that has not."""
        raw: Mapping[str, Any] = data if isinstance(data, dict) else {}
        return cls(
            municipalities=_readable(Municipality, raw.get("municipalities")),
            organisations=_readable(Organisation, raw.get("organisations")),
            covenants=_readable(Covenant, raw.get("covenants")),
            doors=_readable(Door, raw.get("doors")),
            tariffs=_readable(Tariff, raw.get("tariffs")),
            consent_texts=_readable(ConsentText, raw.get("consent_texts")),
            retention=_readable(RetentionRule, raw.get("retention")),
            languages=_or_none(tuple[Language, ...], raw.get("languages")) or (),
            switches=_or_none(Switches, raw.get("switches")),
            representation=_or_none(Representation, raw.get("representation")),
        )


def _listed(parts: tuple[Part, ...]) -> Listed[Part]:
    read = dict(enumerate(parts))
    return Listed(read, {place: getattr(part, "id", "") for place, part in read.items()}, len(read))


def _readable(kind: type[Part], raw: object) -> Listed[Part]:
    entries = list(raw) if isinstance(raw, list | tuple) else []
    tried = {place: _or_none(kind, entry) for place, entry in enumerate(entries)}
    ids = {place: entry.get("id") for place, entry in enumerate(entries) if isinstance(entry, dict)}
    return Listed(
        {place: part for place, part in tried.items() if part is not None},
        {place: each for place, each in ids.items() if isinstance(each, str)},
        len(entries),
    )


Value = TypeVar("Value")


def _or_none(kind: type[Value], raw: object) -> Value | None:
    try:
        return TypeAdapter(kind).validate_python(raw)
    except ValidationError:
        return None
