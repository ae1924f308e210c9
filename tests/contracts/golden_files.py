"""Messages as they went over the wire when their event was first released; never edited.

A field added later gets one more file: ``escalated.v1.with-deadline.json``.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "golden"

GOLDEN: dict[str, bytes] = {file.stem: file.read_bytes() for file in sorted(FOLDER.glob("*.json"))}
"""File name without ``.json`` -> the message's bytes."""
