"""The kinds of values that contract events are made of.

None of them can hold a sentence: what people wrote or are called travels sealed (``contracts.sealed``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

RFC3339 = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$"
UUID_TEXT = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class ContractValue(BaseModel):
    """Part of an event's data: immutable; unknown fields from a newer producer are ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", defer_build=True)


@dataclass(frozen=True, slots=True)
class _FromText:
    """Reads ``target`` from a JSON string of an exact form, and takes only real values from Python."""

    target: Literal["datetime", "uuid"]
    pattern: str
    format: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        value: CoreSchema
        strict: CoreSchema
        if self.target == "uuid":
            value, strict = core_schema.uuid_schema(strict=False), core_schema.uuid_schema(strict=True)
        else:
            value = core_schema.datetime_schema(strict=False, tz_constraint="aware")
            strict = core_schema.datetime_schema(strict=True, tz_constraint="aware")
        text = core_schema.str_schema(pattern=self.pattern, strict=True)
        return core_schema.json_or_python_schema(core_schema.chain_schema([text, value]), strict)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": self.format, "pattern": self.pattern}


Id = Annotated[UUID, _FromText("uuid", UUID_TEXT, "uuid")]
"""An opaque id, in canonical form on the wire."""

Instant = Annotated[datetime, _FromText("datetime", RFC3339, "date-time")]
"""An aware time; RFC 3339 with an offset on the wire."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$")]
"""A BCP 47 language tag in lower case: ``nl``, ``ar``, ``zgh``."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""An id that a network's configuration gives: a network, an organisation, a municipality, a door, a text."""

ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Why something was refused or ended, in snake case; its owner documents the values."""

CaseNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{3,31}$")]
"""The short, speakable number of a request and its case; reveals nothing."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Service = Literal["intake", "casefile", "matching", "notifications"]
Formality = Literal["informal", "formal"]
AskedFormality = Literal["informal", "formal", "any"]
