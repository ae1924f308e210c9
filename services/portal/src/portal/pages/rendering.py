"""Templates to answers: everything from outside is escaped, a name that a template lacks is an error."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from portal import moments
from portal.pages.static import StaticFiles


class Rendering:
    """One environment for all pages. The context is one mapping, so that no name can hide another."""

    def __init__(self, static: StaticFiles, *, demo: bool) -> None:
        self._environment = Environment(
            loader=PackageLoader("portal"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= {"moment": moments.moment, "machine": moments.machine}
        self._environment.globals |= {"static": static.address, "demo": demo, "here": ""}

    def text(self, template: str, context: Mapping[str, object]) -> str:
        """The template filled in."""
        return self._environment.get_template(template).render(context)

    def page(self, template: str, context: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """A whole page."""
        return HTMLResponse(self.text(template, context), status)

    def fragment(self, request: Request, text: str) -> Response:
        """A piece of a page, or 304 when the asker has it already."""
        tag = f'"{version_of(text)}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return HTMLResponse(text, headers={"ETag": tag})


def version_of(text: str) -> str:
    """Changes when the text does."""
    return sha256(text.encode()).hexdigest()[:16]
