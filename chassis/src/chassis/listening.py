"""Hints from the database: LISTEN in a supervised thread. A hint is never the truth, polling is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import psycopg

log = logging.getLogger(__name__)
CHANNEL = "waakvlam_saved"


class Listener(threading.Thread):
    """Calls ``wake`` after every save, and after every reconnection, since hints may have been missed.

    A killed connection is opened again with a pause of one second; it never ends by itself.
    """

    def __init__(self, dsn: str, wake: Callable[[], None]) -> None:
        super().__init__(name="listener", daemon=True)
        self._dsn = dsn
        self._wake = wake
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as conn:
                    conn.execute(f"listen {CHANNEL}")
                    self._wake()
                    while not self._stopping.is_set():
                        if any(True for _ in conn.notifies(timeout=1.0, stop_after=1)):
                            self._wake()
            except psycopg.Error as fault:
                log.warning("listening stopped (%s), again in a second", type(fault).__name__)
                self._stopping.wait(1.0)

    def stop(self) -> None:
        """Ask it to end; it does within a second."""
        self._stopping.set()
