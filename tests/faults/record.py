"""The clients' own record: what they asked and what they were told, the only thing the oracle believes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["unknown", "applied", "refused", "not applied"]


@dataclass
class Command:
    """One intention of a client, under one key however often it was sent.

    ``unknown``: nobody answered it below 500 (yet); ``not applied``: asked for later, and unknown there.
    """

    path: str
    body: Mapping[str, Any]
    key: str
    tries: int = 0
    outcome: Outcome = "unknown"
    status: int | None = None
    answer: Mapping[str, Any] | None = None


@dataclass
class Record:
    """All commands of a scenario; several threads write in it."""

    commands: list[Command] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, path: str, body: Mapping[str, Any], key: str) -> Command:
        """A client is about to ask something."""
        command = Command(path, body, key)
        with self._lock:
            self.commands.append(command)
        return command

    def of(self, outcome: Outcome) -> Iterator[Command]:
        """Those that ended so."""
        return (command for command in list(self.commands) if command.outcome == outcome)

    def applied(self) -> list[Command]:
        """Those that were answered with success, at once or when asked for."""
        return list(self.of("applied"))

    def summary(self) -> str:
        """How many ended how, for the test's output."""
        outcomes = [command.outcome for command in self.commands]
        counts = {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}
        repeated = sum(command.tries > 1 for command in self.commands)
        return f"{len(outcomes)} commands {counts}, {repeated} sent more than once"
