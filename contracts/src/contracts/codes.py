"""The code lists that cross borders, read from ``catalogue.toml`` when first needed.

A field of a contract event that holds a code has one of the types below: a ``str`` for the programmer, one of
the list's codes for the validator, an ``enum`` in the JSON Schema. What people read comes from :func:`label`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Facts = Mapping[str, Any]
Wording = Literal["nl", "en"]


class UnknownCode(LookupError):
    """No such list, or no such code in it."""


@cache
def _catalogue() -> Mapping[str, Mapping[str, Facts]]:
    text = files("contracts").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def lists() -> tuple[str, ...]:
    """The names of all code lists."""
    return tuple(_catalogue())


def codes(list_name: str) -> tuple[str, ...]:
    """All codes of a list, in the order in which people are shown them. Raises UnknownCode."""
    return tuple(_entries(list_name))


def facts(list_name: str, code: str) -> Facts:
    """All that the catalogue says about a code: ``nl``, ``en``, what its list adds. Raises UnknownCode."""
    entry = _entries(list_name).get(code)
    if entry is None:
        raise UnknownCode(f"the list {list_name} has no such code")
    return MappingProxyType(entry)


def label(list_name: str, code: str, language: Wording = "nl") -> str:
    """What people read for a code: ``label("scaling_indications", "IF03", "en")``. Raises UnknownCode."""
    return cast("str", facts(list_name, code)[language])


def labels(list_name: str, language: Wording = "nl") -> dict[str, str]:
    """Every code of a list with its label, in order. Raises UnknownCode."""
    return {code: label(list_name, code, language) for code in codes(list_name)}


def _entries(list_name: str) -> Mapping[str, Any]:
    entries = _catalogue().get(list_name)
    if entries is None:
        raise UnknownCode("no such code list")
    return entries


@dataclass(frozen=True, slots=True)
class Indication:
    """A reason to scale up or down (ESC-01): what it is about, and whether it can only add a supporter."""

    code: str
    direction: Literal["up", "down"]
    about: Literal["network", "case", "client", "supporter"]
    may_only_add: bool


@cache
def indication(code: str) -> Indication:
    """The facts of a scaling indication. Raises UnknownCode."""
    known = facts("scaling_indications", code)
    return Indication(code, known["direction"], known["about"], known["may_only_add"])


def formality_of(supporter_kind: str) -> Literal["informal", "formal"]:
    """Whether a kind of supporter is informal or formal. Raises UnknownCode."""
    return cast("Literal['informal', 'formal']", facts("supporter_kinds", supporter_kind)["formality"])


def life_domains_of_bagage(field: str) -> tuple[str, ...]:
    """The life domains that a field of knowledge serves, the best fitting one first. Raises UnknownCode."""
    known = facts("life_domains_bagage", field)
    return (known["maps_to"], *known["also_maps_to"])


@dataclass(frozen=True, slots=True)
class CodeOf:
    """Marks a ``str`` as one of the codes of a list; the catalogue is read when a validator is built."""

    list_name: str

    def __get_pydantic_core_schema__(self, source: type[str], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(codes(self.list_name)))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema) | {"description": f"A code of the list {self.list_name}."}


ReferralSource = Annotated[str, CodeOf("referral_sources")]
LifeDomain = Annotated[str, CodeOf("life_domains")]
BagageField = Annotated[str, CodeOf("life_domains_bagage")]
SupporterKind = Annotated[str, CodeOf("supporter_kinds")]
ExperienceLevel = Annotated[str, CodeOf("experience_levels")]
ScalingIndication = Annotated[str, CodeOf("scaling_indications")]
ContactKind = Annotated[str, CodeOf("contact_kinds")]
CloseReason = Annotated[str, CodeOf("close_reasons")]
WaakvlamOutcome = Annotated[str, CodeOf("waakvlam_outcomes")]
ConsentPurpose = Annotated[str, CodeOf("consent_purposes")]
ConsentWay = Annotated[str, CodeOf("consent_ways")]
DataCategory = Annotated[str, CodeOf("data_categories")]
PartyKind = Annotated[str, CodeOf("party_kinds")]
RepresentationKind = Annotated[str, CodeOf("representation_kinds")]
BreachOutcome = Annotated[str, CodeOf("breach_outcomes")]
RequestOutcome = Annotated[str, CodeOf("request_outcomes")]
HandoverState = Annotated[str, CodeOf("handover_states")]
MatchingCriterion = Annotated[str, CodeOf("matching_criteria")]
AppRole = Annotated[str, CodeOf("app_roles")]
OrganisationType = Annotated[str, CodeOf("organisation_types")]
VolunteerStage = Annotated[str, CodeOf("volunteer_lifecycle")]
Law = Annotated[str, CodeOf("laws")]
