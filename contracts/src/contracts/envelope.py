"""The envelope in which every contract event travels: CloudEvents 1.0 with the Dutch government profile.

A producer writes with :func:`envelope_text`; a consumer reads with :func:`parse`, or with :func:`peek` when
it only needs to know where a message belongs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Generic, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import SchemaValidator

from contracts.bus import CONTENT_TYPE, MAX_BYTES
from contracts.event import ContractEvent, class_of
from contracts.faults import UnknownType, UnknownVersion, Unparsable, faults_of
from contracts.strict_json import NotStrictJson, read_object
from contracts.values import EventType, Id, Instant, Position, SourceUrn, Traceparent
from contracts.writing import TooLarge, envelope_text, with_sequence

__all__ = [
    "CONTENT_TYPE",
    "MAX_BYTES",
    "ContractEvent",
    "Envelope",
    "Head",
    "TooLarge",
    "UnknownType",
    "UnknownVersion",
    "Unparsable",
    "class_of",
    "envelope_text",
    "parse",
    "peek",
    "with_sequence",
]

E = TypeVar("E", bound=ContractEvent, covariant=True)

_KNOWN = frozenset(
    {
        "id",
        "source",
        "specversion",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "sequence",
        "traceparent",
        "data",
    }
)
_attribute_name = re.compile(r"[a-z0-9]{1,20}")
_control = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Head(BaseModel):
    """Where a message belongs, read without looking at its data."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", defer_build=True)

    id: Id
    source: SourceUrn
    type: EventType
    subject: Id
    sequence: Position
    traceparent: Traceparent = None

    @property
    def service(self) -> str:
        """The service that published it: the last part of ``source``."""
        return self.source.rpartition(":")[2]


class Envelope(BaseModel, Generic[E]):
    """One message, read: where it comes from, which case it is about, its place there, what it tells.

    ``sequence`` counts per (source service, subject) from 1 without gaps. ``time`` is when the producer
    recorded it; when something happened stands in ``data``.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", defer_build=True)

    id: Id
    source: SourceUrn
    specversion: Literal["1.0"]
    type: EventType
    subject: Id
    time: Instant
    datacontenttype: Literal["application/json"]
    sequence: Position
    traceparent: Traceparent = None
    data: E

    @property
    def service(self) -> str:
        """The service that published it: the last part of ``source``."""
        return self.source.rpartition(":")[2]

    @property
    def extras(self) -> Mapping[str, str | int | bool | None]:
        """Extension attributes that we do not know: kept, never acted upon."""
        return self.model_extra or {}


def peek(raw: bytes) -> Head:
    """Where a message belongs, also when its data are broken. Raises Unparsable if that cannot be told.

    Much cheaper than :func:`parse`, and no substitute: nothing else is checked.
    """
    _require_size(raw)
    return cast("Head", _read(_head_validator(), raw))


def parse(raw: bytes) -> Envelope[ContractEvent]:
    """The one way in: a message that keeps its contract in every detail, or Unparsable.

    Raises UnknownType and UnknownVersion (both Unparsable) for what this version does not know. Unknown
    extension attributes are kept, unknown data fields ignored; all faults are told together.
    """
    _require_size(raw)
    fault = ""
    try:
        message = read_object(raw)
    except NotStrictJson as error:
        fault = f"the message {error}"
    if fault:
        raise Unparsable(fault)
    wire_type = message.get("type")
    if not isinstance(wire_type, str):
        raise Unparsable("type: is missing" if wire_type is None else "type: is not text")
    event_class = class_of(wire_type)
    faults = _extension_faults(message)
    envelope = cast("Envelope[ContractEvent]", _read(_envelope_validator(event_class), raw, faults))
    if envelope.service != event_class.SOURCE:
        faults.append(f"source: only the service {event_class.SOURCE} publishes this type")
    if faults:
        raise Unparsable(*faults)
    return envelope


def _require_size(raw: bytes) -> None:
    if len(raw) > MAX_BYTES:
        raise Unparsable(f"the message is larger than {MAX_BYTES} bytes")


def _extension_faults(message: Mapping[str, Any]) -> list[str]:
    faults = set()
    for name in message.keys() - _KNOWN:
        if name == "data_base64":
            faults.add("data_base64: is not used here; data is a JSON object")
        elif not _attribute_name.fullmatch(name):
            faults.add("an extension attribute: its name is not 1 to 20 of a-z and 0-9")
        elif not _is_attribute_value(message[name]):
            faults.add("an extension attribute: its value is neither text, whole number nor true or false")
    return sorted(faults)


def _is_attribute_value(value: Any) -> bool:
    if isinstance(value, str):
        return not _control.search(value)
    return value is None or (isinstance(value, int) and -(2**31) <= value < 2**31)


def _read(validator: SchemaValidator, raw: bytes, other_faults: Sequence[str] = ()) -> object:
    faults: list[str] = []
    try:
        return validator.validate_json(raw)
    except ValidationError as error:
        faults = faults_of(error)
    # Raised here and not in the handler: nothing may carry the refused content along as its context.
    raise Unparsable(*other_faults, *faults)


@cache
def _envelope_validator(event_class: type[ContractEvent]) -> SchemaValidator:
    return _built(Envelope[event_class])  # type: ignore[valid-type]


@cache
def _head_validator() -> SchemaValidator:
    return _built(Head)


def _built(model: type[BaseModel]) -> SchemaValidator:
    model.model_rebuild()
    return cast("SchemaValidator", model.__pydantic_validator__)
