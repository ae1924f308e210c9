"""What a process does about erasures while it runs: first erase again, then serve; forget keys when told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.types import ASGIApp

from chassis.erasure.entries import Entry
from chassis.erasure.evicting import Evicting
from chassis.erasure.gate import Gate
from chassis.erasure.means import Means
from chassis.erasure.reapplying import Reapplying
from chassis.store.errors import Conflict, Unavailable
from chassis.store.pools import Pool
from chassis.views.view import View

__all__ = ["Forgetting", "OnErased"]

log = logging.getLogger(__name__)
OnErased = Callable[[Sequence[Entry]], None]
"""What a service does about entries of the erasure log, when it starts; any number of times."""


class Forgetting:
    """Of one process; without means (a service that keeps no words of anybody) it stands in nobody's way."""

    def __init__(
        self,
        means: Means | None,
        pool: Pool,
        views: Sequence[View],
        on_erased: OnErased = lambda _entries: None,
    ) -> None:
        self._on_erased = on_erased
        self._reapplying: Reapplying | None = means.reapplying(pool, views) if means else None
        self._evicting: Evicting | None = means.evicting() if means else None
        self._ready = asyncio.Event()

    def gate(self, app: ASGIApp) -> ASGIApp:
        """The app behind a gate that opens when erasures are re-applied."""
        return Gate(app, self._reapplying) if self._reapplying else app

    def readiness(self) -> list[str]:
        """Why nothing may be served yet, as codes."""
        return self._reapplying.readiness() if self._reapplying else []

    async def then(self, run: Callable[[], Awaitable[None]]) -> None:
        """Run the worker as soon as erasures are re-applied, and what an older database does not know of them
        is told to the service.
        """
        await self._ready.wait()
        if self._reapplying:
            await asyncio.to_thread(self._catch_up, self._reapplying.entries)
        await run()

    def _catch_up(self, entries: Sequence[Entry]) -> None:
        try:
            self._on_erased(entries)
        except (Unavailable, Conflict) as fault:  # another replica does the same; or at the next start
            log.warning("erasures are not caught up with: %s", fault)

    async def keep_on(self) -> None:
        """Erase again what came back, now and every minute; listen to the key ring."""
        if self._evicting:
            self._evicting.start()
        if self._reapplying:
            await self._reapplying.until_applied()
        self._ready.set()
        if self._reapplying:
            await self._reapplying.keep_on()

    def stop(self) -> None:
        """Listen no longer."""
        if self._evicting:
            self._evicting.stop()
