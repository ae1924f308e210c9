"""Keeps processes running: one that ends is started again, after a pause that grows while it keeps ending."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.faults import ServerCannotStart
from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.server import start_child, stop_child

FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER = 0.5, 10.0, 60.0
GRACE = 15.0


@dataclass
class Pause:
    """How long to wait before the next start: doubled each time, short again after a minute of running."""

    seconds: float = FIRST_PAUSE
    started_at: float = field(default_factory=time.monotonic)
    due_at: float | None = None

    def ended(self, now: float) -> float:
        """The process ended; gives the seconds until it may start again."""
        if now - self.started_at > STEADY_AFTER:
            self.seconds = FIRST_PAUSE
        pause, self.seconds = self.seconds, min(self.seconds * 2, LONGEST_PAUSE)
        self.due_at = now + pause
        return pause

    def started(self, now: float) -> None:
        """The process runs."""
        self.started_at, self.due_at = now, None


class ServiceProcess:
    """One service, or one role of it, as a child of ours."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, address: str
    ) -> None:
        self.name, self.address, self.log = name, address, log
        self._command, self._environment = list(command), dict(environment)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it ends when we end."""
        self._child = start_child(self._command, self.log, environment=self._environment)

    def stop(self) -> None:
        """Ask it to finish what it is doing, and end it when it does not."""
        stop_child(self._child, ((signal.SIGTERM, GRACE),))
        self._child = None

    def ask_to_stop(self) -> None:
        """Only ask, so that several can finish at the same time."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)

    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Its process number, 0 when it was never started."""
        return self._child.pid if self._child is not None else 0

    @property
    def code(self) -> int | None:
        """How it ended."""
        return self._child.poll() if self._child is not None else None


Watched = ServiceProcess | EmbeddedPostgres | EmbeddedNats


class Supervisor:
    """Watches processes in the order in which they stand on each other. Use it from the main thread only."""

    def __init__(self, tell: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._watched: dict[str, tuple[Watched, Pause]] = {}
        self._tell, self._changed = tell, changed
        self.restarts: dict[str, int] = {}

    def watch(self, name: str, process: Watched) -> None:
        """Look after a process that was started already."""
        self._watched[name] = (process, Pause())
        self.restarts[name] = 0

    def look(self) -> None:
        """One look at all of them: say who ended, start again who waited long enough."""
        now = time.monotonic()
        for name, (process, pause) in self._watched.items():
            if pause.due_at is None and not process.is_running():
                seconds = pause.ended(now)
                self._tell(f"{name} ended; it starts again in {seconds:g} s")
            elif pause.due_at is not None and now >= pause.due_at:
                self._start_again(name, process, pause)

    def watch_until(self, finished: Callable[[], bool], every: float = 0.2) -> None:
        """Look again and again until something else is finished."""
        while not finished():
            self.look()
            time.sleep(every)

    def _start_again(self, name: str, process: Watched, pause: Pause) -> None:
        try:
            process.start()
        except ServerCannotStart as fault:
            seconds = pause.ended(time.monotonic())
            self._tell(f"{name} cannot be started: {str(fault).splitlines()[0]} Again in {seconds:g} s.")
            return
        pause.started(time.monotonic())
        self.restarts[name] += 1
        self._tell(f"{name} runs again")
        self._changed()
