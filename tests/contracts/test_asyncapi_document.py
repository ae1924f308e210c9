"""The rules of AsyncAPI 3.0 that our document touches, checked by hand: no package ships its JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from tests.contracts.golden_files import GOLDEN

from contracts import EVENTS, HEARD_BY, OWNED
from contracts.asyncapi import asyncapi_document
from contracts.registry import TOLD_TO_PARTNERS

DOCUMENT = asyncapi_document()
NAME = re.compile(r"^[\w.\-]+$", re.ASCII)
EXTENSION = re.compile(r"^x-[\w.\-]+$", re.ASCII)
ALLOWED = {
    "document": "asyncapi id info servers defaultContentType channels operations components",
    "info": "title version description termsOfService contact license tags externalDocs",
    "server": "host pathname protocol protocolVersion description title summary variables security tags "
    "externalDocs bindings",
    "channel": "address messages title summary description servers parameters tags externalDocs bindings",
    "operation": "action channel title summary description security tags externalDocs bindings traits "
    "messages reply",
    "message": "headers payload correlationId contentType name title summary description tags externalDocs "
    "bindings examples traits deprecated",
    "components": "schemas servers channels operations messages securitySchemes serverVariables parameters "
    "correlationIds replies replyAddresses externalDocs tags operationTraits messageTraits serverBindings "
    "channelBindings operationBindings messageBindings",
}


def follow(reference: str) -> Any:
    assert reference.startswith("#/"), reference
    found: Any = DOCUMENT
    for step in reference[2:].split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def only_allowed_fields(kind: str, value: dict[str, Any]) -> None:
    unknown = [key for key in value if key not in ALLOWED[kind].split() and not EXTENSION.match(key)]
    assert not unknown, f"{kind} has {unknown}"


def test_the_document_and_its_objects_have_only_fields_that_asyncapi_3_knows() -> None:
    only_allowed_fields("document", DOCUMENT)
    only_allowed_fields("info", DOCUMENT["info"])
    only_allowed_fields("components", DOCUMENT["components"])
    for kind, objects in (
        ("server", DOCUMENT["servers"]),
        ("channel", DOCUMENT["channels"]),
        ("operation", DOCUMENT["operations"]),
        ("message", DOCUMENT["components"]["messages"]),
    ):
        for name, value in objects.items():
            assert NAME.match(name), name
            only_allowed_fields(kind, value)
    assert all(NAME.match(name) for name in DOCUMENT["components"]["schemas"])


def test_what_asyncapi_3_requires_is_there() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["info"]["title"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", DOCUMENT["info"]["version"])
    assert all(server["host"] and server["protocol"] for server in DOCUMENT["servers"].values())
    assert all("://" not in server["host"] for server in DOCUMENT["servers"].values())


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert found
    for reference in found:
        assert follow(reference)


def test_an_operation_takes_its_messages_from_its_own_channel() -> None:
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] in ("send", "receive")
        channel = operation["channel"]["$ref"]
        assert follow(channel)["address"]
        for message in operation["messages"]:
            assert message["$ref"].startswith(f"{channel}/messages/")


def test_schemas_stay_within_what_the_asyncapi_schema_object_knows() -> None:
    # The schema object is a superset of JSON Schema draft 7; newer keywords would be ignored in silence.
    newer = {"$defs", "prefixItems", "unevaluatedProperties", "unevaluatedItems", "dependentRequired"}
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)
        assert not newer & set(re.findall(r'"([$\w]+)":', json.dumps(schema)))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_is_a_channel_with_one_message(event: Any) -> None:
    channel = DOCUMENT["channels"][event.SUBJECT]
    assert channel["address"] == event.SUBJECT
    assert channel["title"]
    assert channel["x-jetstream"] == {"stream": "CASES"}
    assert set(channel["messages"]) == {event.__name__}

    message = follow(channel["messages"][event.__name__]["$ref"])
    assert message["name"] == event.TYPE
    assert message["title"]
    assert message["contentType"] == "application/cloudevents+json"


@pytest.mark.parametrize("name", GOLDEN)
def test_the_payload_in_the_document_is_the_whole_message(name: str) -> None:
    message = json.loads(GOLDEN[name])
    (event,) = (each for each in EVENTS if each.TYPE == message["type"])
    payload = DOCUMENT["components"]["messages"][event.__name__]["payload"]

    jsonschema.Draft7Validator({**payload, "components": DOCUMENT["components"]}).validate(message)


def test_owners_send_and_hearers_receive() -> None:
    for event in EVENTS:
        senders = [name for name in OWNED if f"{name}.sends.{event.__name__}" in DOCUMENT["operations"]]
        hearers = [name for name in OWNED if f"{name}.receives.{event.__name__}" in DOCUMENT["operations"]]
        assert senders == [event.SOURCE]
        assert set(hearers) == {name for name, sources in HEARD_BY.items() if event.SOURCE in sources}
    assert len(DOCUMENT["operations"]) == len(EVENTS) + len(TOLD_TO_PARTNERS) + sum(
        len(OWNED[source]) for sources in HEARD_BY.values() for source in sources
    )


def test_what_partners_are_told_has_a_channel_for_each_and_is_heard_by_no_service() -> None:
    for event in TOLD_TO_PARTNERS:
        channel = DOCUMENT["channels"][event.TYPE]
        assert channel["address"] == event.SUBJECT
        assert set(channel["parameters"]) == set(re.findall(r"{(\w+)}", event.SUBJECT))
        about = [name for name in DOCUMENT["operations"] if name.endswith(f".{event.__name__}")]
        assert about == [f"{event.SOURCE}.shares.{event.__name__}"]


def test_receivers_never_let_the_server_give_up() -> None:
    for operation in DOCUMENT["operations"].values():
        if operation["action"] == "receive":
            assert operation["x-jetstream"]["max-deliver"] == -1
            assert operation["x-jetstream"]["ack-policy"] == "explicit"
