"""A reader that follows a service's events by notification id, as followers and auditors do."""

from __future__ import annotations

import threading
from types import TracebackType

import psycopg


class Tail(threading.Thread):
    """Reads from a cursor on, again and again; comes back after every fault of its connection.

    Use it as a context; ``seen`` is what it read, in order. ``catch_up`` returns when it read everything
    that is there.
    """

    def __init__(self, url: str, cursor: int = 0) -> None:
        super().__init__(name="tail", daemon=True)
        self._url = url
        self.cursor = cursor
        self.seen: list[int] = []
        self._stopping = threading.Event()
        self._rounds = threading.Semaphore(0)

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=3) as conn:
                    while not self._stopping.is_set():
                        self.read(conn)
                        self._rounds.release()
                        self._stopping.wait(0.01)
            except psycopg.Error:
                self._stopping.wait(0.1)

    def read(self, conn: psycopg.Connection[tuple[object, ...]]) -> None:
        """One look: everything beyond the cursor."""
        rows = conn.execute(
            "select notification_id from store.event where notification_id > %s order by 1", (self.cursor,)
        ).fetchall()
        for row in rows:
            self.cursor = int(str(row[0]))
            self.seen.append(self.cursor)

    def catch_up(self, within: float = 15.0) -> list[int]:
        """Wait for a whole look that began after now; what was seen up to it."""
        while self._rounds.acquire(blocking=False):
            pass
        for _ in range(2):
            if not self._rounds.acquire(timeout=within):
                raise AssertionError("the reader does not get through")
        return list(self.seen)

    def __enter__(self) -> Tail:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self.join(10.0)
