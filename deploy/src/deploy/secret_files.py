"""Generated secrets as files: a folder only we may open, files only we may read, looked at after writing."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from deploy.embedded.faults import DataFolderRefused

FOLDER_MODE, FILE_MODE = 0o700, 0o600


class Secrets:
    """The secrets of one data folder, by name; each is made once and then stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folder and refuse one whose modes or owner let others in (DataFolderRefused)."""
        self.folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        self.verify()

    def path(self, name: str) -> Path:
        """Where a secret lies."""
        return self.folder / name

    def password(self, name: str) -> str:
        """A random password of 256 bits; letters and digits only, so that it fits everywhere."""
        return self.text(name, lambda: "w" + secrets.token_hex(32))

    def text(self, name: str, make: Callable[[], str]) -> str:
        """The stored text, or what `make()` gives, stored first."""
        path = self.path(name)
        if not path.exists():
            self.write(name, make().encode())
        return path.read_text(encoding="utf-8").strip()

    def write(self, name: str, content: bytes) -> Path:
        """Store a secret whole or not at all, and check that nobody else can read it."""
        path = self.path(name)
        draft = path.with_name(f".{name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _check(path, FILE_MODE)
        return path

    def verify(self) -> None:
        """Every mode and owner as it must be; raises DataFolderRefused with the first that is not."""
        _check(self.folder, FOLDER_MODE)
        for path in sorted(self.folder.iterdir()):
            _check(path, FILE_MODE)


def _check(path: Path, mode: int) -> None:
    seen = path.lstat()
    if stat.S_ISLNK(seen.st_mode) or seen.st_uid != os.geteuid() or stat.S_IMODE(seen.st_mode) != mode:
        raise DataFolderRefused(
            f"{path} holds secrets and must be yours alone with mode {mode:04o}, "
            f"but has mode {stat.S_IMODE(seen.st_mode):04o} and owner {seen.st_uid}. "
            "Consider its secrets known; use a new data folder, or restore the mode if you are sure."
        )
