"""A thread that ends the process when its event loop stands still: the supervisor then starts it anew.

It measures progress, not connections. A process that was frozen as a whole (SIGSTOP, a sleeping laptop) is
not blamed: the thread notices that it was away itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from time import monotonic

log = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
EXIT_CODE = 70


class Watchdog(threading.Thread):
    """Wants a beat each second from the event loop; after a minute without one it ends the process."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._patience = patience
        self._beaten_at = monotonic()
        self._stopping = threading.Event()

    async def beat(self) -> None:
        """Run this in the event loop, for ever."""
        while True:
            self._beaten_at = monotonic()
            await asyncio.sleep(BEAT_SECONDS)

    def run(self) -> None:
        looked_at = monotonic()
        while not self._stopping.wait(BEAT_SECONDS):
            now = monotonic()
            if now - looked_at > 5 * BEAT_SECONDS:
                self._beaten_at = now
            looked_at = now
            if now - self._beaten_at > self._patience:
                log.critical("the event loop stands still: ending, to be started anew")
                logging.shutdown()
                os._exit(EXIT_CODE)

    def stop(self) -> None:
        """A graceful end needs no watching."""
        self._stopping.set()
