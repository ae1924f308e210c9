"""The access token with which the portal asks casefile, until people sign in themselves.

The file may come, change and go while the portal runs: it is read again when it changes.
"""

from __future__ import annotations

import logging
import os
import re
import stat
from pathlib import Path

log = logging.getLogger(__name__)
MAX_BYTES = 8 * 1024
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class NoToken(Exception):
    """There is no token to ask with. ``code`` says why, for the log; people read that they cannot look."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class TokenFile:
    """One bearer token in a file that only its owner and group may read."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._found: str | NoToken = NoToken("no-token-file")

    def current(self) -> str:
        """The token as the file holds it now. Raises NoToken; the token is never in the exception."""
        if self._path is not None:
            seen: tuple[int, ...]
            try:
                there = os.stat(self._path)
                seen = (there.st_mtime_ns, there.st_ctime_ns, there.st_size, there.st_ino)
            except OSError:
                seen = (0,)
            if seen != self._seen:
                self._seen, self._found = seen, self._read(self._path)
        if isinstance(self._found, NoToken):
            raise NoToken(self._found.code)
        return self._found

    def _read(self, path: Path) -> str | NoToken:
        try:
            with path.open("rb") as file:
                open_to_all = os.fstat(file.fileno()).st_mode & stat.S_IRWXO
                text = file.read(MAX_BYTES + 1).decode("ascii", "replace").strip()
        except OSError:
            found: str | NoToken = NoToken("token-file-unreadable")
        else:
            found = text if _TOKEN.fullmatch(text) and len(text) <= MAX_BYTES else NoToken("no-token-in-file")
            if open_to_all:
                found = NoToken("token-file-open-to-all")
        if isinstance(found, NoToken):
            log.warning("no access token: %s", found.code)
        return found
