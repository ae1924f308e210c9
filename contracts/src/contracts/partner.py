"""What a partner organisation is told over its own account: one kind of message, on a subject of its own.

``org.<organisation>.<event>.v1`` holds a ``SharedEvent``: codes, ids and moments of the parts that the
organisation may know of at the moment of sending. Nothing sealed is in it, since partners hold no keys.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from contracts.codes import DataCategory
from contracts.event import ContractEvent
from contracts.values import ContractValue, EventType, Id

FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

Coded = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}$")]
"""A code, an id, a number or a moment as text; no room for a sentence."""

Fact = Coded | bool | int | tuple[Coded, ...] | None


class Ground(ContractValue):
    """Why the organisation is told: it takes part itself, or the resident gave consent."""

    kind: Literal["participation", "consent"]
    consent_id: Id | None = None


class SharedEvent(ContractEvent):
    """Something happened in a case, as far as this organisation may know.

    ``event`` is the type of what happened, ``part_ids`` the parts that this organisation may know of (empty:
    the case as a whole), ``facts`` its coded data. The envelope's subject is the case, ``time`` when it was
    recorded, ``sequence`` the place among what this organisation was told of this case, without gaps. The
    same ``id`` again is the same message.
    """

    TYPE: ClassVar[str] = "nl.ondersteuningsvragen.shared-event.v1"
    SUBJECT: ClassVar[str] = "org.{organisation}.{event}"
    SOURCE: ClassVar[str] = "casefile"

    event: EventType
    part_ids: tuple[Id, ...]
    category: DataCategory
    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    facts: dict[FactName, Fact]
