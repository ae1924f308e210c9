"""Refusal or fault → problem document: 404, 409 and 410 are answers, 503 asks to come back."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.aggregates import Refused
from chassis.http.faults import faults_of
from chassis.http.problems import Malformed, problem
from chassis.sealing import Erased
from chassis.signin import NotSignedIn
from chassis.store.errors import Conflict, KeyReused, NotFound, Unavailable
from chassis.store.pools import INFRASTRUCTURE_FAULTS

__all__ = ["answer_refusals"]

PROBLEM_TYPES = "https://waakvlam.example/problems/"
RETRY_AFTER_SECONDS = "2"
Handler = Callable[[Request, Any], Awaitable[Response]]


def answer_refusals(
    app: FastAPI, known_names: Callable[[], frozenset[str]], methods_at: Callable[[str], list[str]]
) -> None:
    """Registers a handler for each kind of refusal and fault."""

    async def malformed(_: Request, error: RequestValidationError) -> Response:
        return problem(400, faults=faults_of(error.errors(), known_names()))

    async def by_status(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            return problem(405, headers={"Allow": ", ".join(methods_at(request.url.path))})
        return problem(error.status_code, headers=error.headers)

    handlers: dict[type[Exception], Handler] = {
        RequestValidationError: malformed,
        HTTPException: by_status,
        Malformed: _malformed_for_the_endpoint,
        NotSignedIn: _not_signed_in,
        Refused: _refused,
        NotFound: _not_found,
        KeyReused: _key_reused,
        Erased: _erased,
        Conflict: _come_back,
        Unavailable: _come_back,
        **dict.fromkeys(INFRASTRUCTURE_FAULTS, _come_back),
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _malformed_for_the_endpoint(_: Request, error: Malformed) -> Response:
    return problem(400, faults=error.faults)


async def _not_signed_in(_: Request, error: NotSignedIn) -> Response:
    challenge = "Bearer" if error.code == "no-token" else 'Bearer error="invalid_token"'
    return problem(401, headers={"WWW-Authenticate": challenge})


async def _refused(_: Request, error: Refused) -> Response:
    return problem(409, title=error.code, detail=error.detail, kind=PROBLEM_TYPES + _kebab(error.code))


async def _not_found(_: Request, __: NotFound) -> Response:
    return problem(404)


async def _key_reused(_: Request, __: KeyReused) -> Response:
    detail = "This Idempotency-Key was used for another request. Choose a new key."
    return problem(409, title="KeyReused", detail=detail, kind=PROBLEM_TYPES + "key-reused")


async def _erased(_: Request, __: Erased) -> Response:
    return problem(410)


async def _come_back(_: Request, __: Exception) -> Response:
    return problem(503, headers={"Retry-After": RETRY_AFTER_SECONDS})


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
