"""Where the project's folder is: the command runs from a clone, whatever folder it is called in."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PRIVATE = ROOT / ".waakvlam"
DEFAULT_DATA = PRIVATE / "data"
NETWORKS = ROOT / "deploy" / "networks"
