"""Which query parameters an address knows: a misspelt filter must be refused, not ignored."""

from __future__ import annotations

from fastapi import FastAPI

from chassis.http.description import BASE_PATH
from chassis.http.routes import RouteTable

__all__ = ["KnownQueries"]


class KnownQueries:
    """The query parameters in the description of an app."""

    def __init__(self, app: FastAPI, routes: RouteTable) -> None:
        self._app, self._routes = app, routes

    def at(self, method: str, path: str) -> frozenset[str] | None:
        """The names that an operation knows; None for one outside the description: it has its own rules."""
        template = self._routes.template(method, path) or ""
        item = self._app.openapi()["paths"].get(template.removeprefix(BASE_PATH), {})
        operation = item.get(method.lower())
        if operation is None:
            return None
        return frozenset(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
