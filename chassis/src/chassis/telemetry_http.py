"""One span per request, named by its route template; the raw path, query and address are never recorded."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import telemetry

__all__ = ["ServerSpans"]

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class ServerSpans:
    """Pure ASGI. ``template(method, path)`` gives the route's template, or None."""

    def __init__(self, app: ASGIApp, *, template: Callable[[str, str], str | None]) -> None:
        self.app, self._template = app, template

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not telemetry.is_on():
            return await self.app(scope, receive, send)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = self._template(method, scope["path"])
        if route is not None and "/health/" in route:
            return await self.app(scope, receive, send)
        known: dict[str, Any] = {"http.request.method": method, "http.route": route or "/unmatched"}
        begun, parent = perf_counter(), _traceparent(scope)
        with telemetry.span_from(parent, f"{method} {route or '/unmatched'}", "server", known) as span:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    known["http.response.status_code"] = message["status"]
                    span.note({"http.response.status_code": message["status"]})
                    if message["status"] >= 500:
                        span.failed(f"http-{message['status']}")
                await send(message)

            try:
                await self.app(scope, receive, noting)
            finally:
                telemetry.metrics.http_duration.record(perf_counter() - begun, known)


def _traceparent(scope: Scope) -> str | None:
    values = [value for name, value in scope["headers"] if name == b"traceparent"]
    return values[0].decode("latin-1") if len(values) == 1 else None
