from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.contracts.examples import CASE, EXAMPLES, SEARCH, TRACEPARENT, VOLUNTEER, at
from tests.support.ids import an_id

from contracts import ContractEvent, Envelope, TooLarge, envelope_text, parse, with_sequence
from contracts.bus import MAX_BYTES
from contracts.casefile import Escalated
from contracts.matching import Option, OptionsOffered

ESCALATED = EXAMPLES["escalated.v1"]
URN = "urn:nld:kvknr:00000000:systeem:casefile"


def text(event: ContractEvent = ESCALATED, **changed: Any) -> str:
    given: dict[str, Any] = {
        "id": an_id("event", 1),
        "subject": CASE,
        "time": at(3, 2),
        "source_urn": URN,
        "traceparent": TRACEPARENT,
    }
    return envelope_text(event, **given | changed)


@given(
    event=st.sampled_from(sorted(EXAMPLES)).map(EXAMPLES.__getitem__),
    id=st.uuids(),
    subject=st.uuids(),
    time=st.datetimes(
        datetime(1970, 1, 1),  # noqa: DTZ001
        datetime(2199, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
    ),
    position=st.integers(1, 10**18 - 1),
    owner=st.from_regex(r"(kvknr:[0-9]{8}|oin:[0-9]{20})", fullmatch=True),
    traced=st.booleans(),
)
def test_what_is_written_is_read_back_the_same(
    event: ContractEvent, id: Any, subject: Any, time: datetime, position: int, owner: str, traced: bool
) -> None:
    source = f"urn:nld:{owner}:systeem:{event.SOURCE}"
    traceparent = TRACEPARENT if traced else None
    written = envelope_text(
        event, id=id, subject=subject, time=time, source_urn=source, traceparent=traceparent
    )

    envelope = parse(with_sequence(written, position).encode())

    assert envelope == Envelope[type(event)](  # type: ignore[misc, operator]
        id=id,
        source=source,
        specversion="1.0",
        type=event.TYPE,
        subject=subject,
        time=time,
        datacontenttype="application/json",
        sequence=position,
        traceparent=traceparent,
        data=event,
    )


def test_the_text_waits_for_its_sequence_before_the_last_brace() -> None:
    written = text()

    assert '"sequence"' not in written
    assert with_sequence(written, 12) == written[:-1] + ',"sequence":"12"}'
    assert parse(with_sequence(written, 12).encode()).sequence == 12


def test_time_is_written_in_utc() -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))

    assert '"time":"2026-07-01T10:00:00Z"' in text(time=summer)


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        text(time=datetime(2026, 7, 1, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize("traceparent", [None, "", "00-xyz", TRACEPARENT + "\n", TRACEPARENT + '","id":"1'])
def test_a_trace_context_that_is_not_well_formed_is_left_out(traceparent: str | None) -> None:
    written = text(traceparent=traceparent)

    assert "traceparent" not in written
    assert parse(with_sequence(written, 1).encode()).traceparent is None


@pytest.mark.parametrize(
    "source",
    [
        "urn:nld:kvknr:00000000:systeem:intake",
        "urn:nld:kvknr:0000000:systeem:casefile",
        URN + "\n",
        "casefile",
    ],
)
def test_only_the_owner_can_write_an_event(source: str) -> None:
    with pytest.raises(ValueError, match="urn:nld:kvknr:<8 digits>:systeem:casefile"):
        text(source_urn=source)


def options_offered(number: int) -> OptionsOffered:
    option = Option(
        supporter_id=VOLUNTEER,
        kind="volunteer",
        formality="informal",
        organisation="voorbeeld_steunpunt",
        because=("mat_language",),
    )
    return OptionsOffered(search_id=SEARCH, part_id=None, round=1, options=(option,) * number, answers=None)


def test_an_event_that_would_not_fit_is_refused_before_it_is_saved() -> None:
    source = "urn:nld:kvknr:00000000:systeem:matching"
    one, two = (len(text(options_offered(number), source_urn=source)) for number in (1, 2))
    room_for_sequence = len(',"sequence":"999999999999999999"')
    most = (MAX_BYTES - room_for_sequence - one) // (two - one) + 1

    largest = with_sequence(text(options_offered(most), source_urn=source), 10**18 - 1)

    assert parse(largest.encode()).data == options_offered(most)
    with pytest.raises(TooLarge, match="OptionsOffered would take"):
        text(options_offered(most + 1), source_urn=source)


def test_events_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        ESCALATED.priority = True  # type: ignore[attr-defined]


def test_an_event_takes_real_values_and_converts_nothing() -> None:
    known = ESCALATED.model_dump()
    for field, value in (
        ("escalation_id", str(known["escalation_id"])),
        ("priority", 1),
        ("languages", ["nl"]),
        ("indications", ()),
    ):
        with pytest.raises(ValidationError):
            Escalated(**known | {field: value})


def test_an_event_needs_an_aware_time() -> None:
    for naive in (datetime(2026, 3, 2), "2026-03-02T09:00:00Z"):  # noqa: DTZ001
        with pytest.raises(ValidationError):
            EXAMPLES["case-reopened.v1"].__class__(reopened_at=naive)
    assert EXAMPLES["case-reopened.v1"].__class__(reopened_at=datetime(2026, 3, 2, tzinfo=UTC))


def test_two_classes_cannot_have_one_type() -> None:
    with pytest.raises(TypeError, match="is the type of Escalated already"):

        class Another(ContractEvent):
            TYPE = "nl.ondersteuningsvragen.escalated.v1"
            SUBJECT = "cases.casefile.escalated.v1"
            SOURCE = "casefile"
