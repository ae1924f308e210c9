from __future__ import annotations

import json

import jsonschema
import pytest
from tests.contracts.golden_files import GOLDEN

from contracts.json_schemas import schema_files

SCHEMAS = schema_files()


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_schema_is_itself_valid_json_schema_2020_12(file: str) -> None:
    assert SCHEMAS[file]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[file])


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_message_is_valid_by_its_schema_and_by_no_other(name: str) -> None:
    message = json.loads(GOLDEN[name])

    accepting = [
        file for file, schema in SCHEMAS.items() if jsonschema.Draft202012Validator(schema).is_valid(message)
    ]

    event, version = name.split(".")[:2]
    assert accepting == [f"{event}.{version}.json"]


@pytest.mark.parametrize("attribute", ["id", "source", "specversion", "subject", "time", "sequence", "data"])
def test_a_schema_asks_what_the_parser_asks(attribute: str) -> None:
    message = json.loads(GOLDEN["escalated.v1"])
    del message[attribute]

    assert not jsonschema.Draft202012Validator(SCHEMAS["escalated.v1.json"]).is_valid(message)


def test_codes_stand_in_the_schema_as_an_enumeration() -> None:
    indications = SCHEMAS["escalated.v1.json"]["$defs"]["Escalated"]["properties"]["indications"]

    assert len(indications["items"]["enum"]) == 32
    assert indications["items"]["description"] == "A code of the list scaling_indications."
