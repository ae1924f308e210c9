"""How far a step was when: read from the spans that the services themselves wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

COMMAND = "POST /v1/requests"


def stages(folder: Path) -> str:
    """Medians from the arrival of the command on: answered, sent to the bus, heard by the case file."""
    answered, sent, heard = [], [], []
    for spans in _traces(folder):
        begun = next((span["start"] for span in spans if span["name"] == COMMAND), None)
        if begun is None:
            continue
        for span in spans:
            after = (span["start"] - begun) / 1e6
            if span["name"] == COMMAND:
                answered.append((span["end"] - begun) / 1e6)
            elif span["name"].startswith("send cases.intake."):
                sent.append(after)
            elif span["name"].startswith("hear ") and span["service"] == "casefile":
                heard.append(after)
    if not (answered and sent and heard):
        return "no spans were found"
    return (
        f"the command is answered after {median(answered):.0f} ms, its message sent after {median(sent):.0f},"
        f" heard after {median(heard):.0f}; the rest: save, view, looking"
    )


def _traces(folder: Path) -> Iterator[list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in folder.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            span = json.loads(line)
            if "trace_id" in span:
                found.setdefault(span["trace_id"], []).append(span)
    yield from found.values()
