"""Which addresses an app has: templates for spans, methods for ``Allow``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

__all__ = ["RouteTable"]


@dataclass(frozen=True, slots=True)
class _Route:
    pattern: re.Pattern[str]
    template: str
    name: str
    methods: frozenset[str]


class RouteTable:
    """The routes of an app, read at the first question, when all are there."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    @cached_property
    def _routes(self) -> list[_Route]:
        return [
            _Route(
                context.path_regex, context.path_format, context.name or "", frozenset(context.methods or ())
            )
            for context in iter_route_contexts(self._app.routes)
            if context.path_format
        ]

    def template(self, method: str, path: str) -> str | None:
        """The template that answers, such as ``/v1/lamps/{lamp_id}``; None when nothing has that address."""
        found = self._find(method, path)
        return found.template if found else None

    def name(self, method: str, path: str) -> str | None:
        """The name of the route that answers; None when nothing knows that method there."""
        found = self._find(method, path)
        return found.name if found and method in found.methods else None

    def _find(self, method: str, path: str) -> _Route | None:
        found = None
        for route in self._routes:
            if route.pattern.match(path):
                if method in route.methods:
                    return route
                found = found or route
        return found

    def methods_at(self, path: str) -> list[str]:
        """Every method that an address knows, sorted."""
        return sorted({m for route in self._routes if route.pattern.match(path) for m in route.methods})
