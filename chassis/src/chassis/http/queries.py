"""A query parameter that an address does not know is refused: a misspelt filter must not be ignored."""

from __future__ import annotations

from fastapi import Request

from chassis.http.description import BASE_PATH
from chassis.http.problems import Malformed

__all__ = ["known_query_only"]


async def known_query_only(request: Request) -> None:
    """Raises `Malformed` for a parameter that the description of this address does not have."""
    if not request.url.query:
        return
    template = request.app.state.routes.template(request.method, request.url.path) or ""
    item = request.app.openapi()["paths"].get(template.removeprefix(BASE_PATH))
    if item is None:  # An address outside the description makes its own rules.
        return
    parameters = item.get(request.method.lower(), {}).get("parameters", [])
    known = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
    if any(name not in known for name in request.query_params):
        reason = "is not a parameter of this address"
        raise Malformed([{"in": "query", "field": "*", "reason": reason}])
