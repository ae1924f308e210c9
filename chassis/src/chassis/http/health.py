"""Is it alive, and is it ready? Without sign-in, and without a word beyond codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from chassis.http.model import ApiModel
from chassis.http.problems import problem

__all__ = ["Health", "health_router"]


class Health(ApiModel):
    """How the process is."""

    status: Literal["alive", "ready"]


def health_router(readiness: Callable[[], list[str]]) -> APIRouter:
    """``readiness`` says why the process cannot serve now, as codes; it may ask the database."""
    router = APIRouter(tags=["health"])

    @router.get("/health/live", summary="Tell that the process runs")
    async def live() -> Health:
        return Health(status="alive")

    @router.get("/health/ready", summary="Tell whether the process can serve", response_model=Health)
    def ready() -> Health | Response:
        if reasons := readiness():
            detail = "Not ready; reasons says why."
            return problem(503, detail=detail, headers={"Retry-After": "2"}, reasons=reasons)
        return Health(status="ready")

    return router
