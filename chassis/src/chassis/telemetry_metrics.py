"""Everything that is measured, in one list: name, kind, unit."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from opentelemetry.metrics import Counter, Histogram, Meter

from chassis.telemetry_attributes import attributes

__all__ = ["Instruments", "Kind", "Metric"]


class Kind(Enum):
    """How values of a metric add up."""

    COUNT = "counter"
    LEVEL = "gauge"
    SPREAD = "histogram"


class _Spec(NamedTuple):
    name: str
    kind: Kind
    unit: str
    tells: str


_S = Kind.SPREAD
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metric(Enum):
    """What can be measured."""

    HTTP_DURATION = _Spec("http.server.request.duration", _S, "s", "From request to answer")
    SAVE_DURATION = _Spec("waakvlam.save.duration", _S, "s", "One save, round trip included")
    MESSAGE_DURATION = _Spec("waakvlam.message.duration", _S, "s", "Handling one batch of messages")
    MESSAGE_AGE = _Spec("waakvlam.message.age", _S, "s", "From recorded at the source to applied here")
    RELAY_DURATION = _Spec("waakvlam.relay.duration", _S, "s", "Sending one window of outbox rows")
    RELAY_LAG = _Spec("waakvlam.relay.lag", Kind.LEVEL, "{row}", "Outbox rows not yet sent")
    RELAY_SENT = _Spec("waakvlam.relay.sent", Kind.COUNT, "{row}", "Outbox rows acknowledged by the bus")
    CONSUMER_LAG = _Spec("waakvlam.consumer.lag", Kind.LEVEL, "{message}", "Messages not yet taken")
    CONSUMER_PARKED = _Spec(
        "waakvlam.consumer.parked", Kind.LEVEL, "{message}", "Messages waiting for another"
    )
    MESSAGES = _Spec("waakvlam.consumer.messages", Kind.COUNT, "{message}", "Messages taken, by outcome")
    RETRIES = _Spec("waakvlam.consumer.retries", Kind.COUNT, "{attempt}", "Attempts after the first")
    PAUSES = _Spec(
        "waakvlam.consumer.pauses", Kind.COUNT, "{pause}", "Pauses because infrastructure was away"
    )
    DEAD_LETTERS = _Spec("waakvlam.dead_letters", Kind.COUNT, "{message}", "Messages given up")
    VIEW_LAG = _Spec("waakvlam.view.lag", Kind.LEVEL, "{event}", "Events not yet in the views")
    DEADLINES_FIRED = _Spec("waakvlam.deadlines.fired", Kind.COUNT, "{deadline}", "Deadlines that came due")
    DEADLINE_LATENESS = _Spec("waakvlam.deadlines.lateness", _S, "s", "From due to fired")
    CONNECTIONS = _Spec("waakvlam.database.connections", Kind.LEVEL, "{connection}", "Open connections")


class Instruments:
    """The instruments of one process, each made when it is first used."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._made: dict[Metric, object] = {}

    def record(self, metric: Metric, value: float, wanted: Mapping[str, object]) -> None:
        """Add to a count, set a level, or note a value of a spread."""
        instrument = self._made.get(metric) or self._made.setdefault(metric, self._make(metric))
        kept = attributes(wanted)
        if isinstance(instrument, Counter):
            instrument.add(value, kept)
        elif isinstance(instrument, Histogram):
            instrument.record(value, kept)
        else:
            instrument.set(value, kept)  # type: ignore[attr-defined]  # the SDK's gauge type is private

    def _make(self, metric: Metric) -> object:
        name, kind, unit, tells = metric.value
        if kind is Kind.COUNT:
            return self._meter.create_counter(name, unit, tells)
        if kind is Kind.LEVEL:
            return self._meter.create_gauge(name, unit, tells)
        return self._meter.create_histogram(name, unit, tells, explicit_bucket_boundaries_advisory=_SECONDS)
