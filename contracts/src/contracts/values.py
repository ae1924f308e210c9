"""The kinds of values that contract events and their envelope are made of.

None of them can hold a sentence: what people wrote or are called travels sealed (``contracts.sealed``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
TIME_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
TYPE_PATTERN = r"^[a-z][a-z0-9]*(\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]{0,3}$"
SOURCE_PATTERN = r"^urn:nld:(kvknr:[0-9]{8}|oin:[0-9]{20}):systeem:[a-z][a-z0-9-]{0,39}$"
SEQUENCE_PATTERN = r"^[1-9][0-9]{0,17}$"
TRACEPARENT_PATTERN = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"


class ContractValue(BaseModel):
    """Part of an event's data: immutable; unknown fields from a newer producer are ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", defer_build=True)


@dataclass(frozen=True, slots=True, eq=False)
class _FromText:
    """A value that JSON writes as a string of one exact form; from Python it is the value itself.

    All steps run inside the validator's compiled part.
    """

    pattern: str
    from_text: CoreSchema
    from_python: CoreSchema
    says: tuple[tuple[str, str], ...] = ()

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(pattern=self.pattern, strict=True)
        from_json = core_schema.chain_schema([text, self.from_text])
        return core_schema.json_or_python_schema(from_json, self.from_python)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", **dict(self.says), "pattern": self.pattern}


class _TraceContext:
    """W3C trace context; one that is not well formed counts as absent, as that standard asks."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(pattern=TRACEPARENT_PATTERN, strict=True)
        return core_schema.with_default_schema(
            core_schema.nullable_schema(text), default=None, on_error="default"
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "pattern": TRACEPARENT_PATTERN}, {"type": "null"}]}


def _uuid(*, strict: bool) -> Any:
    return _FromText(
        UUID_PATTERN,
        core_schema.uuid_schema(strict=False),
        core_schema.uuid_schema(strict=strict),
        (("format", "uuid"),),
    )


Id = Annotated[UUID, _uuid(strict=True)]
"""An opaque id, in canonical form on the wire."""

StoredId = Annotated[UUID, _uuid(strict=False)]
"""An id in a value that services also keep in their own store, where ids come back as text."""

Instant = Annotated[
    datetime,
    _FromText(
        TIME_PATTERN,
        core_schema.datetime_schema(strict=False, tz_constraint="aware"),
        core_schema.datetime_schema(strict=True, tz_constraint="aware"),
        (("format", "date-time"),),
    ),
]
"""An aware time; RFC 3339 with an offset on the wire."""

Position = Annotated[
    int,
    _FromText(
        SEQUENCE_PATTERN, core_schema.int_schema(strict=False), core_schema.int_schema(strict=True, ge=1)
    ),
]
"""The place of a message among those of its source and case, from 1; a string of decimals on the wire."""

EventType = Annotated[str, StringConstraints(pattern=TYPE_PATTERN, max_length=200)]
"""Reverse domain, kebab-case name, version: ``nl.ondersteuningsvragen.request-received.v1``."""

SourceUrn = Annotated[str, StringConstraints(pattern=SOURCE_PATTERN)]
"""Whose system it is, and which service: ``urn:nld:kvknr:<8 digits>:systeem:<service>``."""

Traceparent = Annotated[str | None, _TraceContext()]
"""The W3C trace that a message belongs to, or None."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$")]
"""A BCP 47 language tag in lower case: ``nl``, ``ar``, ``zgh``."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""An id that a network's configuration gives: a network, an organisation, a municipality, a door, a text."""

ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Why something was refused or ended, in snake case; its owner documents the values."""

CaseNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}-[0-9]{4}$")]
"""The short, speakable number of a request and its case (``contracts.number``); reveals nothing."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

NetworkVersion = Annotated[int, Field(ge=1)]
"""Which version of its network's configuration an event was decided by."""

Service = Literal["intake", "casefile", "matching", "notifications"]
Formality = Literal["informal", "formal"]
AskedFormality = Literal["informal", "formal", "any"]
