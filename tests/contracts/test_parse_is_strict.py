from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.contracts.golden_files import GOLDEN

from contracts import UnknownType, UnknownVersion, Unparsable, parse, peek
from contracts.bus import MAX_BYTES
from contracts.casefile import Escalated
from contracts.strict_json import MAX_DEPTH

Message = dict[str, Any]
REQUIRED = ("id", "source", "specversion", "type", "subject", "time", "datacontenttype", "sequence", "data")


def escalated(**changed: Any) -> Message:
    message: Message = json.loads(GOLDEN["escalated.v1"])
    return message | changed


def raw(message: Message) -> bytes:
    return json.dumps(message).encode()


def faults(message: Message | bytes) -> tuple[str, ...]:
    with pytest.raises(Unparsable) as refused:
        parse(message if isinstance(message, bytes) else raw(message))
    assert refused.value.__context__ is None, "the refused content would travel along in the traceback"
    assert refused.value.reason == "; ".join(refused.value.faults)
    return refused.value.faults


@pytest.mark.parametrize("attribute", REQUIRED)
def test_every_required_attribute_must_be_there(attribute: str) -> None:
    message = escalated()
    del message[attribute]

    assert faults(message) == (f"{attribute}: is missing",)


@pytest.mark.parametrize("attribute", REQUIRED)
def test_null_is_no_value_for_a_required_attribute(attribute: str) -> None:
    assert faults(escalated(**{attribute: None}))[0].startswith(f"{attribute}: is ")


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("id", "1234"),
        ("id", ""),
        ("source", "https://example.org/casefile"),
        ("source", "urn:nld:kvknr:1234567:systeem:casefile"),
        ("source", "urn:nld:kvknr:12345678:systeem:casefile\n"),
        ("source", "urn:nld:oin:12345678:systeem:casefile"),
        ("specversion", "0.3"),
        ("specversion", 1.0),
        ("subject", "123456782"),
        ("subject", "b90c63b151195051 9cc2c1db5c9374bf"),
        ("subject", "b90c63b1511950519cc2c1db5c9374bf"),
        ("time", "2026-03-02T09:30:15"),
        ("time", "2026-03-02"),
        ("time", "2026-02-30T09:30:15Z"),
        ("time", "2026-03-02 09:30:15Z"),
        ("time", "1772443815"),
        ("time", 1772443815),
        ("datacontenttype", "text/xml"),
        ("datacontenttype", "application/cloudevents+json"),
        ("sequence", 7),
        ("sequence", "0"),
        ("sequence", "-1"),
        ("sequence", "07"),
        ("sequence", "7.0"),
        ("sequence", " 7"),
        ("sequence", "٧"),
        ("sequence", "9" * 19),
        ("data", []),
        ("data", "{}"),
    ],
)
def test_an_attribute_of_the_wrong_form_is_named(attribute: str, value: object) -> None:
    (fault,) = faults(escalated(**{attribute: value}))

    assert fault.startswith(f"{attribute}: ")


@pytest.mark.parametrize("time", ["2026-03-02T10:30:15+01:00", "2026-03-02t09:30:15.123456789z"])
def test_any_time_of_rfc_3339_with_an_offset_is_read(time: str) -> None:
    assert parse(raw(escalated(time=time))).time.utcoffset() is not None


@pytest.mark.parametrize("source", ["urn:nld:oin:00000001823288444000:systeem:casefile"])
def test_a_government_body_is_named_by_its_oin(source: str) -> None:
    assert parse(raw(escalated(source=source))).service == "casefile"


def test_only_the_owner_publishes_a_type() -> None:
    assert faults(escalated(source="urn:nld:kvknr:00000000:systeem:intake")) == (
        "source: only the service casefile publishes this type",
    )


def test_an_unknown_type_is_told_apart_so_that_a_reader_can_advance() -> None:
    message = raw(escalated(type="nl.ondersteuningsvragen.something-new.v1"))

    with pytest.raises(UnknownType):
        parse(message)
    assert peek(message).sequence == 7


def test_an_unknown_version_of_a_known_type_is_not_an_unknown_type() -> None:
    message = raw(escalated(type="nl.ondersteuningsvragen.escalated.v2"))

    with pytest.raises(UnknownVersion):
        parse(message)
    assert not issubclass(UnknownVersion, UnknownType)


@pytest.mark.parametrize("wire_type", ["", "escalated", 5, ["nl"], {"v": 1}])
def test_a_type_that_is_none_is_refused(wire_type: object) -> None:
    assert faults(escalated(type=wire_type))[0].startswith("type: ")


def test_unknown_attributes_are_kept_and_ignored() -> None:
    envelope = parse(raw(escalated(partitionkey="a", priority=3, urgent=True, nothing=None, copy="b")))

    assert envelope.extras == {
        "partitionkey": "a",
        "priority": 3,
        "urgent": True,
        "nothing": None,
        "copy": "b",
    }
    assert isinstance(envelope.data, Escalated)


@pytest.mark.parametrize("name", ["Upper", "with-dash", "with_underscore", "a" * 21, "", "é", "ok\n"])
def test_an_attribute_name_that_cloudevents_does_not_allow_is_refused(name: str) -> None:
    (fault,) = faults(escalated(**{name: "x"}))

    assert fault.startswith("an extension attribute: its name")


@pytest.mark.parametrize("value", [1.5, ["a"], {"a": 1}, 2**31, "a\x00b", "line\nline"])
def test_an_attribute_value_that_cloudevents_does_not_allow_is_refused(value: object) -> None:
    (fault,) = faults(escalated(something=value))

    assert fault.startswith("an extension attribute: its value")


def test_binary_data_is_refused_by_name() -> None:
    assert faults(escalated(data_base64="e30=")) == ("data_base64: is not used here; data is a JSON object",)


@pytest.mark.parametrize("traceparent", [None, "", "00-abc", "00-" + "Z" * 32 + "-" + "0" * 16 + "-01", 5])
def test_a_trace_context_that_is_not_well_formed_counts_as_absent(traceparent: object) -> None:
    assert parse(raw(escalated(traceparent=traceparent))).traceparent is None


def test_unknown_data_fields_are_ignored() -> None:
    message = escalated()
    message["data"]["added_later"] = {"anything": [1, 2, 3]}

    assert parse(raw(message)) == parse(raw(escalated()))


def test_all_faults_are_told_together_by_path() -> None:
    message = escalated(time="yesterday", Bad="x")
    del message["data"]["priority"]
    message["data"]["life_domains"] = ["wonen", "geheim"]
    message["data"]["indications"] = []
    message["data"]["languages"] = "nl"

    assert faults(message) == (
        "an extension attribute: its name is not 1 to 20 of a-z and 0-9",
        "time: does not have the form that the contract asks",
        "data.indications: has too few items",
        "data.priority: is missing",
        "data.life_domains.1: is not one of the values that the contract allows",
        "data.languages: is not a list",
    )


def test_many_faults_are_counted_and_not_all_listed() -> None:
    message = escalated()
    message["data"]["languages"] = ["Nederlands"] * 500

    told = faults(message)

    assert len(told) == 21
    assert told[-1] == "and 480 more faults"


@pytest.mark.parametrize(
    ("field", "value"),
    [("priority", "false"), ("priority", 0), ("part_id", 7), ("organisation", 7), ("languages", {"0": "nl"})],
)
def test_data_are_not_converted(field: str, value: object) -> None:
    message = escalated()
    message["data"][field] = value

    assert faults(message)[0].startswith(f"data.{field}: ")


def _twice(key: str) -> Callable[[bytes], bytes]:
    return lambda message: message.replace(f'"{key}"'.encode(), f'"{key}":null,"{key}"'.encode(), 1)


@pytest.mark.parametrize("key", ["id", "sequence", "type", "data", "priority"])
def test_a_key_twice_is_refused_wherever_it_stands(key: str) -> None:
    assert faults(_twice(key)(raw(escalated()))) == ("the message has a key twice in one object",)


def test_a_key_twice_is_seen_through_its_escapes() -> None:
    hidden = raw(escalated()).replace(b'"priority"', b'"priority":true,"\\u0070riority"')

    assert faults(hidden) == ("the message has a key twice in one object",)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("times", [MAX_DEPTH + 1, 500, 10_000])
def test_deep_nesting_is_refused(opening: bytes, times: int) -> None:
    closing = (b"]" if opening == b"[" else b"}") * times
    message = raw(escalated()).replace(
        b'"data": {', b'"data": {"extra": ' + opening * times + b"1" + closing + b","
    )

    assert faults(message) in {
        (f"the message is more than {MAX_DEPTH} levels deep",),
        (f"the message is larger than {MAX_BYTES} bytes",),
    }


def test_nesting_up_to_the_limit_is_allowed() -> None:
    inner = MAX_DEPTH - 2
    message = raw(escalated()).replace(
        b'"data": {', b'"data": {"extra": ' + b"[" * inner + b"]" * inner + b","
    )

    assert parse(message).sequence == 7


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (b"", "the message is not JSON at character 0"),
        (b"\xff\xfe{}", "the message is not UTF-8 at byte 0"),
        (b"\xef\xbb\xbf{}", "the message is not JSON at character 0"),
        (b'{"id":"a"', "the message is not JSON at character 9"),
        (b"{} {}", "the message is not JSON at character 3"),
        (b"[]", "the message is not a JSON object"),
        (b'"text"', "the message is not a JSON object"),
        (b'{"a":NaN}', "the message has a number that JSON does not know"),
        (b'{"a":-Infinity}', "the message has a number that JSON does not know"),
        (b'{"a":' + b"9" * 5000 + b"}", "the message has a number that JSON does not know"),
        (b"{}", "type: is missing"),
    ],
)
def test_what_is_no_json_object_is_told_as_such(message: bytes, fault: str) -> None:
    assert faults(message) == (fault,)


def test_json_in_another_encoding_is_refused() -> None:
    assert faults(json.dumps(escalated()).encode("utf-16"))[0].startswith("the message is not UTF-8")


def test_a_message_may_take_64_kib_and_not_a_byte_more() -> None:
    message = raw(escalated())
    padded = message + b" " * (MAX_BYTES - len(message))

    assert parse(padded).sequence == peek(padded).sequence == 7
    for read in (parse, peek):
        with pytest.raises(Unparsable, match=f"larger than {MAX_BYTES} bytes"):
            read(padded + b" ")


def test_peeking_finds_the_case_of_a_message_whose_data_are_broken() -> None:
    message = escalated(data={"nonsense": True})

    assert peek(raw(message)).subject == parse(raw(escalated())).subject
    assert faults(message)


@pytest.mark.parametrize("attribute", ["id", "source", "type", "subject", "sequence"])
def test_peeking_refuses_a_message_that_belongs_nowhere(attribute: str) -> None:
    message = escalated()
    del message[attribute]

    with pytest.raises(Unparsable, match=f"{attribute}: is missing"):
        peek(raw(message))
