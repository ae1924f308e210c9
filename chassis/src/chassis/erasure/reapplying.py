"""Erasing again what came back: at every start, before anything is served, and every minute after that.

A backup of the key ring knows keys that were destroyed after it was made, and one of a service the search
tokens of people who were erased since. Both are gone again before somebody is answered (promise P15).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from uuid import uuid5

from chassis.erasure.entries import Entry, Pair
from chassis.erasure.keys_at_rest import KeysAtRest
from chassis.erasure.log import CopyAway, ErasureLog, Listed
from chassis.store.errors import Conflict, Unavailable

__all__ = ["Reapplying"]

log = logging.getLogger(__name__)
AGAIN_SECONDS = 60.0
RETRY_SECONDS = 1.0

Purge = Callable[[Sequence[Pair]], None]


class Reapplying:
    """Compares the erasure log with what lives. ``purge`` removes what this service derived from words."""

    def __init__(self, log: ErasureLog, keys: KeysAtRest, purge: Purge, forget: Callable[[], None]) -> None:
        self._log, self._keys, self._purge, self._forget = log, keys, purge, forget
        self._applied = threading.Event()
        self._reasons = ["erasures-not-reapplied"]
        self._told: tuple[str, ...] = ()
        self.entries: tuple[Entry, ...] = ()

    @property
    def applied(self) -> bool:
        """Whether nobody who was erased can be read here."""
        return self._applied.is_set()

    def readiness(self) -> list[str]:
        """Why nothing may be served yet, as codes."""
        return [] if self.applied else list(self._reasons)

    def apply(self) -> bool:
        """Erase again whatever lives that should not; whether that is certain. Raises nothing.

        Once it was certain, a log or key ring that is away for a while changes nothing: without the key ring
        nobody reads anything. Only a key that is alive again does, where another service has to destroy it.
        """
        try:
            self._reasons = self._apply()
        except CopyAway as fault:
            log.error("%s", fault)
            self._reasons = ["erasure-log-away"]
        except (Unavailable, Conflict) as fault:
            log.warning("erasures are not re-applied: %s", fault)
            self._reasons = ["erasures-not-reapplied"]
        else:
            if not self._reasons:
                self._applied.set()
        return not self._reasons

    async def until_applied(self) -> None:
        """Wait until it is certain, trying again every second."""
        while not await asyncio.to_thread(self.apply):  # noqa: ASYNC110 - what is awaited is outside
            await asyncio.sleep(RETRY_SECONDS)

    async def keep_on(self) -> None:
        """Again and again: a key ring may be put back while services run."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS if self.applied else RETRY_SECONDS)
            await asyncio.to_thread(self.apply)

    def _apply(self) -> list[str]:
        listed = self._log.listed()
        self._tell(listed)
        if not listed.complete:
            return ["erasure-log-broken"]
        pairs, self.entries = listed.pairs, listed.entries
        alive = self._keys.living(pairs)
        if alive and not self._keys.may_destroy:
            log.error("%d erased keys are alive again; a service that may destroys them", len(alive))
            self._applied.clear()
            return ["erasures-not-reapplied"]
        for pair in alive:
            self._keys.destroy(pair.person, pair.capacity)
        if alive:
            log.error("%d erased keys were alive again and are destroyed", len(alive))
            self._forget()
        if self._keys.may_destroy:
            self._adopt(set(pairs))
        if pairs and (alive or not self.applied):
            self._purge(pairs)
        return []

    def _adopt(self, known: set[Pair]) -> None:
        """What the key ring knows to be destroyed and the log does not list: lines were lost, or cut off."""
        try:
            unlisted = {pair: at for pair, at in self._keys.destroyed().items() if pair not in known}
        except Unavailable:  # then nothing can be read either; the next time
            return
        if not unlisted:
            return
        known = set(self._log.listed().pairs)  # another process may have erased meanwhile
        for pair, at in unlisted.items():
            if pair not in known:
                log.error("the erasure log lacked an erasure that the key ring knows of")
                self._log.append(uuid5(pair.person, pair.capacity), pair.person, pair.capacity, at)

    def _tell(self, listed: Listed) -> None:
        if listed.faults != self._told:
            for fault in listed.faults:
                log.error("%s", fault)
        self._told = listed.faults
