"""The AsyncAPI 3.0 document of all contract events.

Made by one function from the contract models, and not by the framework that receives the messages: our
subscribers take raw bytes, because a message must reach the inbox also when it does not parse. A framework
can therefore say nothing about its content, while the models say everything.

The document describes the whole system. A ``send`` operation is the owner's; a ``receive`` operation
stands for each service that hears the source, also where it advances past the event without acting on it.
"""

from __future__ import annotations

import inspect
from importlib.metadata import version

from contracts import bus
from contracts.codes import label
from contracts.envelope import ContractEvent
from contracts.json_schemas import Document, message_schema
from contracts.registry import EVENTS, HEARD_BY, OWNED, TOLD_TO_PARTNERS


def asyncapi_document() -> Document:
    """The document as plain JSON values, always the same for the same contracts."""
    messages: Document = {}
    schemas: Document = {}
    for event in (*EVENTS, *TOLD_TO_PARTNERS):
        messages[event.__name__] = _message(event)
        payload = message_schema(event, ref_template="#/components/schemas/{model}")
        _add(schemas, payload.pop("$defs", {}))
        _add(schemas, {f"{event.__name__}Message": payload})
    return {
        "asyncapi": "3.0.0",
        "id": "https://waakvlam.example/contracts/asyncapi.json",
        "info": _info(),
        "defaultContentType": bus.CONTENT_TYPE,
        "servers": {
            "bus": {
                "host": "bus.waakvlam.example:4222",
                "protocol": "nats",
                "description": "NATS with JetStream; each deployment has its own address.",
            }
        },
        "channels": {
            **{event.SUBJECT: _channel(event) for event in EVENTS},
            **{_channel_of(event): _partner_channel(event) for event in TOLD_TO_PARTNERS},
        },
        "operations": _operations(),
        "components": {"messages": messages, "schemas": schemas},
        "x-jetstream": {
            "stream": bus.STREAM,
            "subjects": [bus.SUBJECTS],
            "storage": "file",
            "retention": "limits",
            "discard": "new",
            "max-age": bus.KEPT_FOR,
            "max-message-bytes": bus.MAX_BYTES,
            "order": "per source and CloudEvents subject, by sequence from 1 without gaps",
        },
    }


def _info() -> Document:
    return {
        "title": "Waakvlam contract events",
        "version": version("waakvlam-contracts"),
        "description": (
            "What the services of Waakvlam tell each other: CloudEvents 1.0 with the Dutch government "
            "profile, structured mode. Personal values travel sealed; everything else is an id, a code, "
            "a number or a time. A breaking change is a new event with a new version, beside the old one."
        ),
        "tags": [{"name": service} for service in OWNED],
    }


def _channel(event: type[ContractEvent]) -> Document:
    return {
        "address": event.SUBJECT,
        "title": f"{event.SOURCE}: {_label(event)}",
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
        "x-jetstream": {"stream": bus.STREAM},
    }


def _partner_channel(event: type[ContractEvent]) -> Document:
    """One per organisation, in an account of its own; the organisation takes from its own consumer."""
    return {
        **_channel(event),
        "parameters": {
            "organisation": {
                "description": "The organisation's id, with ~ for a dot; it sees no other one's."
            },
            "event": {"description": "Name and version of what happened, such as escalated.v1."},
        },
        "x-jetstream": {"stream": bus.stream_for("{organisation}"), "consumer": bus.FEED},
    }


def _message(event: type[ContractEvent]) -> Document:
    return {
        "name": event.TYPE,
        "title": _label(event),
        "summary": inspect.cleandoc(event.__doc__ or "").split("\n")[0].replace("``", "`"),
        "contentType": bus.CONTENT_TYPE,
        "headers": {
            "type": "object",
            "required": [bus.CONTENT_TYPE_HEADER, bus.MESSAGE_ID_HEADER],
            "properties": {
                bus.CONTENT_TYPE_HEADER: {"const": bus.CONTENT_TYPE},
                bus.MESSAGE_ID_HEADER: {
                    "type": "string",
                    "format": "uuid",
                    "description": "The CloudEvents id; a message that is sent again keeps it.",
                },
            },
        },
        "payload": {"$ref": f"#/components/schemas/{event.__name__}Message"},
    }


def _operations() -> Document:
    made: Document = {}
    for owner, owned in OWNED.items():
        for event in owned:
            made[f"{owner}.sends.{event.__name__}"] = {
                "action": "send",
                "title": f"{owner} tells: {_label(event)}",
                **_about(event, owner),
            }
    for hearer, sources in HEARD_BY.items():
        for source in sources:
            for event in OWNED[source]:
                made[f"{hearer}.receives.{event.__name__}"] = {
                    "action": "receive",
                    "title": f"{hearer} hears: {_label(event)}",
                    **_about(event, hearer),
                    "x-jetstream": {
                        "consumer": "durable pull",
                        "filter-subject": bus.subjects_of(source),
                        "ack-policy": "explicit",
                        "max-deliver": -1,
                    },
                }
    for event in TOLD_TO_PARTNERS:
        made[f"{event.SOURCE}.shares.{event.__name__}"] = {
            "action": "send",
            "title": f"{event.SOURCE} tells a partner organisation: {_label(event)}",
            **_about(event, event.SOURCE),
        }
    return made


def _about(event: type[ContractEvent], service: str) -> Document:
    channel = f"#/channels/{_channel_of(event)}"
    return {
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"}],
        "tags": [{"name": service}],
    }


def _channel_of(event: type[ContractEvent]) -> str:
    """A channel's name; a partner's address has places in it, which a name cannot have."""
    return event.SUBJECT if event in EVENTS else event.TYPE


def _label(event: type[ContractEvent]) -> str:
    if event in EVENTS:
        return label("domain_events", event.__name__, "en")
    return inspect.cleandoc(event.__doc__ or "").split("\n")[0].rstrip(".")


def _add(schemas: Document, more: Document) -> None:
    for name, schema in more.items():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two different contract models are called {name}")
