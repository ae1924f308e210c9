"""Runs a service as one process: ``--role api`` serves HTTP, ``worker`` moves events, ``all`` does both.

A worker answers health questions too. SIGTERM and SIGINT end it gracefully: requests and handlers that run
are finished, the relay's lease is given back; nothing is lost if it is killed instead.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal

import psycopg
from psycopg_pool import PoolTimeout

from chassis import telemetry
from chassis.access.policies import Policies
from chassis.bus import Address, Bus
from chassis.erasure.forgetting import Forgetting
from chassis.http import create_app
from chassis.http.serving import http_server
from chassis.inbox import resend
from chassis.inbox.subscriber import Subscriber
from chassis.listening import Listener
from chassis.relay import Outbox, Relay
from chassis.service import Service
from chassis.sharing.feed import Feed
from chassis.sharing.gate import Gate
from chassis.store.errors import Conflict, Unavailable
from chassis.store.pools import Pool
from chassis.sweeper import SWEEP_SECONDS, Sweeper
from chassis.views.follower import Follower
from chassis.watchdog import Watchdog

log = logging.getLogger(__name__)
Role = Literal["all", "api", "worker"]


def main(build: Callable[[], Service], argv: list[str] | None = None) -> None:
    """The command line of a service: ``serve [--role api|worker]``."""
    parser = argparse.ArgumentParser(description=(sys.modules["__main__"].__doc__ or "").strip() or None)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve until SIGTERM or SIGINT")
    serve.add_argument(
        "--role", choices=("all", "api", "worker"), default="all", help="HTTP, events, or both (default)"
    )
    arguments = parser.parse_args(argv)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for noisy in ("uvicorn.error", "psycopg.pool", "opentelemetry"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    run(build(), arguments.role)


def run(service: Service, role: Role = "all") -> None:
    """Serve until the process is asked to end."""
    base = service.base
    telemetry.setup(base.service, base.settings)
    watchdog = Watchdog()
    watchdog.start()
    try:
        asyncio.run(_serve(service, role, watchdog))
    finally:
        watchdog.stop()
        base.close()
        telemetry.shutdown()


async def _serve(service: Service, role: Role, watchdog: Watchdog) -> None:
    base = service.base
    base.access.check()
    worker = _Worker(service) if role != "api" else None
    forgetting = Forgetting(base.erasing, base.worker_pool, service.views, service.on_erased)

    def readiness() -> list[str]:
        reasons = base.verifier.readiness() + service.readiness() + forgetting.readiness()
        reasons += [] if _answers(base.api_pool) else ["database-away"]
        return reasons + (worker.readiness() if worker else [])

    if role == "worker":
        app = create_app(
            f"{base.service} worker",
            "Health only.",
            [],
            service=base.service,
            verifier=base.verifier,
            readiness=readiness,
            body_hmac_key=base.body_hmac_key,
        )
    else:
        app = service.app(readiness)
    server = http_server(forgetting.gate(app), base.settings.http_host, base.settings.http_port)
    async with asyncio.TaskGroup() as tasks:
        background = [tasks.create_task(watchdog.beat()), tasks.create_task(forgetting.keep_on())]
        if worker:
            background.append(tasks.create_task(forgetting.then(worker.run)))
        await server.serve()
        if worker:
            await worker.close()
        for task in background:
            task.cancel()
        forgetting.stop()


def _answers(pool: Pool) -> bool:
    try:
        with pool.connection(timeout=1.0) as conn:
            conn.execute("select 1")
    except (psycopg.Error, PoolTimeout):
        return False
    return True


class _Worker:
    """Relay, inboxes, follower, sweeper and feed to partners of a service."""

    def __init__(self, service: Service) -> None:
        base = service.base
        settings = base.settings
        self._pool = base.worker_pool
        self._service = base.service
        self.outbox = Outbox(base.worker_pool)
        self.relay = Relay(self.outbox, settings.stream)
        self.inboxes = [base.inbox(source, heard) for source, heard in service.subscriptions.items()]
        address = Address(
            settings.nats_url, settings.nats_user, settings.nats_password.get_secret_value(), settings.stream
        )
        self.bus = Bus(
            address,
            base.service,
            [
                Subscriber(base.service, inbox, settings.stream, lambda: _answers(self._pool))
                for inbox in self.inboxes
            ],
        )
        self.follower = Follower(base.worker_pool, service.views) if service.views else None
        self.sweeper = Sweeper(base.worker_pool, base.worker_store, service.on_due, base.clock)
        self._sweeps = bool(service.on_due)
        self.feed = _feed(service)
        self.listener = Listener(base.dsn("worker"), self._wake_from_thread)
        self._loop: asyncio.AbstractEventLoop | None = None

    def readiness(self) -> list[str]:
        return self.bus.readiness() + (self.follower.readiness() if self.follower else [])

    def _wake_from_thread(self) -> None:
        if self.follower:
            self.follower.wake()
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closing
                self._loop.call_soon_threadsafe(self.relay.wake)
                if self.feed:
                    self._loop.call_soon_threadsafe(self.feed.wake)

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.listener.start()
        if self.follower:
            self.follower.start()
        async with asyncio.TaskGroup() as tasks:
            if self._sweeps:
                tasks.create_task(_for_ever(self._sweep))
            client = await self.bus.connect()
            await resend.answer_requests(self._service, client, self.outbox, self.relay)
            tasks.create_task(self.relay.run(client))
            tasks.create_task(self.bus.watch())
            if self.feed:
                tasks.create_task(self.feed.run(client))
            tasks.create_task(resend.keep_going(self.inboxes, client))

    async def _sweep(self) -> None:
        await asyncio.to_thread(self.sweeper.sweep)
        await asyncio.sleep(SWEEP_SECONDS)

    async def close(self) -> None:
        await self.bus.close()
        await self.relay.stop()
        if self.feed:
            await self.feed.stop()
        self.listener.stop()
        if self.follower:
            self.follower.stop()
            await asyncio.to_thread(self.follower.join, 5.0)


def _feed(service: Service) -> Feed | None:
    """What tells partner organisations, for a service that does."""
    if service.teller is None:
        return None
    base = service.base
    gate = Gate(base.service, lambda: Policies.of(base.service), base.clock)
    return Feed(base.worker_pool, service.teller, gate)


async def _for_ever(step: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await step()
        except (Unavailable, Conflict) as fault:
            log.warning("waiting: %s", fault)
            await asyncio.sleep(1.0)
