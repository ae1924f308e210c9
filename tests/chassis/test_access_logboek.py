"""Access records become Logboek records: one per person, in milliseconds, under activities that resolve."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.support.ids import an_id
from tests.support.lamps import NOON

from chassis.access.asking import Asking, Trace
from chassis.access.logboek import PERSON, SUBJECT, log_records, schema, write_lines
from chassis.clock import FixedClock
from chassis.http.processing import processing_router
from chassis.signin_principal import Principal
from contracts.processing import OTHER, register

BASE = "https://waakvlam.example/casefile/v1/processing-activities/"
VALID = Draft202012Validator(schema())
KIM = Principal("kim", "welzijn", frozenset({"role_coordinator"}))


def an_entry(
    *persons: UUID, subjects: int = 1, outcome: str = "ok", parent: str | None = None
) -> dict[str, Any]:
    asking = Asking(
        principal=KIM,
        who="0" * 32,
        clock=FixedClock(NOON),
        action="readCase",
        activity="casefile.read-case",
        trace=Trace("a" * 32, "b" * 16, parent),
    )
    asking.saw(subjects=[an_id("case", n) for n in range(subjects)], persons=persons)
    entry: dict[str, Any] = json.loads(asking.text(outcome))
    return entry


def told(entry: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(log_records(entry, service="casefile", register_uri=BASE))
    for record in found:
        VALID.validate(record)
    return found


def test_look_at_one_person_is_one_record() -> None:
    person = an_id("resident")

    [record] = told(an_entry(person))

    assert record["trace_id"] == "a" * 32
    assert record["span_id"] == "b" * 16
    assert record["parent_span_id"] is None
    assert record["status"] == "Ok"
    assert record["name"] == "readCase"
    assert record["end_time"] == int(NOON.timestamp() * 1000)
    assert record["attributes"] == {
        "dpl.core.processing_activity_id": f"{BASE}casefile.read-case",
        "dpl.core.data_subject_id": str(person),
        "dpl.core.data_subject_id_type": PERSON,
    }


def test_list_is_a_record_of_the_look_with_one_child_per_person() -> None:
    people = [an_id("resident", n) for n in range(50)]

    parent, *children = told(an_entry(*people, subjects=50))

    assert "dpl.core.data_subject_id" not in parent["attributes"]
    assert [one["attributes"]["dpl.core.data_subject_id"] for one in children] == [str(one) for one in people]
    assert {one["parent_span_id"] for one in children} == {parent["span_id"]}
    assert {one["trace_id"] for one in children} == {parent["trace_id"]}
    assert len({one["span_id"] for one in (parent, *children)}) == 51


def test_denied_look_is_an_error_about_its_subject() -> None:
    [record] = told(an_entry(outcome="not_found"))

    assert record["status"] == "Error"
    assert record["attributes"]["dpl.core.data_subject_id"] == str(an_id("case", 0))
    assert record["attributes"]["dpl.core.data_subject_id_type"] == SUBJECT


def test_call_from_outside_names_its_processor_and_its_span() -> None:
    [record] = told(an_entry(an_id("resident"), parent="c" * 16))

    assert record["parent_span_id"] == "c" * 16
    assert record["attributes"]["dpl.core.foreign_operation.processor"] == "urn:waakvlam:organisation:welzijn"


def test_who_looked_is_not_in_it() -> None:
    text = json.dumps(told(an_entry(an_id("resident"))))

    assert "0" * 32 not in text
    assert "role_coordinator" not in text


@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from(["ok", "replayed", "failed", "malformed"]))
def test_nothing_is_sampled_and_every_record_is_valid(persons: int, subjects: int, outcome: str) -> None:
    entry = an_entry(*[an_id("p", n) for n in range(persons)], subjects=subjects, outcome=outcome)

    records = told(entry)

    about = {one["attributes"].get("dpl.core.data_subject_id") for one in records} - {None}
    assert about == set(entry["persons"] or entry["subjects"])
    assert told(entry) == records


def test_activities_resolve_where_the_uri_says() -> None:
    """Every id that a record can name is served under the address that stands before it."""
    for service in ("casefile", "intake", "matching", "notifications"):
        paths = [route.path for route in processing_router(service, register()).routes]  # type: ignore[attr-defined]
        assert "/processing-activities/{activity_id}" in paths
        served = {one.id for one in register().of_service(service)}
        assert {
            OTHER,
            *(one.id for one in register().activities.values() if one.service == service),
        } <= served


def test_lines_are_written_as_they_come() -> None:
    file, steps = io.StringIO(), []

    def entries() -> Iterator[dict[str, Any]]:
        for n in range(3):
            yield an_entry(an_id("a", n), an_id("b", n))

    counted = write_lines(
        entries(), file, service="casefile", register_uri=BASE, progress=lambda *done: steps.append(done)
    )

    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert counted == (3, 9)
    assert steps == [(1, 3), (2, 6), (3, 9)]
    assert all(VALID.is_valid(line) for line in lines)


@pytest.mark.parametrize(
    "change",
    [
        {"trace_id": "A" * 32},
        {"span_id": "0" * 16},
        {"start_time": 1.5},
        {"start_time": 1772452800},
        {"status": "Fine"},
        {"who": "kim"},
        {"attributes": {}},
        {"attributes": {"dpl.core.processing_activity_id": "casefile.read-case"}},
        {
            "attributes": {
                "dpl.core.processing_activity_id": BASE,
                "dpl.core.data_subject_id": str(an_id("x")),
            }
        },
    ],
)
def test_schema_refuses_what_is_no_log_record(change: dict[str, Any]) -> None:
    """The negative control."""
    [record] = told(an_entry(an_id("resident")))

    assert not VALID.is_valid(record | change)
