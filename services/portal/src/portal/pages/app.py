"""The portal's pages, put together."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from chassis.http.answers import SECURITY_HEADERS, AnswerHeaders, LastResort
from chassis.http.health import health_router
from chassis.http.routes import RouteTable
from chassis.telemetry_http import ServerSpans
from portal.casefile import Casefile
from portal.pages.cases import case_pages
from portal.pages.faults import BROKEN, message_page, tell_faults
from portal.pages.rendering import Rendering
from portal.pages.static import StaticFiles, static_files

PAGE_HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# The library's own telemetry would record raw paths and the text of exceptions.
_NO_LIBRARY_TELEMETRY: Any = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def portal_app(casefile: Casefile, *, demo: bool) -> FastAPI:
    """The app. It is ready as soon as it answers: with casefile away, a page that says so is the answer."""
    static = StaticFiles()
    rendering = Rendering(static, demo=demo)
    app = FastAPI(
        title="Waakvlam portal",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_LIBRARY_TELEMETRY,
    )
    app.include_router(health_router(lambda: []), prefix="/v1")
    app.include_router(static_files(static))
    app.include_router(case_pages(casefile, rendering))
    tell_faults(app, rendering)
    # The last one added is the outermost.
    app.add_middleware(LastResort, answer=lambda _: message_page(rendering, BROKEN))
    app.add_middleware(AnswerHeaders, headers=PAGE_HEADERS)
    app.add_middleware(ServerSpans, template=RouteTable(app).template)
    return app
