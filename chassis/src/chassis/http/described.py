"""What the description says of an address: its query parameters (a misspelt filter must be refused, not
ignored), and whether it wants a sign-in."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from chassis.http.description import BASE_PATH
from chassis.http.routes import RouteTable

__all__ = ["Described"]


class Described:
    """The operations in the description of an app."""

    def __init__(self, app: FastAPI, routes: RouteTable) -> None:
        self._app, self._routes = app, routes

    def at(self, method: str, path: str) -> frozenset[str] | None:
        """The names that an operation knows; None for one outside the description: it has its own rules."""
        operation = self._operation(method, path)
        if operation is None:
            return None
        return frozenset(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")

    def is_signed_in(self, method: str, path: str) -> bool:
        """Whether only somebody who signed in is answered there."""
        return "security" in (self._operation(method, path) or ())

    def wants_sign_in(self) -> bool:
        """Whether any address does."""
        items = self._app.openapi()["paths"].values()
        return any("security" in operation for item in items for operation in item.values())

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        template = self._routes.template(method, path) or ""
        item = self._app.openapi()["paths"].get(template.removeprefix(BASE_PATH), {})
        operation: dict[str, Any] | None = item.get(method.lower())
        return operation
