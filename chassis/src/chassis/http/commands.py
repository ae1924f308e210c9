"""``GET /v1/commands/{key}``: was this command applied, and what was its answer? (promise P2)"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Path

from chassis.http.callers import AsReader
from chassis.http.model import ApiModel

__all__ = ["CommandStatus", "commands_router"]


class Answers(Protocol):
    """As much of the store as this question needs."""

    def answered(self, organisation: str, principal: str, key: str) -> dict[str, Any] | None:
        """The answer of an applied command of this principal, or None."""
        ...


class CommandStatus(ApiModel):
    """What became of a command. ``unknown`` means not applied: it may be sent again with its key."""

    status: Literal["applied", "unknown"]
    answer: dict[str, Any] | None = None


def commands_router(store: Answers) -> APIRouter:
    """The route; a key is looked up within the asker's own organisation and subject only."""
    router = APIRouter(tags=["commands"])

    @router.get("/commands/{key}", summary="Tell whether a command was applied")
    def command_status(asking: AsReader, key: Annotated[str, Path(max_length=200)]) -> CommandStatus:
        answer = store.answered(asking.organisation, asking.subject, key)
        return CommandStatus(status="unknown" if answer is None else "applied", answer=answer)

    return router
