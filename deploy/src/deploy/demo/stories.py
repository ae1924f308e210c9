"""Thirty invented requests: who asks, what for, and how it goes; read from ``stories/*.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

NETWORKS = ("oosterschelde", "almere")


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Person(_Given):
    """How somebody is called and reached, as intake takes it."""

    name: str | None = None
    phone: str | None = None


class Requester(Person):
    """Who asks."""

    relation: Literal["resident", "close_person", "professional"]


class AgreedPart(_Given):
    """A question with its "done when", as intake takes it."""

    question: str
    done_when: str
    life_domains: tuple[str, ...]
    formality: Literal["informal", "formal", "any"] = "any"


class Waakvlam(_Given):
    """What is agreed after closing, and how the contact goes."""

    after_days: int
    outcome: str
    missed: bool = False
    not_reached_first: bool = False
    supporter_pauses: bool = False


class Story(_Given):
    """One request and what becomes of it; ``plot`` names the way it goes."""

    key: str
    network: str
    plot: str
    municipality: str
    door: str
    source: str
    source_note: str | None = None
    requester: Requester
    resident: Person
    question: str
    languages: tuple[str, ...]
    indications: tuple[str, ...] = ()
    close: str = "close_agreements"
    waakvlam: Waakvlam | None = None
    parts: tuple[AgreedPart, ...]

    def request(self) -> dict[str, Any]:
        """The request as it is sent to intake."""
        said = {
            "network",
            "municipality",
            "door",
            "source",
            "source_note",
            "requester",
            "resident",
            "question",
        }
        return self.model_dump(include=said | {"languages"}, by_alias=True, exclude_none=True, mode="json")

    def personal(self) -> set[str]:
        """Everything of this story that must never be readable outside the services' sealed values."""
        people = (self.resident, self.requester)
        told = {each for person in people for each in (person.name, person.phone)}
        told |= {self.question, self.source_note}
        told |= {text for part in self.parts for text in (part.question, part.done_when)}
        return {text for text in told if text}


@cache
def stories() -> tuple[Story, ...]:
    """All of them, the networks taking turns."""
    found = [_of_network(network) for network in NETWORKS]
    longest = max(map(len, found))
    return tuple(each[place] for place in range(longest) for each in found if place < len(each))


def _of_network(network: str) -> list[Story]:
    text = files("deploy.demo").joinpath("stories", f"{network}.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)["story"]
    return [
        Story.model_validate({"key": f"{network}-{place}", "network": network, **each})
        for place, each in enumerate(told, 1)
    ]
