"""What a request must be before anything looks at it: acceptable, in time, small, and clean JSON.

Pure ASGI, so that bodies are cut off while they arrive and nothing buffers the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.json_checks import body_faults, is_clean
from chassis.http.problems import Fault, problem

__all__ = ["MAX_BODY_BYTES", "RequestChecks"]

MAX_BODY_BYTES = 64 * 1024
BODY_WITHIN_SECONDS = 10.0


QueryNames = Callable[[str, str], frozenset[str] | None]
"""The query parameters that ``(method, path)`` knows, or None when that is not for us to say."""


class _Gone(Exception):
    """The asker went away before the body was whole."""


class RequestChecks:
    """Refuses what cannot be handled with 400, 406, 408, 413 or 415; hands the whole body on."""

    def __init__(
        self, app: ASGIApp, *, query_names: QueryNames, body_within: float = BODY_WITHIN_SECONDS
    ) -> None:
        self.app, self._query_names, self._body_within = app, query_names, body_within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        if not accepts_json(headers.getlist("accept")):
            return await problem(406)(scope, receive, send)
        if faults := _target_faults(scope) or self._query_faults(scope):
            return await problem(400, faults=faults)(scope, receive, send)
        try:
            async with asyncio.timeout(self._body_within):
                body = await _whole_body(headers, receive)
        except TimeoutError:
            return await problem(408, headers={"Connection": "close"})(scope, receive, send)
        except _Gone:
            return None
        refusal = problem(413, headers={"Connection": "close"}) if body is None else _refusal(headers, body)
        if refusal is not None:
            return await refusal(scope, receive, send)
        return await self.app(scope, _replay(body or b"", receive), send)

    def _query_faults(self, scope: Scope) -> list[Fault]:
        if not scope["query_string"]:
            return []
        known = self._query_names(scope["method"], scope["path"])
        if known is None or all(name in known for name in QueryParams(scope["query_string"])):
            return []
        return [{"in": "query", "field": "*", "reason": "is not a parameter of this address"}]


def accepts_json(accept: list[str]) -> bool:
    """Whether an answer in JSON is welcome."""
    ranges = [part.strip() for header in accept for part in header.split(",") if part.strip()]
    if not ranges:
        return True
    for media_range in ranges:
        kind, *parameters = (part.strip().lower() for part in media_range.split(";"))
        if kind in ("*/*", "application/*", "application/json") and not any(map(_is_zero, parameters)):
            return True
    return False


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and value.strip().strip("0.") == "" and value.strip() != ""


def _target_faults(scope: Scope) -> list[Fault]:
    places = {"path": scope["path"].encode("utf-8", "surrogateescape"), "query": _unquoted(scope)}
    return [
        {"in": place, "field": "*", "reason": "has characters that are not allowed"}
        for place, raw in places.items()
        if not _is_clean_utf8(raw)
    ]


def _unquoted(scope: Scope) -> bytes:
    return unquote_to_bytes(scope["query_string"].replace(b"+", b" "))


def _is_clean_utf8(raw: bytes) -> bool:
    try:
        return is_clean(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


async def _whole_body(headers: Headers, receive: Receive) -> bytes | None:
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:12]) > MAX_BODY_BYTES:
        return None
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            return None
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _refusal(headers: Headers, body: bytes) -> Response | None:
    if not body:
        return None
    kind, *parameters = (part.strip().lower() for part in headers.get("content-type", "").split(";"))
    charsets = [p.partition("=")[2].strip('" ') for p in parameters if p.startswith("charset")]
    coded = headers.get("content-encoding", "identity").lower() != "identity"
    if kind != "application/json" or coded or any(charset != "utf-8" for charset in charsets):
        return problem(415, headers={"Accept": "application/json"})
    faults = body_faults(body)
    return problem(400, faults=faults) if faults else None


def _replay(body: bytes, receive: Receive) -> Receive:
    handed_on = False

    async def replayed() -> Message:
        nonlocal handed_on
        if handed_on:
            return await receive()
        handed_on = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
