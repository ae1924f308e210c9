"""The one way to make an HTTP API here: same rules for every service, whatever its routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from chassis.http.answers import SECURITY_HEADERS, AnswerHeaders, LastResort
from chassis.http.description import BASE_PATH, describe, field_names
from chassis.http.health import health_router
from chassis.http.queries import KnownQueries
from chassis.http.refusals import answer_refusals
from chassis.http.requests import RequestChecks
from chassis.http.routes import RouteTable
from chassis.signin import Verifier
from chassis.telemetry_http import ServerSpans

__all__ = ["create_app"]

CONTACT = {"name": "Waakvlam", "url": "https://waakvlam.example/contact"}
# The library's own telemetry would record raw paths, addresses and the text of exceptions.
_NO_LIBRARY_TELEMETRY: Any = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    *,
    service: str,
    verifier: Verifier,
    body_hmac_key: bytes,
    readiness: Callable[[], list[str]],
    api_version: str = "1.0.0",
    contact: Mapping[str, str] = CONTACT,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """An API under ``/v1`` that keeps the Dutch API rules and RFC 9457.

    Routers write their paths without ``/v1``. Endpoints that touch the store are plain ``def``. They raise
    `Refused` (409), `NotFound` (404), `Unavailable` (503) and the like; nothing of a request is repeated in
    an error. ``readiness`` names, as codes, why the process cannot serve now.
    """
    app = FastAPI(
        title=title,
        description=description,
        version=api_version,
        contact=dict(contact),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_LIBRARY_TELEMETRY,
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    table = RouteTable(app)
    app.state.service = service
    app.state.verifier = verifier
    app.state.body_hmac_key = body_hmac_key
    for router in (health_router(readiness), *routers):
        app.include_router(router, prefix=BASE_PATH)
    describe(app)
    answer_refusals(app, cache(lambda: field_names(app.openapi())), table.methods_at)
    # The last one added is the outermost.
    app.add_middleware(RequestChecks, query_names=KnownQueries(app, table).at)
    app.add_middleware(LastResort)
    app.add_middleware(AnswerHeaders, headers={"API-Version": api_version, **SECURITY_HEADERS})
    app.add_middleware(ServerSpans, template=table.template)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
