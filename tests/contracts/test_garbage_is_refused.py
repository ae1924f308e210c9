"""Whatever arrives, parsing gives an envelope that keeps its contract, or says why not and quotes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.golden_files import GOLDEN

from contracts import Envelope, Head, Unparsable, parse, peek
from contracts.json_schemas import schema_files

CANARY = "Wilhelmina-Pieterse-0612345678"
CHECKERS = {
    name.removesuffix(".json"): jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    for name, schema in schema_files().items()
}

T = TypeVar("T")

golden = st.sampled_from(sorted(GOLDEN))
snippets = st.binary(max_size=6) | st.sampled_from([b'"', b"\\", b"{", b"\x00", b"\xff"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(CANARY)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


def outcome(reading: Callable[[bytes], T], message: bytes) -> T | Unparsable:
    try:
        return reading(message)
    except Unparsable as refused:
        return refused


def read(message: bytes) -> Envelope[Any] | None:
    """The envelope, or None when it was refused as it should be."""
    head, envelope = outcome(peek, message), outcome(parse, message)
    for refused in (head, envelope):
        if isinstance(refused, Unparsable):
            assert CANARY not in repr(refused)
            assert refused.__context__ is refused.__cause__ is None
            assert refused.faults
            assert all(refused.faults)
    if isinstance(envelope, Unparsable):
        return None
    assert isinstance(envelope, Envelope)
    assert isinstance(head, Head), "what parses has a place"
    return envelope


@given(st.binary(max_size=200))
def test_random_bytes(message: bytes) -> None:
    assert read(message) is None


@given(values)
def test_random_json(value: object) -> None:
    assert read(json.dumps(value).encode()) is None


@given(golden, st.data())
def test_bytes_of_a_message_changed(name: str, data: st.DataObject) -> None:
    message = bytearray(GOLDEN[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(message)))
        end = data.draw(st.integers(start, min(len(message), start + 12)))
        message[start:end] = data.draw(snippets)
    read(bytes(message))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, as the keys and indexes that lead to it."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def changed(message: Any, path: tuple[Any, ...], how: str, value: object) -> Any:
    if not path:
        return value
    holder = message
    for key in path[:-1]:
        holder = holder[key]
    if how == "replace":
        holder[path[-1]] = value
    elif how == "remove":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder[CANARY if how == "plant" else str(value)] = value
    else:
        holder.insert(path[-1], value)
    return message


@given(golden, st.data())
def test_values_of_a_message_changed(name: str, data: st.DataObject) -> None:
    message = json.loads(GOLDEN[name])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(message)))
        how = data.draw(st.sampled_from(["replace", "remove", "add", "plant"]))
        message = changed(message, path, how, data.draw(values))

    envelope = read(json.dumps(message).encode())

    if envelope is not None:
        message.pop("traceparent", None)  # one that is not well formed is read as absent
        CHECKERS[envelope.type.removeprefix("nl.ondersteuningsvragen.")].validate(message)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_no_text_put_in_any_place_is_ever_quoted(name: str) -> None:
    for path in places(json.loads(GOLDEN[name])):
        envelope = read(json.dumps(changed(json.loads(GOLDEN[name]), path, "replace", CANARY)).encode())
        assert envelope is None or path == ("traceparent",), f"{path} takes any text"
