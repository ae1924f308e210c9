"""B12: the whole embedded stack: how soon it is ready, and how much memory all of its processes take."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep

import psutil

from benchmarks.comparing import Figure, Goal
from deploy.home import ROOT

READY, MEMORY = Goal(at_most=8.0), Goal(at_most=700.0)
SETTLE = 5.0


class _Up:
    """`waakvlam up` on a data folder; it prints the addresses when everything is ready."""

    def __init__(self, data: Path) -> None:
        self._begun = perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deploy", "up", "--data", str(data)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def ready_after(self) -> float:
        """Seconds from the start of the command to the first address."""
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            raise RuntimeError(f"waakvlam up ended with code {self._process.wait()}")
        return perf_counter() - self._begun

    def memory(self) -> dict[str, float]:
        """MB by kind of process: memory that is shared is counted once (PSS)."""
        found: dict[str, float] = {}
        parent = psutil.Process(self._process.pid)
        for process in (parent, *parent.children(recursive=True)):
            try:
                kind, size = _kind(process), _pss(process.pid)
            except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                continue
            found[kind] = found.get(kind, 0.0) + size
        return found

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)


def _kind(process: psutil.Process) -> str:
    if process.name().startswith("postgres"):
        return "PostgreSQL"
    if process.name() == "nats-server":
        return "nats-server"
    line = process.cmdline()
    return line[line.index("-m") + 1] if "-m" in line else process.name()


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def run(quick: bool) -> Iterator[Figure]:
    """The first start makes the databases; the others are warm."""
    warm, memory = [], []
    with tempfile.TemporaryDirectory(prefix="waakvlam-b12-") as folder:
        first = _Up(Path(folder) / "data")
        cold = first.ready_after()
        first.stop()
        parts: dict[str, float] = {}
        for _ in range(1 if quick else 3):
            up = _Up(Path(folder) / "data")
            try:
                warm.append(up.ready_after())
                sleep(SETTLE)
                parts = up.memory()
                memory.append(sum(parts.values()))
            finally:
                up.stop()
    yield Figure("B12", "waakvlam up: the very first start, databases made", "s", [cold])
    load, cores = os.getloadavg()[0], os.cpu_count()
    note = f"starts: {', '.join(f'{one:.1f}' for one in warm)} s; load {load:.1f} on {cores} cores meanwhile"
    yield Figure("B12", "waakvlam up: warm start until everything is ready", "s", warm, READY, [note])
    ordered = sorted(parts.items(), key=lambda item: -item[1])
    note = ", ".join(f"{name} {size:.0f}" for name, size in ordered)
    yield Figure("B12", "memory of all processes (sum of PSS)", "MB", memory, MEMORY, [f"MB: {note}"])
