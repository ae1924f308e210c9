"""Traces and metrics as JSON lines in local files, for when there is no collector.

One line per span (``trace_id, span_id, parent_span_id, name, kind, service, start, end, status, attributes,
links``; times in nanoseconds) or per measured series. A file rotates at 64 MiB; two older ones are kept.
Several processes may write one file: lines stay whole, and one of them rotates it.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opentelemetry.sdk.metrics.export import (
    HistogramDataPoint,
    MetricExporter,
    MetricExportResult,
    MetricsData,
    NumberDataPoint,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

__all__ = ["FileMetricExporter", "FileSpanExporter", "RotatingLines"]

log = logging.getLogger(__name__)
MAX_BYTES = 64 * 1024 * 1024
KEEP = 2


class RotatingLines:
    """Appends lines to a file that rotates."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, keep: int = KEEP) -> None:
        self._path, self._max_bytes, self._keep = path, max_bytes, keep
        self._mutex = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def append(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows as lines, all or none of a call in one write."""
        data = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()
        with self._mutex, self._locked() as fd:
            if os.fstat(fd).st_size and os.fstat(fd).st_size + len(data) > self._max_bytes:
                self._rotate()
                with self._locked() as fresh:
                    os.write(fresh, data)
            else:
                os.write(fd, data)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file of now, locked: another process may have rotated it while we waited."""
        while True:
            fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                if self._is_current(fd):
                    yield fd
                    return
            finally:
                os.close(fd)

    def _is_current(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), os.stat(self._path))
        except FileNotFoundError:
            return False

    def _rotate(self) -> None:
        names = [self._path, *(Path(f"{self._path}.{number}") for number in range(1, self._keep + 1))]
        for older, newer in reversed(list(zip(names[1:], names, strict=False))):
            if newer.exists():
                os.replace(newer, older)


class FileSpanExporter(SpanExporter):
    """Spans to ``<folder>/<service>.jsonl``."""

    def __init__(self, folder: Path, service: str) -> None:
        self._lines, self._service = RotatingLines(folder / f"{service}.jsonl"), service

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            self._lines.append([_span_row(span, self._service) for span in spans])
        except OSError as error:
            log.warning("traces cannot be written: %s", type(error).__name__)
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS


class FileMetricExporter(MetricExporter):
    """Metrics to ``<folder>/<service>.metrics.jsonl``."""

    def __init__(self, folder: Path, service: str) -> None:
        super().__init__()
        self._lines, self._service = RotatingLines(folder / f"{service}.metrics.jsonl"), service

    def export(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **_: Any
    ) -> MetricExportResult:
        try:
            self._lines.append(list(_metric_rows(metrics_data, self._service)))
        except OSError as error:
            log.warning("metrics cannot be written: %s", type(error).__name__)
            return MetricExportResult.FAILURE
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        return True

    def shutdown(self, timeout_millis: float = 30_000, **_: Any) -> None:
        return None


def _span_row(span: ReadableSpan, service: str) -> dict[str, Any]:
    context = span.get_span_context()
    return {
        "trace_id": f"{context.trace_id:032x}" if context else None,
        "span_id": f"{context.span_id:016x}" if context else None,
        "parent_span_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "name": span.name,
        "kind": span.kind.name.lower(),
        "service": service,
        "start": span.start_time,
        "end": span.end_time,
        "status": span.status.status_code.name.lower(),
        "attributes": dict(span.attributes or {}),
        "links": [
            {"trace_id": f"{link.context.trace_id:032x}", "span_id": f"{link.context.span_id:016x}"}
            for link in span.links
        ],
    }


def _metric_rows(data: MetricsData, service: str) -> Iterator[dict[str, Any]]:
    for metric in (m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics):
        for point in metric.data.data_points:
            row = {
                "time": point.time_unix_nano,
                "service": service,
                "name": metric.name,
                "unit": metric.unit,
                "attributes": dict(point.attributes or {}),
            }
            yield row | _measured(point)


def _measured(point: Any) -> dict[str, Any]:
    if isinstance(point, NumberDataPoint):
        return {"value": point.value}
    if isinstance(point, HistogramDataPoint):
        return {
            "count": point.count,
            "sum": point.sum,
            "min": point.min,
            "max": point.max,
            "bounds": list(point.explicit_bounds),
            "buckets": list(point.bucket_counts),
        }
    return {}
