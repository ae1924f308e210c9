"""Messages as they went over the wire when their event was first released; never edited."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "golden"

GOLDEN: dict[str, bytes] = {file.stem: file.read_bytes() for file in sorted(FOLDER.glob("*.json"))}
"""Wire name -> the message's bytes."""
