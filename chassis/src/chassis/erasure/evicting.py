"""Forgetting a destroyed key at once, in every process: the key ring tells who listens.

A hint and not the truth: keys are remembered for five seconds at most, so that a hint that is missed costs no
more than that.
"""

from __future__ import annotations

import logging
import threading
from typing import Protocol
from uuid import UUID

import psycopg

__all__ = ["Evicting"]

log = logging.getLogger(__name__)
CHANNEL = "keyring_destroyed"


class Remembering(Protocol):
    """Remembers keys for a while."""

    def forget(self, person: UUID, capacity: str) -> None:
        """The key of somebody in a capacity."""
        ...

    def forget_everything(self) -> None:
        """All of them."""
        ...


class Evicting(threading.Thread):
    """Makes a ring forget what is destroyed; after a reconnection everything: hints may be missed."""

    def __init__(self, dsn: str, ring: Remembering) -> None:
        super().__init__(name="evicting keys", daemon=True)
        self._dsn, self._ring = dsn, ring
        self._stopping = threading.Event()
        self.listening = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as conn:
                    conn.execute(f"listen {CHANNEL}")
                    self._ring.forget_everything()
                    self.listening.set()
                    while not self._stopping.is_set():
                        for hint in conn.notifies(timeout=1.0):
                            self._forget(hint.payload)
            except psycopg.Error as fault:
                self.listening.clear()
                self._ring.forget_everything()
                log.warning("the key ring is not listened to (%s), again in a second", type(fault).__name__)
                self._stopping.wait(1.0)

    def stop(self) -> None:
        """Ask it to end; it does within a second."""
        self._stopping.set()

    def _forget(self, payload: str) -> None:
        person, _, capacity = payload.partition(" ")
        try:
            self._ring.forget(UUID(person), capacity)
        except ValueError:
            self._ring.forget_everything()
