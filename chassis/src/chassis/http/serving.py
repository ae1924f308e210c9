"""How a process serves its app: quietly, without telling what it runs on, and ending when it is asked to."""

from __future__ import annotations

import signal
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

__all__ = ["http_server"]

FINISH_WITHIN_SECONDS = 10


class HttpServer(uvicorn.Server):
    """Returns from ``serve`` after SIGTERM or SIGINT, so that the process can give back what it holds.

    The library's own handler notes the signal and raises it again at the end of ``serve``: the process would
    be dead before its next line.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def http_server(app: ASGIApp, host: str, port: int) -> HttpServer:
    """A server for one app; run its ``serve()`` in the main thread. Requests that run are finished first."""
    return HttpServer(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=FINISH_WITHIN_SECONDS,
            ws="none",
        )
    )
