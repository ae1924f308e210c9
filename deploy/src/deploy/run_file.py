"""What runs now and where, for `waakvlam status` and scripts: DATA/run.json, replaced at every change."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Running:
    """One process: a server or a service."""

    name: str
    pid: int
    address: str
    restarts: int = 0


@dataclass
class RunFile:
    """Everything that one command runs."""

    pid: int
    started_at: str
    postgres: str = ""
    nats: str = ""
    nats_monitor: str | None = None
    adjustable_clock: bool = False
    servers: list[Running] = field(default_factory=list)
    services: list[Running] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Replace the file at once, so that nobody reads half of it."""
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> RunFile | None:
        """What the file says, or None when there is none that can be understood."""
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            told["servers"] = [Running(**each) for each in told["servers"]]
            told["services"] = [Running(**each) for each in told["services"]]
            return cls(**told)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def address(self, name: str) -> str | None:
        """The HTTP address of a service."""
        return next((each.address for each in self.services if each.name == name), None)
