"""Everything that is measured, in one list: name, kind, unit.

metrics.retries.add(1, {"waakvlam.consumer": "casefile"})
metrics.relay_lag.record(0.2)
metrics.relay_backlog.set(3)
"""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.metrics import Counter, Histogram, Meter
from opentelemetry.metrics import _Gauge as Gauge

from chassis.telemetry_attributes import attributes

__all__ = ["Count", "Level", "Measures", "Spread", "metrics"]

Wanted = Mapping[str, object]
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class _Measure:
    """What is measured: a stable name and a unit. Without a meter it takes values and drops them."""

    def __init__(self, name: str, unit: str, tells: str) -> None:
        self.name, self.unit, self.tells = name, unit, tells

    def attach(self, meter: Meter | None) -> None:
        """Begin to record with a meter, or stop."""
        raise NotImplementedError


class Count(_Measure):
    """Adds up."""

    _counter: Counter | None = None

    def attach(self, meter: Meter | None) -> None:
        self._counter = meter.create_counter(self.name, self.unit, self.tells) if meter else None

    def add(self, value: int, wanted: Wanted | None = None) -> None:
        """So many more."""
        if (counter := self._counter) is not None:
            counter.add(value, attributes(wanted or {}))


class Spread(_Measure):
    """Values in buckets, for a median and a 99th percentile."""

    _histogram: Histogram | None = None

    def attach(self, meter: Meter | None) -> None:
        self._histogram = (
            meter.create_histogram(
                self.name, self.unit, self.tells, explicit_bucket_boundaries_advisory=_BUCKETS
            )
            if meter
            else None
        )

    def record(self, value: float, wanted: Wanted | None = None) -> None:
        """One more value."""
        if (histogram := self._histogram) is not None:
            histogram.record(value, attributes(wanted or {}))


class Level(_Measure):
    """How much there is now."""

    _gauge: Gauge | None = None

    def attach(self, meter: Meter | None) -> None:
        self._gauge = meter.create_gauge(self.name, self.unit, self.tells) if meter else None

    def set(self, value: float, wanted: Wanted | None = None) -> None:
        """So much at this moment."""
        if (gauge := self._gauge) is not None:
            gauge.set(value, attributes(wanted or {}))


class Measures:
    """The measures of a process."""

    def __init__(self) -> None:
        self.http_duration = Spread("http.server.request.duration", "s", "From request to answer")
        self.save_duration = Spread("waakvlam.save.duration", "s", "One save, round trip included")
        self.relay_lag = Spread("waakvlam.relay.lag", "s", "From saved to acknowledged by the bus")
        self.relay_backlog = Level("waakvlam.relay.backlog", "{row}", "Outbox rows not yet sent")
        self.relay_sent = Count("waakvlam.relay.sent", "{row}", "Outbox rows acknowledged by the bus")
        self.relay_retries = Count("waakvlam.relay.retries", "{row}", "Outbox rows to be sent again")
        self.consumer_lag = Spread("waakvlam.consumer.lag", "s", "From recorded at the source to applied")
        self.consumer_backlog = Level("waakvlam.consumer.backlog", "{message}", "Messages not yet taken")
        self.consumer_duration = Spread("waakvlam.consumer.duration", "s", "Handling one message or batch")
        self.consumer_pauses = Count("waakvlam.consumer.pauses", "{pause}", "Infrastructure was away")
        self.parked = Level("waakvlam.consumer.parked", "{message}", "Messages that wait for another")
        self.messages = Count("waakvlam.consumer.messages", "{message}", "Messages taken, by outcome")
        self.retries = Count("waakvlam.retries", "{attempt}", "Attempts after the first")
        self.dead_letters = Count("waakvlam.dead_letters", "{message}", "Messages given up")
        self.view_backlog = Level("waakvlam.view.backlog", "{event}", "Events not yet in the views")
        self.deadlines_fired = Count("waakvlam.deadlines.fired", "{deadline}", "Deadlines that came due")
        self.deadline_lag = Spread("waakvlam.deadlines.lag", "s", "From due to fired")
        self.connections = Level("waakvlam.database.connections", "{connection}", "Open connections")

    def attach(self, meter: Meter | None) -> None:
        """Begin to record with a meter, or stop."""
        for measure in vars(self).values():
            measure.attach(meter)


metrics = Measures()
