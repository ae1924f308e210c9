"""A stack of our own for tests that start and kill it: small, on its own folder, gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.folder import DataFolder

PAUSE = threading.Event()


def wait_for(fact: Callable[[], bool], within: float = 30.0) -> None:
    """Wait until something is so; fails the test when it does not become so in time."""
    until = time.monotonic() + within
    while not fact():
        if time.monotonic() > until:
            pytest.fail(f"did not happen within {within:.0f} s")
        PAUSE.wait(0.02)


def choose_ports(folder: Path) -> None:
    """Ports that other tests do not prefer too, so that a restart finds its own ones free."""
    with DataFolder(folder) as made:
        for name in ("postgres", "nats", "nats-monitor"):
            made.ports.pick(name)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder that is not there yet; whatever runs on it in the end is a failure, and is ended."""
    folder = tmp_path / "data"
    yield folder
    left = processes_on(folder)
    for process in left:
        process.kill()
    assert not left, f"left running: {left}"


def processes_on(folder: Path, also: Collection[int] = ()) -> list[psutil.Process]:
    """Every process that works in the folder or names it, and those of `also` that live; not ourselves."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = str(folder) in " ".join(process.cmdline()) or process.cwd().startswith(str(folder))
            if (mine or process.pid in also) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return [process for process in found if process.pid != os.getpid()]


class Command:
    """The `waakvlam` command as a process."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "deploy", *arguments, "--data", str(self.data)],
            env=self._environment(environment), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def start_holding(self) -> None:
        """Start a process that runs the servers of the folder until it is ended."""
        choose_ports(self.data)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.deploy.holding", str(self.data)],
            env=self._environment({}), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End that process; its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    @staticmethod
    def _environment(more: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WAAKVLAM_")}
        return {**kept, **more}


@pytest.fixture
def command(data: Path) -> Iterator[Command]:
    """The command, on the test's data folder."""
    made = Command(data)
    yield made
    made.end(signal.SIGKILL)
    wait_for(lambda: not processes_on(data))
