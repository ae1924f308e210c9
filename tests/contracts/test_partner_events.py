"""What partners are told holds codes and ids only, on subjects that no organisation shares with another."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts import EVENTS, envelope_text, parse, with_sequence
from contracts.bus import shared_subject, stream_for, subjects_for
from contracts.json_schemas import schema_files
from contracts.partner import Fact, Ground, SharedEvent

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLUG = r"[a-z0-9][a-z0-9_.-]{0,63}"
FACTS: dict[str, Fact] = {
    "kind": "kind_visit",
    "happened_at": "2026-03-02T12:00:00Z",
    "priority": True,
    "indications": ("IF03",),
}


def a_shared_event() -> SharedEvent:
    return SharedEvent(
        event="nl.ondersteuningsvragen.escalated.v1",
        part_ids=(uuid4(),),
        category="dc_plan",
        grounds=(Ground(kind="consent", consent_id=uuid4()),),
        facts=FACTS,
    )


def message(event: SharedEvent) -> bytes:
    text = envelope_text(
        event, id=uuid4(), subject=uuid4(), time=AT, source_urn="urn:nld:kvknr:00000000:systeem:casefile"
    )
    return with_sequence(text, 3).encode()


def test_it_travels_in_the_same_envelope_and_fits_its_schema() -> None:
    raw = message(event := a_shared_event())
    assert parse(raw).data == event
    jsonschema.Draft202012Validator(schema_files()["shared-event.v1.json"]).validate(json.loads(raw))


@pytest.mark.parametrize(
    "fact", ["two words", "Jansen, P.", "06 12345678", "ë", {"box": "x"}, ["a", ["b"]], 1.5, "x" * 65, ""]
)
def test_a_sentence_or_something_sealed_is_no_fact(fact: object) -> None:
    with pytest.raises(ValidationError):
        SharedEvent.model_validate({**a_shared_event().model_dump(), "facts": {"said": fact}})


def test_without_a_ground_nothing_is_told() -> None:
    with pytest.raises(ValidationError):
        SharedEvent.model_validate({**a_shared_event().model_dump(), "grounds": ()})


@given(st.from_regex(SLUG, fullmatch=True), st.from_regex(SLUG, fullmatch=True))
def test_no_organisations_subjects_or_stream_are_part_of_anothers(one: str, other: str) -> None:
    if one == other:
        return
    assert stream_for(one) != stream_for(other)
    for event in EVENTS:
        assert not shared_subject(other, event.TYPE).startswith(subjects_for(one).removesuffix(">"))
        assert shared_subject(one, event.TYPE).startswith(subjects_for(one).removesuffix(">"))


def test_the_schema_is_in_the_repository() -> None:
    assert (Path(__file__).parents[2] / "contracts" / "schemas" / "shared-event.v1.json").exists()
