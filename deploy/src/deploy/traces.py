"""Spans from the local trace files, put together as trees: what one request set in motion."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Step:
    """One span and what followed from it. Times in nanoseconds since 1970."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: str
    service: str
    start: int
    end: int
    failed: bool
    attributes: dict[str, Any]
    following: list[Step] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return (self.end - self.start) / 1e6


def steps_in(folder: Path) -> Iterator[Step]:
    """All spans of all services; a line that was cut off by a kill is passed over."""
    for path in sorted(folder.glob("*.jsonl*")):
        if ".metrics." in path.name:
            continue
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                step = _step(line)
                if step is not None:
                    yield step


def _step(line: str) -> Step | None:
    try:
        told = json.loads(line)
        return Step(
            trace_id=told["trace_id"],
            span_id=told["span_id"],
            parent_id=told.get("parent_span_id") or None,
            name=told["name"],
            kind=str(told["kind"]).lower(),
            service=told["service"],
            start=int(told["start"]),
            end=int(told["end"]),
            failed=str(told.get("status", "")).upper() == "ERROR",
            attributes=told.get("attributes") or {},
        )
    except (ValueError, KeyError, TypeError):
        return None


def trees_about(folder: Path, subject: str) -> list[Step]:
    """The roots of every trace that touched a subject, oldest first, each with all that followed from it."""
    everything = list(steps_in(folder))
    wanted = {step.trace_id for step in everything if step.attributes.get("waakvlam.subject") == subject}
    by_trace: dict[str, dict[str, Step]] = defaultdict(dict)
    for step in everything:
        if step.trace_id in wanted:
            by_trace[step.trace_id][step.span_id] = step
    roots: list[Step] = []
    for steps in by_trace.values():
        for step in sorted(steps.values(), key=lambda one: one.start):
            parent = steps.get(step.parent_id or "")
            (parent.following if parent else roots).append(step)
    return sorted(roots, key=lambda one: one.start)
