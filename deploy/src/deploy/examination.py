"""What `waakvlam doctor` looks at on a machine, each with what to do when it is not well."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from deploy.addresses import Addresses
from deploy.embedded.account import capability_needed, server_account
from deploy.embedded.faults import DataFolderRefused, ServerCannotStart
from deploy.embedded.nats import program as nats_program
from deploy.embedded.ports import LOOPBACK, any_free
from deploy.embedded.postgres import programs_folder
from deploy.folder import DataFolder
from deploy.home import ROOT
from deploy.measures import measure_services
from deploy.run_file import RunFile
from deploy.servers import running_servers

GIB = 1024**3
DISK_NEEDED, MEMORY_NEEDED, FILES_NEEDED = 4 * GIB, GIB, 1024


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is, and what to do when it is not well."""

    about: str
    well: bool
    says: str
    do: str = ""


def examine(data: Path) -> Iterator[Finding]:
    """Look at everything, one after the other."""
    yield _python()
    yield _system()
    yield _disk(data)
    yield _memory()
    yield _open_files()
    yield _loopback()
    yield _program("PostgreSQL", lambda: programs_folder() / "postgres")
    yield _program("nats-server", nats_program)
    yield _account(data)
    yield _locks(data)
    yield _folder(data)
    yield _time()
    yield from _partner_feed(data)


def _python() -> Finding:
    version = platform.python_version()
    well = (3, 11) <= sys.version_info[:2] <= (3, 14)
    return Finding("Python", well, version, "Install Python 3.11, 3.12, 3.13 or 3.14.")


def _system() -> Finding:
    known = sys.platform in ("linux", "darwin")
    says = f"{platform.system()} {platform.machine()}"
    if sys.platform == "linux" and platform.libc_ver()[0] != "glibc":
        known, says = False, f"{says} without glibc"
    do = "The embedded PostgreSQL needs Linux with glibc, or macOS; elsewhere give servers' addresses."
    return Finding("system", known, says, do)


def _disk(data: Path) -> Finding:
    place = next(path for path in (data, *data.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    return Finding(
        "disk", free >= DISK_NEEDED, f"{free / GIB:.1f} GiB free", f"Make room at {place}, or give --data."
    )


def _memory() -> Finding:
    free = psutil.virtual_memory().available
    return Finding(
        "memory",
        free >= MEMORY_NEEDED,
        f"{free / GIB:.1f} GiB available",
        "Close something else; it needs 1 GiB.",
    )


def _open_files() -> Finding:
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    well = limit == resource.RLIM_INFINITY or limit >= FILES_NEEDED
    return Finding("open files", well, f"{limit} allowed", f"Run: ulimit -n {FILES_NEEDED}")


def _loopback() -> Finding:
    port = any_free()
    try:
        with socket.create_server((LOOPBACK, port)), socket.create_connection((LOOPBACK, port), timeout=2):
            return Finding("loopback", True, f"{LOOPBACK} can be listened on and reached")
    except OSError as fault:
        return Finding("loopback", False, str(fault.strerror), f"Bring up the interface with {LOOPBACK}.")


def _program(name: str, where: Callable[[], Path]) -> Finding:
    do = "Remove .waakvlam/env and start ./waakvlam again, which installs it."
    try:
        done = subprocess.run(  # noqa: S603
            [str(where()), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (ServerCannotStart, OSError, subprocess.TimeoutExpired) as fault:
        return Finding(name, False, str(fault), do)
    says = (done.stdout or done.stderr).strip().splitlines() or ["says nothing"]
    return Finding(name, done.returncode == 0, says[0], do)


def _account(data: Path) -> Finding:
    try:
        account = server_account()
        if account is None:
            return Finding("account", True, "an ordinary user")
        place = next(path for path in (data, *data.absolute().parents) if path.exists())
        capability_needed(account, [programs_folder() / "postgres", nats_program()], place)
    except ServerCannotStart as fault:
        return Finding("account", False, str(fault), "Run as an ordinary user.")
    return Finding("account", True, f"root; the servers run as {account.name}")


def _locks(data: Path) -> Finding:
    place = next(path for path in (data, *data.absolute().parents) if path.is_dir())
    do = f"{place} is on a file system without locks; give a folder on a local disk with --data."
    try:
        with tempfile.NamedTemporaryFile(dir=place) as first, Path(first.name).open("rb") as second:
            fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return Finding("file locks", True, "a held lock holds")
    except OSError as fault:
        return Finding("file locks", False, str(fault.strerror), f"Make {place} writable, or give --data.")
    return Finding("file locks", False, "a held lock does not hold", do)


def _folder(data: Path) -> Finding:
    folder = DataFolder(data)
    if not (folder.path / "version").exists():
        return Finding("data folder", True, f"{folder.path} will be made")
    try:
        folder.secrets.verify()
    except (DataFolderRefused, OSError) as fault:
        return Finding("data folder", False, str(fault), "See above; nothing starts before this is right.")
    held = "in use now" if folder.is_held() else "not in use"
    return Finding(
        "data folder", os.access(folder.path, os.W_OK), f"{folder.path}, {held}", "Make it writable."
    )


def _time() -> Finding:
    now = datetime.now(UTC)
    newest = max((path.stat().st_mtime for path in (ROOT / "deploy").rglob("*.py")), default=0.0)
    well = now > datetime.fromtimestamp(newest, UTC) - timedelta(minutes=5)
    return Finding("time", well, now.isoformat(timespec="seconds"), "The clock is behind; set it (NTP).")


def _partner_feed(data: Path) -> Iterator[Finding]:
    """Only where something runs: whether what partner organisations may be told reaches them."""
    folder = DataFolder(data)
    running = RunFile.read(folder.run_file) if folder.is_held() else None
    if running is None:
        return
    measured = measure_services(
        running, running_servers(folder, Addresses.from_environment(os.environ), running)
    )
    for feed in [each.feed for each in measured if each.feed is not None]:
        says = f"{feed.sent} told, {sum(feed.waiting.values())} waiting, {feed.stopped} stopped"
        yield Finding("partner feed", feed.worry is None, says, feed.worry or "")
