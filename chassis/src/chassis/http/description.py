"""The OpenAPI document, told as the service behaves: 400 and problem documents, base path in ``servers``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chassis.http.problems import MEDIA_TYPE

__all__ = ["BASE_PATH", "OPENAPI_PATH", "describe", "field_names"]

BASE_PATH = "/v1"
OPENAPI_PATH = f"{BASE_PATH}/openapi.json"
_OPEN_CORS = {"Access-Control-Allow-Origin": "*"}
_FAULT = {
    "type": "object",
    "required": ["in", "reason"],
    "properties": {
        "in": {"type": "string", "enum": ["body", "query", "path", "header"]},
        "pointer": {"type": "string", "description": "JSON pointer into the body."},
        "field": {"type": "string", "description": "Name of a parameter or header."},
        "reason": {"type": "string"},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "faults": {"type": "array", "items": _FAULT},
        "reasons": {"type": "array", "items": {"type": "string"}},
        "traceId": {"type": "string"},
    },
}
_VERSION = {"schema": {"type": "string"}, "description": "Version of this API.", "required": True}
_VERSION_HEADER = {"API-Version": {"$ref": "#/components/headers/ApiVersion"}}
_PROBLEMS = {
    "400": ("Malformed", "The request is malformed; all faults together."),
    "401": ("NotSignedIn", "The request needs a valid access token."),
    "404": ("NotFound", "Absent, or not for you."),
    "409": ("Refused", "Refused, for the reason in title."),
    "503": ("Unavailable", "Not possible now; try again."),
    "default": ("Problem", "Anything else that went wrong."),
}


def describe(app: FastAPI) -> None:
    """Serves the document at ``/v1/openapi.json``: without sign-in, for every origin."""
    library_document = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(library_document())
        assert app.openapi_schema is not None  # noqa: S101  # the library keeps what it made
        return app.openapi_schema

    async def openapi_json(_: Request) -> Response:
        return JSONResponse(document(), headers=_OPEN_CORS)

    app.openapi = document  # type: ignore[method-assign]  # the way that the library documents
    app.add_route(OPENAPI_PATH, openapi_json, methods=["GET"], include_in_schema=False)


def field_names(document: dict[str, Any]) -> frozenset[str]:
    """Every name of a field or parameter in a document: those that an error may show."""
    return frozenset(_field_names(document))


def _field_names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("properties", {}) if isinstance(node.get("properties"), dict) else ()
        if isinstance(node.get("name"), str) and "in" in node:
            yield node["name"]
        for child in node.values():
            yield from _field_names(child)
    elif isinstance(node, list):
        for child in node:
            yield from _field_names(child)


def _complete(document: dict[str, Any]) -> None:
    document["servers"] = [{"url": BASE_PATH}]
    document["paths"] = {path.removeprefix(BASE_PATH): item for path, item in document["paths"].items()}
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = _PROBLEM
    components["headers"] = {"ApiVersion": _VERSION}
    components["responses"] = {
        name: {
            "description": description,
            "headers": _VERSION_HEADER,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for name, description in _PROBLEMS.values()
    }
    for item in document["paths"].values():
        for method, operation in item.items():
            _complete_operation(method, operation)


def _complete_operation(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for response in responses.values():
        response["headers"] = {**_VERSION_HEADER, **response.get("headers", {})}
    takes_something = "parameters" in operation or "requestBody" in operation
    told = {
        "400": takes_something,
        "401": "security" in operation,
        "404": takes_something,
        "409": method != "get",
        "503": True,
        "default": True,
    }
    for status, (name, _) in _PROBLEMS.items():
        if told[status]:
            responses.setdefault(status, {"$ref": f"#/components/responses/{name}"})
