"""The few files that pages need beside themselves; part of the package, read once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """What is sent; ``version`` changes with the content."""

    content: bytes
    kind: str
    version: str


class StaticFiles:
    """All of them, by name."""

    def __init__(self) -> None:
        self._files = {
            file.name: StaticFile(
                content := file.read_bytes(),
                KINDS[file.name.rpartition(".")[2]],
                sha256(content).hexdigest()[:12],
            )
            for file in files("portal").joinpath("static").iterdir()
            if file.name.rpartition(".")[2] in KINDS
        }

    def address(self, name: str) -> str:
        """Where a page finds it; another content is another address, so it may be kept for ever."""
        return f"/static/{name}?v={self._files[name].version}"

    def find(self, name: str) -> StaticFile | None:
        return self._files.get(name)


def static_files(known: StaticFiles) -> APIRouter:
    """The route to them, without sign-in."""
    router = APIRouter()

    @router.api_route("/static/{name}", methods=["GET", "HEAD"])
    async def static(request: Request, name: str) -> Response:
        found = known.find(name)
        if found is None:
            raise HTTPException(404)
        current = request.query_params.get("v") == found.version
        headers = {"Cache-Control": FOR_EVER if current else "no-cache"}
        return Response(found.content, headers=headers, media_type=found.kind)

    return router


Addresses = Callable[[str], str]
