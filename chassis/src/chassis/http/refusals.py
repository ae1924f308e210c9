"""Refusal or fault → problem document: 404, 409 and 410 are answers, 503 asks to come back."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.aggregates import Refused
from chassis.codes import TooManyTries
from chassis.http.faults import faults_of
from chassis.http.problems import Malformed, problem
from chassis.http.recorded import RETRY_AFTER_SECONDS
from chassis.sealing import Erased
from chassis.signin import ACTING_AS, NotSignedIn, RoleNotChosen, RoleNotHeld
from chassis.store.errors import Conflict, KeyReused, NotFound, Unavailable
from chassis.store.pools import INFRASTRUCTURE_FAULTS

__all__ = ["answer_refusals"]

PROBLEM_TYPES = "https://waakvlam.example/problems/"
_WAIT = "This was tried too often; Retry-After says how many seconds to wait."
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
        RoleNotChosen: _role_not_chosen,
        RoleNotHeld: _role_not_held,
        Refused: _refused,
        NotFound: _not_found,
        KeyReused: _key_reused,
        TooManyTries: _too_many_tries,
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


async def _role_not_chosen(_: Request, __: RoleNotChosen) -> Response:
    reason = "is missing: you have several roles; name the one that you act in"
    return problem(400, faults=[{"in": "header", "field": ACTING_AS, "reason": reason}])


async def _role_not_held(_: Request, __: RoleNotHeld) -> Response:
    return problem(403, detail=f"{ACTING_AS} names a role that you do not have.")


async def _refused(_: Request, error: Refused) -> Response:
    return problem(409, title=error.code, detail=error.detail, kind=PROBLEM_TYPES + _kebab(error.code))


async def _not_found(_: Request, __: NotFound) -> Response:
    return problem(404)


async def _key_reused(_: Request, __: KeyReused) -> Response:
    detail = "This Idempotency-Key was used for another request. Choose a new key."
    return problem(409, title="KeyReused", detail=detail, kind=PROBLEM_TYPES + "key-reused")


async def _too_many_tries(_: Request, error: TooManyTries) -> Response:
    seconds = max(1, math.ceil(error.wait.total_seconds()))
    return problem(429, detail=_WAIT, headers={"Retry-After": str(seconds)})


async def _erased(_: Request, __: Erased) -> Response:
    return problem(410)


async def _come_back(_: Request, __: Exception) -> Response:
    return problem(503, headers={"Retry-After": RETRY_AFTER_SECONDS})


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
