"""Traces and metrics of a process: one trace per request, across outbox, bus and inbox, nothing personal.

A process calls `setup` when it begins and `shutdown` at its end. Without an OTLP address and
without a folder all of this does nothing and costs next to nothing. The libraries' own instrumentation stays
without a provider on purpose: it would record paths, addresses and texts of exceptions.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis.telemetry_attributes import attributes, span_name
from chassis.telemetry_files import FileMetricExporter, FileSpanExporter
from chassis.telemetry_metrics import metrics

__all__ = [
    "ActiveSpan",
    "Kind",
    "Telemetry",
    "current_trace_id",
    "current_traceparent",
    "is_on",
    "metrics",
    "note",
    "setup",
    "shutdown",
    "span_from",
]

SPANS_EVERY_MS = 500
METRICS_EVERY_MS = 10_000


Kind = Literal["internal", "server", "client", "producer", "consumer"]


class Destination(Protocol):
    """As much of the settings as telemetry needs."""

    @property
    def traces_dir(self) -> Path | None: ...
    @property
    def otlp_endpoint(self) -> str | None: ...


class Telemetry:
    """What a process sends its traces and metrics with; made by `setup`."""

    def __init__(self, service: str, spans: SpanExporter, measures: MetricExporter) -> None:
        resource = Resource({"service.name": service})
        self._spans = TracerProvider(ALWAYS_ON, resource, shutdown_on_exit=False)
        self._spans.add_span_processor(BatchSpanProcessor(spans, schedule_delay_millis=SPANS_EVERY_MS))
        reader = PeriodicExportingMetricReader(measures, export_interval_millis=METRICS_EVERY_MS)
        self._metrics = MeterProvider([reader], resource, shutdown_on_exit=False)
        self.tracer = self._spans.get_tracer("chassis")
        metrics.attach(self._metrics.get_meter("chassis"))

    def shutdown(self) -> None:
        """Send what is left, then stop."""
        metrics.attach(None)
        self._spans.shutdown()
        self._metrics.shutdown()


# A process has one telemetry, as it has one standard error; tests set it up and shut it down.
_active: Telemetry | None = None


def setup(service: str, settings: Destination) -> None:
    """Begin to record: to the OTLP address if there is one, else to files in ``traces_dir``, else nothing."""
    global _active
    shutdown()
    if settings.otlp_endpoint:
        _active = Telemetry(service, *_otlp(settings.otlp_endpoint.rstrip("/")))
    elif settings.traces_dir:
        folder = settings.traces_dir
        _active = Telemetry(service, FileSpanExporter(folder, service), FileMetricExporter(folder, service))


def shutdown() -> None:
    """Send what is left, then record nothing any more."""
    global _active
    ending, _active = _active, None
    if ending is not None:
        ending.shutdown()


def _otlp(base: str) -> tuple[SpanExporter, MetricExporter]:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(f"{base}/v1/traces"), OTLPMetricExporter(f"{base}/v1/metrics")


def is_on() -> bool:
    """Whether anything is recorded."""
    return _active is not None


class ActiveSpan:
    """A span that is open. It takes attributes of the allow-list only."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def note(self, wanted: Mapping[str, object]) -> None:
        """Add attributes."""
        self._span.set_attributes(attributes(wanted))

    def failed(self, code: str) -> None:
        """Mark the span as failed, by a code or an exception's class name."""
        self._span.set_attributes(attributes({"error.type": code}))
        self._span.set_status(Status(StatusCode.ERROR))

    @property
    def traceparent(self) -> str | None:
        """To go on from this span elsewhere."""
        return _traceparent(self._span)


_NO_SPAN = ActiveSpan(trace.INVALID_SPAN)


@contextmanager
def span_from(
    traceparent: str | None,
    name: str,
    kind: Kind = "internal",
    wanted: Mapping[str, object] | None = None,
    links: Iterable[str] = (),
) -> Iterator[ActiveSpan]:
    """An open span, current inside the block. ``links`` are traceparents of other causes.

    It goes on from ``traceparent``, or from the current span when that is None or malformed. An exception
    marks it failed by class name only, and goes on.
    """
    if _active is None:
        yield _NO_SPAN
        return
    span = _active.tracer.start_span(
        span_name(name),
        _context_of(traceparent) if traceparent else None,
        SpanKind[kind.upper()],
        attributes(wanted or {}),
        [Link(context) for context in map(_span_context, links) if context.is_valid],
        record_exception=False,
        set_status_on_exception=False,
    )
    active = ActiveSpan(span)
    token = otel_context.attach(trace.set_span_in_context(span))
    try:
        yield active
    except Exception as error:
        active.failed(type(error).__name__)
        raise
    finally:
        otel_context.detach(token)
        span.end()


def note(wanted: Mapping[str, object]) -> None:
    """Add attributes to the current span."""
    if _active is not None:
        trace.get_current_span().set_attributes(attributes(wanted))


def current_traceparent() -> str | None:
    """The current span as a W3C ``traceparent``, to store with what comes of it; None without one."""
    return _traceparent(trace.get_current_span())


def current_trace_id() -> str:
    """The trace id to give to a person who asks for help; a new one when nothing is recorded."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else secrets.token_hex(16)


def _traceparent(span: Span) -> str | None:
    context = span.get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


_PROPAGATOR = TraceContextTextMapPropagator()


def _context_of(traceparent: str) -> otel_context.Context:
    # Only the traceparent: baggage and tracestate of others are not carried on.
    return _PROPAGATOR.extract({"traceparent": traceparent})


def _span_context(traceparent: str) -> trace.SpanContext:
    context = _PROPAGATOR.extract({"traceparent": traceparent}, otel_context.Context())
    return trace.get_current_span(context).get_span_context()
