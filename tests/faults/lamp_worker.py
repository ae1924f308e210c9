"""The worker side of a service in a thread of this process, with any of its parts broken."""

from __future__ import annotations

import asyncio
import threading

from tests.faults.lamp_ground import Ground
from tests.faults.lamp_service import (
    LampsSettings,
    SwitchboardSettings,
    build_lamps,
    build_switchboard,
)
from tests.faults.variants import VARIANTS

from chassis import process
from chassis.service import Service
from chassis.store.store import Store


class Worker:
    """Relay, inbox, follower and the watch over them, exactly as a process runs them."""

    def __init__(self, service: Service, variant: str) -> None:
        self.service = service
        with VARIANTS[variant].in_place():
            self.parts = process._Worker(service)
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=f"{service.base.service} worker", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """The service's name."""
        return self.service.base.service

    @property
    def store(self) -> Store:
        """Its store."""
        return self.service.base.worker_store

    def readiness(self) -> list[str]:
        """Why it does not work, as codes."""
        return self.parts.readiness()

    def _run(self) -> None:
        async def work() -> None:
            running = asyncio.create_task(self.parts.run())
            await self._stopped.wait()
            await self.parts.close()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(work())

    def stop(self) -> None:
        """Gracefully, and give the connections back."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(30.0)
        self.service.base.close()


def worker(ground: Ground, name: str, variant: str) -> Worker:
    """A running worker of lamps or switchboard."""
    values = ground.values(name, port=1)
    with VARIANTS[variant].in_place():
        if name == "lamps":
            service = build_lamps(LampsSettings.model_validate(values))
        else:
            service = build_switchboard(SwitchboardSettings.model_validate(values))
    return Worker(service, variant)
