"""How much processor time the PostgreSQL server's processes took meanwhile."""

from __future__ import annotations

from types import TracebackType

import psutil
import psycopg


class ServerTime:
    """`with ServerTime(url) as server: …` then `server.cpu` is in seconds, over all of its backends."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url) as conn:
            backend = psutil.Process(conn.info.backend_pid)
            parent = backend.parent()
        if parent is None:
            raise RuntimeError("the server's own process is not on this machine")
        self._server = parent
        self.cpu = 0.0

    def __enter__(self) -> ServerTime:
        self._before = self._all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cpu = self._all() - self._before

    @property
    def so_far(self) -> float:
        """The same, in the middle."""
        return self._all() - self._before

    def _all(self) -> float:
        total = 0.0
        for process in (self._server, *self._server.children()):
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total
