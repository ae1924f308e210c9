"""Runs a command and fails when it leaves a process behind.

`python -I .ci/watched.py [--patience SECONDS] COMMAND ARGUMENT…`. On Linux this process takes in every
descendant whose parent
ends, a server that was started in a session of its own too; so whatever is below it when the command has
ended was left behind, whoever else runs the same programs on this machine. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 15.0


def adopt() -> bool:
    """Become the parent of orphans below us; False where the system cannot do that."""
    if not sys.platform.startswith("linux"):
        return False
    adopted: int = ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    return adopted == 0


def below_us() -> dict[int, str]:
    """Every living process below this one, with its command line."""
    parents: dict[int, int] = {}
    lines: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if state != "Z":
            parents[int(folder.name)], lines[int(folder.name)] = int(parent), line.strip()
    found: dict[int, str] = {}
    wave = {os.getpid()}
    while wave := {pid for pid, parent in parents.items() if parent in wave}:
        found |= {pid: lines[pid] for pid in wave}
    return found


def left_behind(patience: float) -> dict[int, str]:
    """What is still there after a while: a server that is told to stop needs a moment."""
    ends = time.monotonic() + patience
    while True:
        _bury()
        found = below_us()
        if not found or time.monotonic() > ends:
            return found
        time.sleep(0.2)


def _bury() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def main(command: list[str]) -> int:
    """The command's code, or 1 when it left something behind."""
    patience = PATIENCE
    if command[:1] == ["--patience"]:
        patience, command = float(command[1]), command[2:]
    adopted = adopt()
    process = subprocess.Popen(command)  # noqa: S603
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: process.send_signal(received))
    code = process.wait()
    if not adopted:
        return code
    found = left_behind(patience)
    for pid, line in sorted(found.items()):
        sys.stdout.write(f"left behind: {pid} {line}\n")
    for pid in found:
        with suppress(ProcessLookupError):  # it went with one before it
            os.kill(pid, signal.SIGKILL)
    while found and below_us():
        time.sleep(0.05)
    _bury()
    sys.stdout.write("a process was left behind\n" if found else "nothing was left running\n")
    return 1 if found else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
