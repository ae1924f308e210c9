"""The one way to make an HTTP API here: same rules for every service, whatever its routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from chassis.access.asking import Clock
from chassis.clock import SystemClock
from chassis.http.answers import SECURITY_HEADERS, AnswerHeaders, LastResort
from chassis.http.described import Described
from chassis.http.description import BASE_PATH, describe, field_names
from chassis.http.health import health_router
from chassis.http.processing import processing_router
from chassis.http.recorded import RecordedAnswers
from chassis.http.refusals import answer_refusals
from chassis.http.requests import RequestChecks
from chassis.http.routes import RouteTable
from chassis.http.signing_in import Askings
from chassis.signin import Verifier
from chassis.telemetry_http import ServerSpans
from contracts.processing import Register, register

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
    record: Callable[[str], None] | None = None,
    clock: Clock | None = None,
    processing: Register | None = None,
    api_version: str = "1.0.0",
    contact: Mapping[str, str] = CONTACT,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """An API under ``/v1`` that keeps the Dutch API rules and RFC 9457.

    Routers write their paths without ``/v1``. Endpoints that touch the store are plain ``def``. They raise
    `Refused` (409), `NotFound` (404), `Unavailable` (503) and the like; nothing of a request is repeated in
    an error. ``readiness`` names, as codes, why the process cannot serve now.

    ``record`` writes one access record and raises Unavailable when it cannot; every route that wants a
    sign-in needs it (ValueError). ``clock`` dates the records. ``processing`` is the register of processing.
    """
    processing = processing or register()
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
    described = Described(app, table)
    askings = Askings(
        service=service,
        verifier=verifier,
        clock=clock or SystemClock(),
        key=body_hmac_key,
        register=processing,
        routes=table,
        is_signed_in=described.is_signed_in,
    )
    app.state.service, app.state.body_hmac_key, app.state.askings = service, body_hmac_key, askings
    registers = [processing_router(service, processing)] if routers else []
    for router in (health_router(readiness), *registers, *routers):
        app.include_router(router, prefix=BASE_PATH)
    describe(app)
    answer_refusals(app, cache(lambda: field_names(app.openapi())), table.methods_at)
    # The last one added is the outermost.
    app.add_middleware(RequestChecks, query_names=described.at)
    app.add_middleware(LastResort)
    if record is not None:
        app.add_middleware(RecordedAnswers, record=record, sign_in=askings.of_early_answer)
    elif described.wants_sign_in():
        raise ValueError("routes that want a sign-in need a way to record who was answered")
    app.add_middleware(AnswerHeaders, headers={"API-Version": api_version, **SECURITY_HEADERS})
    app.add_middleware(ServerSpans, template=table.template)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
