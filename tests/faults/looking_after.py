"""Processes of a fault test: killed, frozen, started again, measured; and waiting while somebody looks."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

import httpx2
import psutil
from tests.faults.servers import kill_family
from tests.support.waiting import until

from deploy.supervisor import ServiceProcess, Supervisor, Watched

T = TypeVar("T")


class LookedAfter:
    """Named processes under a supervisor, which only works while somebody waits here, in the main thread.

    A supervisor waits longer before each new start of what keeps ending. Here everything ends on purpose:
    ``steady`` makes it forget.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self._left_alone: dict[str, Watched] = {}

    def _found(self, name: str) -> Watched:
        return self._left_alone[name] if name in self._left_alone else self.supervisor._watched[name][0]

    def process(self, name: str) -> ServiceProcess:
        """The process of that name."""
        found = self._found(name)
        if not isinstance(found, ServiceProcess):
            raise TypeError(f"{name} is a server")
        return found

    def processes(self) -> list[ServiceProcess]:
        """All services, those that nobody looks after too."""
        found = [*(one for one, _ in self.supervisor._watched.values()), *self._left_alone.values()]
        return [one for one in found if isinstance(one, ServiceProcess)]

    def pid(self, name: str) -> int:
        """The process number, also of a server."""
        found = self._found(name)
        if isinstance(found, ServiceProcess):
            return found.pid
        return found.process.pid if found.process is not None else 0

    def leave_alone(self, name: str) -> None:
        """When it ends, nobody starts it again."""
        self._left_alone[name], _ = self.supervisor._watched.pop(name)

    def until(self, fact: Callable[[], T], within: float = 15.0) -> T:
        """Wait for a fact; what ended meanwhile is started again."""

        def looking() -> T:
            self.supervisor.look()
            return fact()

        return until(looking, within, every=0.05)

    def for_seconds(self, seconds: float) -> None:
        """Let things happen for a while: the length of a fault, not the proof of anything."""
        ends = monotonic() + seconds
        self.until(lambda: monotonic() >= ends, within=seconds + 30.0)

    def kill(self, name: str) -> None:
        """kill -9, children included."""
        if name not in self._left_alone:
            self.steady(name)
        kill_family(self.pid(name))

    def steady(self, name: str) -> None:
        """Forget how often it ended before: the next start comes soon."""
        self.supervisor.watch(name, self.supervisor._watched[name][0])

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """SIGSTOP while the context lasts, children included, then SIGCONT."""
        family = self._family(name)
        for process in family:
            os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in reversed(family):
                if process.is_running():
                    os.kill(process.pid, signal.SIGCONT)

    def _family(self, name: str) -> list[psutil.Process]:
        parent = psutil.Process(self.pid(name))
        return [parent, *parent.children(recursive=True)]

    @contextmanager
    def away(self, name: str) -> Iterator[None]:
        """Gone for as long as the context lasts: nothing starts it again meanwhile."""
        restarts = self.supervisor.restarts.get(name, 0)
        self.leave_alone(name)
        kill_family(self.pid(name))
        watched = self._found(name)
        self.until(lambda: not watched.is_running())
        try:
            yield
        finally:
            watched.start()
            self.supervisor.watch(name, self._left_alone.pop(name))
            self.supervisor.restarts[name] = restarts + 1

    def cpu(self, names: list[str], seconds: float) -> dict[str, float]:
        """Which part of one core each process uses, measured over so many seconds."""
        processes = {name: psutil.Process(self.pid(name)) for name in names}
        begun, before = monotonic(), {name: _cpu_of(one) for name, one in processes.items()}
        self.for_seconds(seconds)
        passed = monotonic() - begun
        return {name: (_cpu_of(one) - before[name]) / passed for name, one in processes.items()}

    def alive(self, name: str) -> bool:
        """Whether the event loop answers."""
        return _status(f"{self.process(name).address}/v1/health/live") == 200

    def ready(self, name: str) -> bool:
        """Whether it says that it can serve."""
        return _status(f"{self.process(name).address}/v1/health/ready") == 200

    def reasons(self, name: str) -> list[str]:
        """Why it says that it cannot; empty when it can, or does not answer."""
        try:
            answer = httpx2.get(f"{self.process(name).address}/v1/health/ready", timeout=2.0, trust_env=False)
        except httpx2.HTTPError:
            return []
        return list(answer.json().get("reasons", [])) if answer.status_code == 503 else []


def _cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _status(url: str) -> int:
    try:
        return httpx2.get(url, timeout=2.0, trust_env=False).status_code
    except httpx2.HTTPError:
        return 0
