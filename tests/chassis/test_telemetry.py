"""Traces follow a request across borders and tell nothing personal."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chassis.edge_lamps import CANARY, Room, a_room, ask
from tests.support.ids import an_id

from chassis import telemetry
from chassis.telemetry import current_trace_id, current_traceparent, metrics, note, span_from
from chassis.telemetry_attributes import ALLOWED, attributes, span_name

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"


@dataclass(frozen=True)
class Destination:
    """Where telemetry goes."""

    traces_dir: Path | None = None
    otlp_endpoint: str | None = None


@dataclass(frozen=True)
class Traces:
    """The files of a service; reading them ends the recording."""

    folder: Path

    def spans(self) -> list[dict[str, Any]]:
        telemetry.shutdown()
        return self._rows("lamps.jsonl")

    def measured(self) -> dict[str, dict[str, Any]]:
        telemetry.shutdown()
        return {row["name"]: row for row in self._rows("lamps.metrics.jsonl")}

    def everything(self) -> str:
        telemetry.shutdown()
        return "".join(file.read_text() for file in self.folder.iterdir())

    def _rows(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


@pytest.fixture
def traces(tmp_path: Path) -> Iterator[Traces]:
    telemetry.setup("lamps", Destination(traces_dir=tmp_path / "traces"))
    yield Traces(tmp_path / "traces")
    telemetry.shutdown()


def test_span_goes_on_from_a_stored_traceparent(traces: Traces) -> None:
    with span_from(PARENT, "hear nl.lamps.switched.v1", "consumer", {"waakvlam.position": 3}) as span:
        inside = current_traceparent()
        assert span.traceparent == inside

    [row] = traces.spans()
    assert inside == f"00-{TRACE}-{row['span_id']}-01"
    assert row["start"] <= row["end"]
    assert row | {"span_id": "", "start": 0, "end": 0} == {
        "trace_id": TRACE,
        "span_id": "",
        "parent_span_id": SPAN,
        "name": "hear nl.lamps.switched.v1",
        "kind": "consumer",
        "service": "lamps",
        "start": 0,
        "end": 0,
        "status": "unset",
        "attributes": {"waakvlam.position": 3},
        "links": [],
    }


def test_trace_crosses_a_border_as_one(traces: Traces) -> None:
    with span_from(None, "POST /v1/lamps", "server") as first:
        with span_from(None, "save"):
            stored = current_traceparent()
    with span_from(stored, "send", "producer") as sent:
        pass
    with span_from(sent.traceparent, "hear", "consumer"):
        pass

    rows = {row["name"]: row for row in traces.spans()}
    assert len({row["trace_id"] for row in rows.values()}) == 1
    assert rows["POST /v1/lamps"]["parent_span_id"] is None
    for name, parent in (("save", "POST /v1/lamps"), ("send", "save"), ("hear", "send")):
        assert rows[name]["parent_span_id"] == rows[parent]["span_id"]
    assert first.traceparent is not None


@pytest.mark.parametrize("bad", ["", "x", PARENT[:-1], f"00-{'0' * 32}-{SPAN}-01", "ff" + PARENT[2:]])
def test_malformed_traceparent_begins_a_trace_of_its_own(traces: Traces, bad: str) -> None:
    with span_from(bad, "hear"):
        pass

    [row] = traces.spans()
    assert row["parent_span_id"] is None
    assert row["trace_id"] != TRACE


def test_trace_that_others_do_not_sample_is_recorded_here(traces: Traces) -> None:
    with span_from(PARENT[:-2] + "00", "hear"):
        pass

    assert traces.spans()[0]["trace_id"] == TRACE


def test_other_causes_are_links(traces: Traces) -> None:
    with span_from(None, "drain", links=[PARENT, "nonsense"]):
        pass

    assert traces.spans()[0]["links"] == [{"trace_id": TRACE, "span_id": SPAN}]


def test_failed_span_has_the_class_of_the_error_and_not_its_text(traces: Traces) -> None:
    with pytest.raises(RuntimeError), span_from(None, "save"):
        raise RuntimeError(CANARY)

    [row] = traces.spans()
    assert row["status"] == "error"
    assert row["attributes"] == {"error.type": "RuntimeError"}
    assert CANARY not in traces.everything()


def test_notes_are_filtered_like_all_attributes(traces: Traces) -> None:
    subject = an_id("lamp")
    with span_from(None, "save", "internal", {"name": CANARY}) as span:
        span.note({"waakvlam.refusal": "LampBurnsAlready", "waakvlam.note": CANARY})
        note({"waakvlam.subject": subject, "waakvlam.source": "a b"})

    assert traces.spans()[0]["attributes"] == {
        "waakvlam.refusal": "LampBurnsAlready",
        "waakvlam.subject": str(subject),
    }


# The allow-list.


@given(st.dictionaries(st.sampled_from([*ALLOWED, "user.name", "http.url", "db.statement"]), st.text()))
def test_no_attribute_takes_free_text(wanted: dict[str, str]) -> None:
    for key, value in attributes(wanted).items():
        assert key in ALLOWED
        assert isinstance(value, str)
        assert not set(value) & set(" \t\n@,;'\"") or key == "http.route"
        assert value.isascii()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("waakvlam.subject", "Nour el Khatib"),
        ("waakvlam.subject", "123456782"),
        ("waakvlam.source", "0612345678"),
        ("waakvlam.source", "nour@lampen.example"),
        ("waakvlam.position", "3"),
        ("waakvlam.position", True),
        ("waakvlam.repeated", 1),
        ("http.request.method", "NOUR"),
        ("http.route", "/v1/lamps?name=Nour"),
        ("http.route", "/v1/Nour"),
        ("error.type", "it's Nour"),
        ("waakvlam.cause", None),
        ("waakvlam.cause", ["a"]),
        ("waakvlam.unknown", "code"),
    ],
)
def test_attribute_of_another_form_is_dropped(key: str, value: object) -> None:
    assert attributes({key: value}) == {}


def test_ids_may_be_given_as_they_are() -> None:
    assert attributes({"waakvlam.subject": UUID(int=1)}) == {"waakvlam.subject": str(UUID(int=1))}


def test_name_of_a_span_is_a_template_or_code() -> None:
    assert span_name("POST /v1/lamps/{lamp_id}/switchings") == "POST /v1/lamps/{lamp_id}/switchings"
    assert span_name("send cases.lamps.switched.v1") == "send cases.lamps.switched.v1"
    for bad in ("", "é", "GET /v1/lamps?name=Nour", "a\nb", "nour@lampen.example", "x" * 201):
        assert span_name(bad) == "unnamed"


# Requests.


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return a_room(tmp_path)


def test_request_is_named_by_its_template(traces: Traces, room: Room) -> None:
    ask(
        room.app,
        "POST",
        f"/v1/lamps/{an_id('lamp')}/blinks",
        headers=room.provider.headers() | {"Idempotency-Key": "k", "traceparent": PARENT},
    )

    [row] = traces.spans()
    assert row["name"] == "POST /v1/lamps/{lamp_id}/blinks"
    assert (row["kind"], row["trace_id"], row["parent_span_id"]) == ("server", TRACE, SPAN)
    assert row["attributes"] == {
        "http.request.method": "POST",
        "http.route": "/v1/lamps/{lamp_id}/blinks",
        "http.response.status_code": 200,
    }
    assert room.callers[0].traceparent == f"00-{TRACE}-{row['span_id']}-01"


def test_raw_addresses_queries_and_bodies_are_never_recorded(traces: Traces, room: Room) -> None:
    headers = room.provider.headers() | {"Idempotency-Key": CANARY, "User-Agent": CANARY}
    for method, path in (
        ("GET", f"/v1/lamps/{CANARY}"),
        ("GET", f"/v1/lamps?inRoom={CANARY}"),
        ("GET", f"/{CANARY}"),
        ("POST", f"/v1/lamps/{an_id('lamp')}/switchings"),
        ("GET", "/v1/faults/bug"),
        ("GET", "/v1/faults/refused"),
        (CANARY.upper(), "/v1/lamps"),
    ):
        ask(room.app, method, path, headers=headers, json={"notes": [CANARY]})

    assert CANARY.lower() not in traces.everything().lower()
    names = [row["name"] for row in traces.spans()]
    assert names.count("GET /unmatched") == 1
    assert "OTHER /v1/lamps" in names


def test_bug_is_an_error_that_the_answer_points_at(traces: Traces, room: Room) -> None:
    answer = ask(room.app, "GET", "/v1/faults/bug", headers=room.provider.headers())

    [row] = traces.spans()
    assert row["status"] == "error"
    assert row["attributes"]["error.type"] == "http-500"
    assert answer.json()["traceId"] == row["trace_id"]


def test_refusal_is_no_error(traces: Traces, room: Room) -> None:
    ask(room.app, "GET", "/v1/faults/refused", headers=room.provider.headers())

    assert traces.spans()[0]["status"] == "unset"


def test_health_questions_leave_no_spans(traces: Traces, room: Room) -> None:
    ask(room.app, "GET", "/v1/health/live")
    ask(room.app, "GET", "/v1/health/ready")
    ask(room.app, "GET", "/v1/openapi.json")

    assert [row["name"] for row in traces.spans()] == ["GET /v1/openapi.json"]


# Metrics.


def test_everything_measured_is_written_at_the_end(traces: Traces, room: Room) -> None:
    metrics.retries.add(2, {"waakvlam.source": "lamps"})
    metrics.retries.add(1, {"waakvlam.source": "lamps", "name": CANARY})
    metrics.relay_backlog.set(7)
    metrics.relay_lag.record(0.02)
    metrics.relay_lag.record(0.2)
    ask(room.app, "GET", "/v1/lamps", headers=room.provider.headers())

    rows = traces.measured()
    assert rows["waakvlam.retries"]["value"] == 3
    assert rows["waakvlam.retries"]["attributes"] == {"waakvlam.source": "lamps"}
    assert rows["waakvlam.relay.backlog"]["value"] == 7
    lag = rows["waakvlam.relay.lag"]
    assert (lag["count"], lag["min"], lag["max"], lag["unit"]) == (2, 0.02, 0.2, "s")
    assert len(lag["buckets"]) == len(lag["bounds"]) + 1
    asked = rows["http.server.request.duration"]
    assert asked["attributes"]["http.route"] == "/v1/lamps"
    assert asked["service"] == "lamps"


def test_every_measure_has_a_name_of_its_own() -> None:
    names = [measure.name for measure in vars(metrics).values()]

    assert len(names) == len(set(names))


# Where it goes.


def test_without_a_destination_nothing_is_recorded(tmp_path: Path, room: Room) -> None:
    telemetry.setup("lamps", Destination())

    with span_from(PARENT, "hear") as span:
        span.note({"waakvlam.position": 1})
        span.failed("x")
        assert span.traceparent is None
        assert current_traceparent() is None
    metrics.retries.add(1)
    metrics.relay_lag.record(1)
    metrics.relay_backlog.set(1)
    note({})

    assert not telemetry.is_on()
    assert len(current_trace_id()) == 32
    assert ask(room.app, "GET", "/v1/lamps", headers=room.provider.headers()).is_success
    assert {file.name for file in tmp_path.iterdir()} == {"jwks.json", "person-jwks.json", "person.jwk"}


def test_recording_begins_anew_after_an_end(traces: Traces, tmp_path: Path) -> None:
    telemetry.setup("lamps", Destination(traces_dir=tmp_path / "other"))
    metrics.retries.add(1)
    with span_from(None, "save"):
        pass
    telemetry.shutdown()
    telemetry.shutdown()

    assert (traces.folder / "lamps.jsonl").exists() is False
    assert '"save"' in (tmp_path / "other" / "lamps.jsonl").read_text()
    assert '"waakvlam.retries"' in (tmp_path / "other" / "lamps.metrics.jsonl").read_text()


def test_address_takes_precedence_and_gets_traces_and_metrics(tmp_path: Path) -> None:
    received: dict[str, bytes] = {}

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        telemetry.setup("lamps", Destination(tmp_path / "t", f"http://127.0.0.1:{server.server_port}/"))
        with span_from(PARENT, "hear"):
            metrics.retries.add(1)
        telemetry.shutdown()
        server.shutdown()
        thread.join()

    assert set(received) == {"/v1/traces", "/v1/metrics"}
    assert bytes.fromhex(TRACE) in received["/v1/traces"]
    assert b"service.name" in received["/v1/traces"]
    assert socket.gethostname().encode() not in b"".join(received.values())
    assert not (tmp_path / "t").exists()


def test_libraries_have_nothing_to_record_with(traces: Traces) -> None:
    """The global providers stay unset: instrumentation inside libraries would record addresses and texts."""
    from opentelemetry import metrics as global_metrics
    from opentelemetry import trace as global_trace

    assert type(global_trace.get_tracer_provider()).__name__ == "ProxyTracerProvider"
    assert type(global_metrics.get_meter_provider()).__name__ == "_ProxyMeterProvider"
