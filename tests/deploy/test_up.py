"""`waakvlam up` brings every service to readiness, keeps it there, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from tests.deploy.conftest import Command, processes_on, wait_for

from deploy.parties import NAMES

pytestmark = pytest.mark.slow


class Up:
    """A running `waakvlam up` and what it printed when everything was ready."""

    def __init__(self, command: Command, *options: str) -> None:
        self.command = command
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy", "up", *options, "--data", str(command.data)],
            env={name: value for name, value in os.environ.items() if not name.startswith("WAAKVLAM_")},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def addresses(self, count: int) -> dict[str, str]:
        """Name and address of each process, once all are ready."""
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline() for _ in range(count)]
        if not all(lines):
            assert self.process.stderr is not None
            pytest.fail(self.process.stderr.read())
        return dict(line.rsplit(maxsplit=1) for line in lines)

    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.command.run("status", "--json").stdout)
        return told

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def up(command: Command) -> Iterator[Up]:
    running = Up(command)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGKILL)


def test_everything_is_ready_told_and_gone_afterwards(up: Up) -> None:
    addresses = up.addresses(len(NAMES))
    assert set(addresses) == set(NAMES)
    assert all(address.startswith("http://127.0.0.1:") for address in addresses.values())
    told = up.status()
    assert told["worries"] == []
    assert {each["name"]: each["address"] for each in told["services"]} == addresses
    assert all(each["connections"] <= 12 for each in told["services"] if each["connections"] is not None)
    assert up.end(signal.SIGINT) == 0
    assert processes_on(up.command.data) == []


def test_a_killed_service_is_ready_again(up: Up) -> None:
    up.addresses(len(NAMES))
    before = {each["name"]: each for each in up.status()["services"]}
    os.kill(before["casefile"]["pid"], signal.SIGKILL)

    def ready_again() -> bool:
        now = {each["name"]: each for each in up.status()["services"]}
        return bool(now["casefile"]["restarts"] == 1 and now["casefile"]["ready"])

    wait_for(ready_again, 60)
    assert up.end() == 0


def test_kill_9_leaves_no_service_behind(up: Up) -> None:
    up.addresses(len(NAMES))
    pids = [each["pid"] for each in up.status()["services"]]
    assert set(pids) <= {process.pid for process in processes_on(up.command.data, pids)}
    up.end(signal.SIGKILL)
    wait_for(lambda: not processes_on(up.command.data, pids), 60)


def test_each_service_runs_as_two_processes_when_asked(command: Command) -> None:
    running = Up(command, "--split")
    try:
        addresses = running.addresses(2 * len(NAMES) - 1)
        assert "casefile worker" in addresses
        assert len(set(addresses.values())) == 2 * len(NAMES) - 1
        assert running.end() == 0
    finally:
        running.process.kill()
        running.process.communicate()
