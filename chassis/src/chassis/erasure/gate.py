"""Nothing is answered before erasures are re-applied, but how the process is doing."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.erasure.reapplying import Reapplying
from chassis.http.problems import problem

__all__ = ["Gate"]

HEALTH = "/v1/health/"


class Gate:
    """Stands before a service's app: 503 for everything else until then."""

    def __init__(self, app: ASGIApp, reapplying: Reapplying) -> None:
        self._app, self._reapplying = app, reapplying

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        closed = scope["type"] == "http" and not self._reapplying.applied
        if closed and not scope["path"].startswith(HEALTH):
            await problem(503, headers={"Retry-After": "2"})(scope, receive, send)
            return
        await self._app(scope, receive, send)
