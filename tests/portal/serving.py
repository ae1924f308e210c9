"""Apps on free ports, in a thread of their own, for as long as a test needs them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp
from tests.support.waiting import until

from chassis.http.serving import http_server
from portal.serving import Site, serve


@contextmanager
def served(what: Site | ASGIApp) -> Iterator[str]:
    """A site or app, and its address."""
    if isinstance(what, Site):
        server = http_server(what.app, "127.0.0.1", 0)
        running = serve(what, server)
    else:
        server = http_server(what, "127.0.0.1", 0)
        running = server.serve()
    thread = threading.Thread(target=asyncio.run, args=(running,))
    thread.start()
    try:
        until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
