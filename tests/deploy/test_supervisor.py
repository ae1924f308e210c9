"""A process that ends is started again, after a pause that grows; a child never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.deploy.conftest import wait_for

from deploy.embedded.server import CHILD, start_child, stop_child
from deploy.supervisor import FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER, Pause, ServiceProcess, Supervisor

FOREVER = [sys.executable, "-c", "import signal; signal.pause()"]


def a_process(tmp_path: Path, *code: str) -> ServiceProcess:
    command = [sys.executable, "-c", *code] if code else FOREVER
    return ServiceProcess("lamps", command, {"PATH": os.defpath}, tmp_path / "log", "http://127.0.0.1:1")


def test_pauses_grow_to_a_bound_and_are_short_again_after_steady_running() -> None:
    pause = Pause(started_at=0.0)
    given = [pause.ended(1.0) for _ in range(7)]
    assert given == [0.5, 1.0, 2.0, 4.0, 8.0, LONGEST_PAUSE, LONGEST_PAUSE]
    pause.started(100.0)
    assert pause.ended(100.0 + STEADY_AFTER + 1) == FIRST_PAUSE


def test_a_killed_process_runs_again_and_it_is_said(tmp_path: Path) -> None:
    told: list[str] = []
    changes: list[int] = []
    supervisor = Supervisor(told.append, lambda: changes.append(1))
    process = a_process(tmp_path)
    process.start()
    try:
        supervisor.watch("lamps", process)
        first = process.pid
        os.kill(first, signal.SIGKILL)
        supervisor.watch_until(lambda: supervisor.restarts["lamps"] == 1)
        assert process.is_running()
        assert process.pid != first
        assert told == ["lamps ended; it starts again in 0.5 s", "lamps runs again"]
        assert changes == [1]
    finally:
        process.stop()


def test_a_process_that_keeps_ending_is_not_started_in_a_hot_loop(tmp_path: Path) -> None:
    told: list[str] = []
    supervisor = Supervisor(told.append, lambda: None)
    process = a_process(tmp_path, "raise SystemExit(1)")
    process.start()
    supervisor.watch("lamps", process)
    supervisor.watch_until(lambda: len(told) >= 5)
    assert told[::2] == [f"lamps ended; it starts again in {seconds} s" for seconds in ("0.5", "1", "2")]
    process.stop()


def test_stopping_asks_first_and_insists_then(tmp_path: Path) -> None:
    stubborn = "import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    log = tmp_path / "log"
    child = start_child([sys.executable, "-c", stubborn], log, environment={"PATH": os.defpath})
    wait_for(lambda: log.read_text() == "deaf\n")
    stop_child(child, ((signal.SIGTERM, 0.2),))
    assert child.returncode == -signal.SIGKILL


def test_a_child_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAAKVLAM_CANARY", "seen")
    log = tmp_path / "log"
    shown = [sys.executable, "-c", "import os; print('WAAKVLAM_CANARY' in os.environ, os.umask(0))"]
    child = start_child(shown, log, environment={"PATH": os.defpath})
    assert child.wait(10) == 0
    assert log.read_text() == f"False {0o077}\n"


def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert start_child(["/nowhere/lamp"], log, environment={}).wait(10) == 126
    assert log.read_text() == "/nowhere/lamp cannot be started: [Errno 2] No such file or directory\n"


@pytest.mark.parametrize(
    "kernel_helps", [pytest.param(True, id="kernel"), pytest.param(False, id="watching")]
)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_ends_with_its_parent(tmp_path: Path, kernel_helps: bool, number: signal.Signals) -> None:
    pid_file = tmp_path / "pid"
    forever = f"import os, signal; open({str(pid_file)!r}, 'w').write(str(os.getpid())); signal.pause()"
    child = CHILD
    if not kernel_helps:
        child = tmp_path / "child.py"
        child.write_text(CHILD.read_text().replace('sys.platform != "linux"', "True"))
    parent = f"""
import os, signal, subprocess, sys
subprocess.Popen([sys.executable, "-I", "-S", {str(child)!r}, "--parent", str(os.getpid()), "--signal", "15",
                  "--", sys.executable, "-c", {forever!r}])
signal.pause()
"""
    process = subprocess.Popen([sys.executable, "-c", parent])
    wait_for(lambda: pid_file.exists() and pid_file.read_text() != "")
    grandchild = psutil.Process(int(pid_file.read_text()))
    process.send_signal(number)
    process.wait(10)
    wait_for(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)
