"""The register of processing (AVG article 30): what is done with whose data, why, on which ground, how long.

Every access record names one activity of it, and every service serves its own, so that the name resolves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.codes import labels

__all__ = ["OTHER", "SHARED", "Activity", "Basis", "PlainWords", "Register", "register"]

SHARED = "waakvlam"
"""The prefix of activities that every service has."""

OTHER = f"{SHARED}.other"
"""For a request that names no activity of its own: it is recorded all the same."""

ActivityId = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z][a-z0-9-]*$")]
Sentence = Annotated[str, StringConstraints(min_length=3, max_length=300)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Basis(_Model):
    """The ground of article 6 AVG, and the law or agreement that it stands on."""

    ground: Literal["consent", "statutory_task", "vital_interest", "legal_duty", "legitimate_interest"]
    article: Sentence


class Activity(_Model):
    """One activity. ``kind``: create, read, update, delete, emergency, search or export, by first letter.

    ``operations`` are the routes that belong to it, by name; ``retention`` is an ISO 8601 duration of the
    data, and ``retained_since`` says from when it counts.
    """

    id: ActivityId
    nl: Sentence
    purpose: Sentence
    kind: Literal["C", "R", "U", "D", "E", "S", "X"]
    basis: tuple[Basis, ...] = Field(min_length=1)
    categories: tuple[str, ...] = ()
    subjects: tuple[str, ...] = Field(min_length=1)
    roles: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    retention: Annotated[str, StringConstraints(pattern=r"^P[0-9]+[DMY]$")]
    retained_since: Sentence
    operations: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """Who does it; ``waakvlam`` for what every service does."""
        return self.id.partition(".")[0]


class Register:
    """All activities, by id and by the routes that belong to them."""

    def __init__(self, activities: tuple[Activity, ...]) -> None:
        self.activities: Mapping[str, Activity] = MappingProxyType({one.id: one for one in activities})
        if len(self.activities) != len(activities):
            raise ValueError("an activity stands in the register twice")
        self._by_operation: dict[tuple[str, str], Activity] = {}
        for one in activities:
            for operation in one.operations:
                if self._by_operation.setdefault((one.service, operation), one) is not one:
                    raise ValueError(f"{one.service}: {operation} belongs to two activities")

    def find(self, activity_id: str) -> Activity | None:
        """An activity, or None."""
        return self.activities.get(activity_id)

    def of_service(self, service: str) -> tuple[Activity, ...]:
        """What a service does, and what all of them do."""
        return tuple(one for one in self.activities.values() if one.service in (service, SHARED))

    def of_operation(self, service: str, operation: str) -> Activity | None:
        """The activity that a route belongs to, or None when the register does not name the route."""
        return self._by_operation.get((service, operation)) or self._by_operation.get((SHARED, operation))


@cache
def register() -> Register:
    """The register as it was shipped, read once per process."""
    text = (resources.files("contracts") / "processing.toml").read_text("utf-8")
    return Register(
        tuple(
            Activity.model_validate({"id": f"{service}.{name}", **_plain(body)}, strict=False)
            for service, activities in tomllib.loads(text).items()
            for name, body in activities.items()
        )
    )


def _plain(body: Mapping[str, object]) -> dict[str, object]:
    """Bases are written as ``ground: article``."""
    grounds = body.get("basis")
    if not isinstance(grounds, list):
        raise ValueError("an activity needs a list of bases")
    parts = [str(text).partition(": ") for text in grounds]
    return {**body, "basis": [{"ground": ground, "article": article} for ground, _, article in parts]}


class PlainWords:
    """What people call organisations, roles and categories of data; else the code itself."""

    def __init__(self, organisations: Mapping[str, str]) -> None:
        self._organisations = organisations

    def organisation(self, organisation: str) -> str:
        """The name by which a network knows it."""
        return self._organisations.get(organisation, organisation)

    def role(self, role: str) -> str:
        """What somebody who acts in it is called."""
        return labels("app_roles").get(role, role)

    def category(self, category: str) -> str:
        """Which data they are."""
        return labels("data_categories").get(category, category)
