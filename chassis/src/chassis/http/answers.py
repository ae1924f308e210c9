"""What every answer has: safe headers, the API's version, and a problem document when all else failed."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from pathlib import PurePath

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.problems import problem
from chassis.telemetry import current_trace_id

__all__ = ["SECURITY_HEADERS", "AnswerHeaders", "LastResort"]

log = logging.getLogger(__name__)

SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


class AnswerHeaders:
    """Puts headers on every answer, errors included; an endpoint's own value stays."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self.app, self._headers = app, dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return await self.app(scope, receive, with_headers)


class AnswerBroken(Exception):
    """An answer broke off after it had begun; the cause is in the log."""


def _a_problem(trace_id: str) -> ASGIApp:
    return problem(500, traceId=trace_id)


class LastResort:
    """Answers 500 for what nobody handled, and logs where it happened: never the error's own text,
    which may quote what a person wrote. ``answer`` makes the answer from the trace id; else a problem."""

    def __init__(self, app: ASGIApp, *, answer: Callable[[str], ASGIApp] = _a_problem) -> None:
        self.app, self._answer = app, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            trace_id = current_trace_id()
            log.error("unhandled %s, trace %s, at %s", type(error).__name__, trace_id, _where(error))
            if begun:
                raise AnswerBroken from None
            await self._answer(trace_id)(scope, receive, send)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " < ".join(f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
