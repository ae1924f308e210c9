"""Processes of a fault test: killed, frozen, started again, measured; and waiting while somebody looks."""

from __future__ import annotations

import http.client
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TypeVar

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

    def until(self, fact: Callable[[], T], within: float = 15.0, every: float = 0.1) -> T:
        """Wait for a fact; what ended meanwhile is started again."""

        def looking() -> T:
            self.supervisor.look()
            return fact()

        return until(looking, within, every)

    def for_seconds(self, seconds: float) -> None:
        """Let things happen for a while: the length of a fault, not the proof of anything."""
        ends = monotonic() + seconds
        self.until(lambda: monotonic() >= ends, within=seconds + 30.0, every=0.02)

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

    def wanted(self, names: list[str], seconds: float) -> dict[str, float]:
        """Which part of a core each process used or queued for, measured over so many seconds.

        Queueing counts, so that a busy machine hides nobody who runs hot.
        """
        begun, before = monotonic(), {name: _busy(self.pid(name)) for name in names}
        self.for_seconds(seconds)
        passed = monotonic() - begun
        return {name: (_busy(self.pid(name)) - before[name]) / passed for name in names}

    def alive(self, name: str) -> bool:
        """Whether the event loop answers."""
        return _asked(self.process(name).address, "/v1/health/live")[0] == 200

    def ready(self, name: str) -> bool:
        """Whether it says that it can serve."""
        return _asked(self.process(name).address, "/v1/health/ready")[0] == 200

    def reasons(self, name: str) -> list[str]:
        """Why it says that it cannot; empty when it can, or does not answer."""
        status, body = _asked(self.process(name).address, "/v1/health/ready")
        return list(json.loads(body).get("reasons", [])) if status == 503 else []


def _busy(pid: int) -> float:
    """Seconds that the threads of a process ran or were ready to run."""
    found = 0.0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            ran, queued, _ = file.read_text(encoding="ascii").split()
        except OSError:
            continue
        found += (int(ran) + int(queued)) / 1e9
    times = psutil.Process(pid).cpu_times()
    return max(found, float(times.user + times.system))


def _asked(address: str, path: str) -> tuple[int, bytes]:
    """Status and body of a plain question; 0 when nobody answers. (A whole HTTP client costs much more.)"""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=2.0)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
