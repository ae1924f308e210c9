"""Runs the portal as one process: no store and no bus, so nothing but HTTP.

SIGTERM and SIGINT end it gracefully: pages that are being made are finished first.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from chassis import telemetry
from chassis.http.serving import http_server
from chassis.settings import ProcessSettings
from chassis.watchdog import Watchdog

NOISY = ("uvicorn.error", "httpx2", "httpcore2", "opentelemetry")


@dataclass(frozen=True, slots=True)
class Site:
    """What is served, and what to give back at the end."""

    settings: ProcessSettings
    app: ASGIApp
    close: Callable[[], Awaitable[None]]


def main(build: Callable[[], Site], argv: list[str] | None = None) -> None:
    """The command line: ``serve``."""
    parser = argparse.ArgumentParser(description=(sys.modules["__main__"].__doc__ or "").strip() or None)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve until SIGTERM or SIGINT")
    parser.parse_args(argv)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    run(build())


def run(site: Site) -> None:
    """Serve until the process is asked to end."""
    telemetry.setup("portal", site.settings)
    watchdog = Watchdog()
    watchdog.start()
    try:
        asyncio.run(_serve(site, watchdog))
    finally:
        watchdog.stop()
        telemetry.shutdown()


async def serve(site: Site, server: uvicorn.Server) -> None:
    """Serve until the server is told to end; then give back what the site holds."""
    try:
        await server.serve()
    finally:
        await site.close()


async def _serve(site: Site, watchdog: Watchdog) -> None:
    async with asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(watchdog.beat())
        await serve(site, http_server(site.app, site.settings.http_host, site.settings.http_port))
        beating.cancel()
