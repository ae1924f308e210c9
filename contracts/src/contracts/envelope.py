"""The envelope in which every contract event travels: CloudEvents 1.0 with the Dutch government profile.

A producer writes with :func:`envelope_text`; a consumer reads with :func:`parse`, or with :func:`peek` when
it only needs to know where a message belongs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, cast
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from contracts.faults import faults_of
from contracts.strict_json import NotStrictJson, read_object
from contracts.values import ContractValue, Id, Instant

MAX_BYTES = 64 * 1024
CONTENT_TYPE = "application/cloudevents+json"
TYPE_PATTERN = r"^[a-z][a-z0-9]*(\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]{0,3}$"
SOURCE_PATTERN = r"^urn:nld:(kvknr:[0-9]{8}|oin:[0-9]{20}):systeem:[a-z][a-z0-9-]{0,39}$"
SEQUENCE_PATTERN = r"^[1-9][0-9]{0,17}$"
TRACEPARENT_PATTERN = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"

_REQUIRED = frozenset(
    {"id", "source", "specversion", "type", "subject", "time", "datacontenttype", "sequence", "data"}
)
_KNOWN = _REQUIRED | {"traceparent"}
_attribute_name = re.compile(r"[a-z0-9]{1,20}")
_source = re.compile(SOURCE_PATTERN)
_traceparent = re.compile(TRACEPARENT_PATTERN)
_SEQUENCE_ROOM = len(',"sequence":"999999999999999999"')


class Unparsable(Exception):
    """A message that does not keep its contract: a message fault, for the dead letters.

    ``faults`` names all that is wrong by field path, without quoting content; so does ``str()``.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))

    @property
    def reason(self) -> str:
        """All faults in one line, fit for a log and a dead letter."""
        return str(self)


class UnknownType(Unparsable):
    """A type that this version does not know. Who hears a whole source may advance past it."""


class UnknownVersion(Unparsable):
    """A version, unknown here, of a type that is known: deploy this reader before that writer."""


class TooLarge(ValueError):
    """An event that would not fit in a message of 64 KiB; said before it is saved."""


class ContractEvent(ContractValue):
    """A fact that one service tells the others; the subclasses live in ``contracts.<service>``."""

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]
    SOURCE: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        wire_type = cls.__dict__.get("TYPE")
        if wire_type is None:
            return
        known = _classes.setdefault(wire_type, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"{wire_type} is the type of {known.__qualname__} already")
        _classes[wire_type] = cls
        _names.add(wire_type.rpartition(".v")[0])


_classes: dict[str, type[ContractEvent]] = {}
_names: set[str] = set()

E = TypeVar("E", bound=ContractEvent, covariant=True)


@dataclass(frozen=True, slots=True)
class _DecimalText:
    """A whole number from 1, as a string of decimals on the wire."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(pattern=SEQUENCE_PATTERN, strict=True)
        number = core_schema.int_schema(strict=False, ge=1)
        return core_schema.json_or_python_schema(
            core_schema.chain_schema([text, number]), core_schema.int_schema(strict=True, ge=1)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": SEQUENCE_PATTERN}


@dataclass(frozen=True, slots=True)
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
        return {"type": ["string", "null"]}


class Envelope(BaseModel, Generic[E]):
    """One message, read: where it comes from, which case it is about, its place there, what it tells.

    ``sequence`` counts per (source service, subject) from 1 without gaps. ``time`` is when the producer
    recorded it; when something happened stands in ``data``.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", defer_build=True)

    id: Id
    source: Annotated[str, StringConstraints(pattern=SOURCE_PATTERN)]
    specversion: Literal["1.0"]
    type: Annotated[str, StringConstraints(pattern=TYPE_PATTERN, max_length=200)]
    subject: Id
    time: Instant
    datacontenttype: Literal["application/json"]
    sequence: Annotated[int, _DecimalText()]
    traceparent: Annotated[str | None, _TraceContext()] = None
    data: E

    @property
    def service(self) -> str:
        """The service that published it: the last part of ``source``."""
        return self.source.rpartition(":")[2]

    @property
    def extras(self) -> Mapping[str, str | int | bool | None]:
        """Extension attributes that we do not know: kept, never acted upon."""
        return self.model_extra or {}


class Head(BaseModel):
    """Where a message belongs, read without looking at its data."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", defer_build=True)

    id: Id
    source: Annotated[str, StringConstraints(pattern=SOURCE_PATTERN)]
    type: Annotated[str, StringConstraints(pattern=TYPE_PATTERN, max_length=200)]
    subject: Id
    sequence: Annotated[int, _DecimalText()]
    traceparent: Annotated[str | None, _TraceContext()] = None

    @property
    def service(self) -> str:
        """The service that published it: the last part of ``source``."""
        return self.source.rpartition(":")[2]


def peek(raw: bytes) -> Head:
    """Where a message belongs, also when its data are broken. Raises Unparsable if that cannot be told.

    Much cheaper than :func:`parse`, and no substitute: nothing else is checked.
    """
    if len(raw) > MAX_BYTES:
        raise Unparsable(f"the message is larger than {MAX_BYTES} bytes")
    return cast("Head", _read(_head_validator(), raw))


def parse(raw: bytes) -> Envelope[ContractEvent]:
    """The one way in: a message that keeps its contract in every detail, or Unparsable.

    Raises UnknownType and UnknownVersion (both Unparsable) for what this version does not know. Unknown
    extension attributes are kept, unknown data fields ignored; all faults are told together.
    """
    if len(raw) > MAX_BYTES:
        raise Unparsable(f"the message is larger than {MAX_BYTES} bytes")
    fault = ""
    try:
        message = read_object(raw)
    except NotStrictJson as error:
        fault = f"the message {error}"
    if fault:
        raise Unparsable(fault)
    event_class = _class_of(message)
    faults = _attribute_faults(message)
    envelope = cast("Envelope[ContractEvent]", _read(_envelope_validator(event_class), raw, faults))
    if envelope.service != event_class.SOURCE:
        faults.append(f"source: only the service {event_class.SOURCE} publishes this type")
    if faults:
        raise Unparsable(*faults)
    return envelope


def envelope_text(
    event: ContractEvent,
    *,
    id: UUID,
    subject: UUID,
    time: datetime,
    source_urn: str,
    traceparent: str | None = None,
) -> str:
    """The message as JSON text, still without ``sequence``: the store gives the position while it saves.

    It ends in ``}``, which :func:`with_sequence` (or the store) replaces by ``,"sequence":"N"}``. ``time``
    must be aware; a ``traceparent`` that is not well formed is left out. Raises TooLarge above 64 KiB and
    ValueError for a ``source_urn`` that is not a URN of the event's owner.
    """
    if time.tzinfo is None:
        raise ValueError("time must be aware")
    _require_owner(source_urn, event.SOURCE)
    trace = f'"traceparent":"{traceparent}",' if traceparent and _traceparent.fullmatch(traceparent) else ""
    at = time.astimezone(UTC).isoformat().removesuffix("+00:00")
    text = (
        f'{{"specversion":"1.0","id":"{id}","source":"{source_urn}","type":"{event.TYPE}",'
        f'"subject":"{subject}","time":"{at}Z","datacontenttype":"application/json",{trace}'
        f'"data":{event.model_dump_json()}}}'
    )
    if len(text) + _SEQUENCE_ROOM > MAX_BYTES:
        size = len(text.encode())
        if size + _SEQUENCE_ROOM > MAX_BYTES:
            raise TooLarge(f"{type(event).__name__} would take {size} bytes of the {MAX_BYTES} allowed")
    return text


def with_sequence(text: str, position: int) -> str:
    """The whole message: ``envelope_text`` with its place (from 1) among the case's messages."""
    return f'{text[:-1]},"sequence":"{position}"}}'


def _class_of(message: dict[str, Any]) -> type[ContractEvent]:
    wire_type = message.get("type")
    if not isinstance(wire_type, str):
        raise Unparsable("type: is missing" if wire_type is None else "type: is not text")
    event_class = _classes.get(wire_type)
    if event_class is not None:
        return event_class
    if wire_type.rpartition(".v")[0] in _names:
        raise UnknownVersion("type: this version of the type is not known here; a newer version reads it")
    raise UnknownType("type: is not known here")


def _attribute_faults(message: dict[str, Any]) -> list[str]:
    faults = []
    for name in message.keys() - _KNOWN:
        value = message[name]
        if name == "data_base64":
            faults.append("data_base64: is not used here; data must be a JSON object")
        elif not _attribute_name.fullmatch(name):
            faults.append("an extension attribute: its name is not 1 to 20 of a-z and 0-9")
        elif not (value is None or isinstance(value, str | int)):
            faults.append("an extension attribute: its value is neither text, whole number nor true or false")
    return sorted(set(faults))


def _read(validator: SchemaValidator, raw: bytes, others: list[str] | None = None) -> object:
    faults: list[str] = []
    try:
        return validator.validate_json(raw)
    except ValidationError as error:
        faults = faults_of(error)
    # Raised here and not in the handler: nothing may carry the refused content along as its context.
    raise Unparsable(*(others or ()), *faults)


@cache
def _envelope_validator(event_class: type[ContractEvent]) -> SchemaValidator:
    return _built(Envelope[event_class])  # type: ignore[valid-type]


@cache
def _head_validator() -> SchemaValidator:
    return _built(Head)


def _built(model: type[BaseModel]) -> SchemaValidator:
    model.model_rebuild()
    return cast("SchemaValidator", model.__pydantic_validator__)


@lru_cache(maxsize=64)
def _require_owner(source_urn: str, owner: str) -> None:
    if not _source.fullmatch(source_urn) or source_urn.rpartition(":")[2] != owner:
        raise ValueError(f"the source of an event of {owner} is urn:nld:kvknr:<8 digits>:systeem:{owner}")
