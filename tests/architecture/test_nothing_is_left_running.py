"""CI fails when a run leaves a process behind: the watcher that says so is seen to say so."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans are taken in on Linux")

LEAVER = """
import subprocess, sys
# In a session of its own, as our servers are, and started by one that ends.
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
"""


def watched(*command: str) -> subprocess.CompletedProcess[str]:
    watcher = str(ROOT / ".ci" / "watched.py")
    return subprocess.run(
        [sys.executable, "-I", watcher, "--patience", "0.5", *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_command_that_leaves_nothing_keeps_its_code() -> None:
    found = watched(sys.executable, "-c", "raise SystemExit(3)")
    assert found.returncode == 3
    assert "nothing was left running" in found.stdout


def test_a_process_that_is_left_behind_is_found_and_ended() -> None:
    found = watched(sys.executable, "-c", LEAVER)
    assert found.returncode == 1
    [line] = [line for line in found.stdout.splitlines() if line.startswith("left behind: ")]
    assert "time.sleep(300)" in line
    assert subprocess.run(["kill", "-0", line.split()[2]], capture_output=True, check=False).returncode != 0
