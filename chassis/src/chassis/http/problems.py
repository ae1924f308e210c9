"""Every error as ``application/problem+json`` (RFC 9457), never with a word of what was sent in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

__all__ = ["MEDIA_TYPE", "Fault", "Malformed", "problem"]

MEDIA_TYPE = "application/problem+json"
_DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request is malformed; faults says where and why.",
    HTTPStatus.UNAUTHORIZED: "Sign in first: the request needs a valid access token.",
    HTTPStatus.NOT_FOUND: "There is no such thing here, or none that you may know of.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not know that method; Allow names those it knows.",
    HTTPStatus.NOT_ACCEPTABLE: "Answers are JSON: accept application/json.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time.",
    HTTPStatus.GONE: "These data were erased.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Bodies are JSON in UTF-8: send Content-Type: application/json.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here; traceId helps to find out what.",
    HTTPStatus.SERVICE_UNAVAILABLE: "This cannot be done right now; try again with the same Idempotency-Key.",
}

Fault = dict[str, str]
"""One thing that is wrong: ``in`` (body, query, path, header), ``pointer`` or ``field``, ``reason``."""


class Malformed(Exception):
    """The request is malformed in a way that only the endpoint can see; answered with 400."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(f"{len(self.faults)} faults")


def problem(
    status: int,
    *,
    title: str | None = None,
    detail: str | None = None,
    kind: str = "about:blank",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """A problem document. ``members`` are extra ones, such as ``faults``; ``kind`` is its ``type``."""
    known = HTTPStatus(status)
    content = {
        "type": kind,
        "title": title or known.phrase,
        "status": status,
        "detail": detail or _DETAILS.get(known, known.description or known.phrase),
        **members,
    }
    return Response(json.dumps(content), status, dict(headers or {}), MEDIA_TYPE)
