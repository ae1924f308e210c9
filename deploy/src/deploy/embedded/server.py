"""What the embedded servers have in common: a child process that is started, watched and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.embedded.account import Account
from deploy.embedded.faults import ServerCannotStart

LOG_BYTES = 16 * 1024 * 1024
CHILD = Path(__file__).with_name("child.py")


def start_child(
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str],
    account: Account | None = None,
    capability: int | None = None,
    end_signal: signal.Signals = signal.SIGTERM,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that ends with us (child.py says how), its output appended to the log.

    Call it from the main thread: the kernel ends the child when the *thread* that started it is gone.
    """
    as_account: list[str] = []
    if account is not None:
        as_account = ["--uid", str(account.uid), "--gid", str(account.gid)]
        if capability is not None:
            as_account += ["--capability", str(capability)]
    _keep_small(log)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603
            [
                sys.executable, "-I", "-S", str(CHILD), "--parent", str(os.getpid()),
                "--signal", str(int(end_signal)), *as_account, "--", *command,
            ],
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env=dict(environment),
            cwd=folder or "/",
            start_new_session=True,
        )  # fmt: skip
    finally:
        os.close(descriptor)


def _keep_small(log: Path) -> None:
    """A log that has grown large is put aside at a start; the one put aside before is dropped."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def wait_until(
    ready: Callable[[], bool], child: subprocess.Popen[bytes], name: str, log: Path, within: float
) -> None:
    """Wait for a child; raises ServerCannotStart with the end of its log when it ends or takes too long."""
    until = time.monotonic() + within
    while not ready():
        if child.poll() is not None:
            raise ServerCannotStart(
                f"{name} ended while starting (code {child.returncode}).\n{last_lines(log)}"
            )
        if time.monotonic() > until:
            raise ServerCannotStart(f"{name} was not ready within {within:.0f} s.\n{last_lines(log)}")
        time.sleep(0.02)


def stop_child(
    child: subprocess.Popen[bytes] | None, signals: Sequence[tuple[signal.Signals, float]]
) -> None:
    """Ask in the given order, waiting the given seconds after each; the last resort is kill -9."""
    if child is None:
        return
    for number, patience in (*signals, (signal.SIGKILL, 5.0)):
        if child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for a person to read."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return ""
