"""The data folder: everything that one running Waakvlam keeps on this machine.

::

    version        what wrote the folder; another version is refused
    lock           held by the running command; a second one is refused
    ports.json     addresses stay the same over restarts
    run.json       who runs where, for `waakvlam status`
    secrets/       0700, files 0600
    erasures/      0700; who was erased, outside every database folder; and a copy in erasures-copy/
    postgres/  nats/  logs/  traces/
"""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path
from types import TracebackType

from deploy.embedded.faults import AlreadyRunning, DataFolderRefused
from deploy.embedded.ports import Ports
from deploy.secret_files import Secrets

MARKER = "waakvlam data 1"


class DataFolder:
    """A data folder, made where it does not exist; use it as a context to hold its lock."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: int | None = None

    @property
    def postgres(self) -> Path:
        """PostgreSQL's own files."""
        return self.path / "postgres"

    @property
    def nats(self) -> Path:
        """The bus server's configuration and store."""
        return self.path / "nats"

    @property
    def logs(self) -> Path:
        """One file per server and service."""
        return self.path / "logs"

    @property
    def traces(self) -> Path:
        """Spans as JSON lines, where no collector's address is set."""
        return self.path / "traces"

    @property
    def erasure_log(self) -> Path:
        """The list of erasures: the one truth that is in no database."""
        return self.path / "erasures" / "erasures.jsonl"

    @property
    def erasure_copy(self) -> Path:
        """A second folder for the same list; set ``…_ERASURE_COPIES`` to folders on other disks."""
        return self.path / "erasures-copy"

    @property
    def run_file(self) -> Path:
        """Process numbers and addresses of what runs now."""
        return self.path / "run.json"

    @property
    def ports(self) -> Ports:
        """The ports that belong to this folder."""
        return Ports(self.path / "ports.json")

    @property
    def secrets(self) -> Secrets:
        """The generated passwords and keys."""
        return Secrets(self.path / "secrets")

    def prepare(self) -> None:
        """Make the folder, or check that an existing one is ours and of this version.

        Raises DataFolderRefused when it holds something else.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise DataFolderRefused(f"{self.path} cannot be used as data folder: {fault.strerror}.") from None
        marker = self.path / "version"
        if not marker.exists():
            strangers = sorted(entry.name for entry in self.path.iterdir() if entry.name != "lock")
            if strangers:
                raise DataFolderRefused(
                    f"{self.path} is not empty and not a data folder of Waakvlam (it holds {strangers[0]}). "
                    "Give another folder with --data."
                )
            # The servers' account passes through, nobody else looks inside.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            marker.write_text(MARKER + "\n", encoding="ascii")
        found = marker.read_text(encoding="ascii", errors="replace").strip()
        if found != MARKER:
            raise DataFolderRefused(
                f"{self.path} was written by another version ({found!r}, this one is {MARKER!r}). "
                "Use the version that wrote it, or give another folder with --data."
            )
        for folder in (self.logs, self.traces, self.erasure_log.parent, self.erasure_copy):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.secrets.prepare()

    def hold(self) -> None:
        """Take the lock for as long as this process lives, then prepare; raises AlreadyRunning when taken."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise DataFolderRefused(f"{self.path} cannot be used as data folder: {fault.strerror}.") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(descriptor, 32).decode("ascii", errors="replace").strip()
            os.close(descriptor)
            raise AlreadyRunning(
                f"Waakvlam already runs on {self.path} (process {holder or 'unknown'}). "
                "Stop it with Ctrl-C there, or give another folder with --data."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._lock = descriptor
        try:
            self.prepare()
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give the lock back; the file stays, so that nobody locks a name that is gone."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def is_held(self) -> bool:
        """Whether some process holds this folder now."""
        try:
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    def __enter__(self) -> DataFolder:
        self.hold()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def mode_of(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.lstat().st_mode)
