"""The JSON Schema (2020-12) of every event's whole message: envelope and data."""

from __future__ import annotations

import inspect
from typing import Any

from pydantic.json_schema import DEFAULT_REF_TEMPLATE, GenerateJsonSchema, JsonSchemaMode
from pydantic_core import CoreSchema

from contracts.envelope import ContractEvent, Envelope
from contracts.registry import EVENTS, TOLD_TO_PARTNERS

Document = dict[str, Any]

_OWNER_SOURCE = "^urn:nld:(kvknr:[0-9]{8}|oin:[0-9]{20}):systeem:%s$"


class _Plain(GenerateJsonSchema):
    """Without the titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> Document:
        made = super().generate(schema, mode)
        for each in [made, *made.get("$defs", {}).values()]:
            each.pop("title", None)
            if "description" in each:
                each["description"] = inspect.cleandoc(each["description"]).replace("``", "`")
        return made


def wire_name(event: type[ContractEvent]) -> str:
    """``escalated.v1``: what the event is called on the wire, with its version."""
    return event.TYPE.removeprefix("nl.ondersteuningsvragen.")


def message_schema(event: type[ContractEvent], ref_template: str = DEFAULT_REF_TEMPLATE) -> Document:
    """The schema of one event's message.

    As strict as the parser wherever JSON Schema can say it; what it cannot say: no key twice, at most 64 KiB
    and 32 levels. A reader ignores data fields and extension attributes that it does not know.
    """
    made: Document = Envelope[event].model_json_schema(  # type: ignore[valid-type]
        ref_template=ref_template, schema_generator=_Plain
    )
    properties = made["properties"]
    properties["type"] = {"const": event.TYPE}
    properties["source"] = {"type": "string", "pattern": _OWNER_SOURCE % event.SOURCE}
    return {
        "title": f"{event.__name__}, {wire_name(event).rpartition('.')[2]}",
        "description": inspect.cleandoc(event.__doc__ or "").replace("``", "`"),
        **{key: value for key, value in made.items() if key not in ("description", "additionalProperties")},
        "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
        "additionalProperties": {"type": ["string", "integer", "boolean", "null"]},
    }


def schema_files() -> dict[str, Document]:
    """File name -> schema, for every event."""
    return {
        f"{wire_name(event)}.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"https://waakvlam.example/contracts/{wire_name(event)}.json",
            **message_schema(event),
        }
        for event in (*EVENTS, *TOLD_TO_PARTNERS)
    }
