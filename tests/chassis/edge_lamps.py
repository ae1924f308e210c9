"""An invented API about lamps, for the tests of HTTP: every kind of answer that a service can give."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx2
import psycopg
from fastapi import APIRouter, FastAPI, Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from tests.support.ids import an_id
from tests.support.tokens import ProviderForTests

from chassis.aggregates import Refused
from chassis.http import (
    ApiModel,
    AsCaller,
    AsPaging,
    AsReader,
    Caller,
    NumbersOnly,
    PageOf,
    UtcTime,
    commands_router,
    create_app,
)
from chassis.sealing import Erased
from chassis.store.errors import Conflict, KeyReused, NotAllowed, NotFound, Unavailable

CANARY = "kanarie-Nour-0612345678"


class LampBurnsAlready(Refused):
    """The lamp burns already."""


def _known_colour(value: str) -> str:
    if value not in ("amber", "white"):
        raise PydanticCustomError("unknown_colour", "is not a colour of the list")
    return value


def _not_thirteen(value: int) -> int:
    if value == 13:
        raise ValueError(f"{value} quotes the value, {CANARY}")
    return value


class Switch(ApiModel):
    """Switch a lamp on."""

    switched_at: UtcTime
    how_bright: Annotated[
        int,
        Field(ge=1, le=100, json_schema_extra={"not": {"const": 13}}),
        NumbersOnly,
        AfterValidator(_not_thirteen),
    ]
    colour: Annotated[
        str, AfterValidator(_known_colour), Field(json_schema_extra={"enum": ["amber", "white"]})
    ] = "amber"
    way: Literal["hand", "timer"] = "hand"
    notes: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list)
    by_room: dict[str, Annotated[int, NumbersOnly]] = Field(default_factory=dict)
    lamp: UUID | None = None


class Switched(ApiModel):
    """What became of it."""

    lamp_id: UUID
    switched_at: UtcTime


class Row(ApiModel):
    """A lamp in the list."""

    lamp_id: UUID
    place: int


@dataclass
class Room:
    """The app, and what its endpoints saw."""

    app: FastAPI
    provider: ProviderForTests
    callers: list[Caller] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    answers: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    cannot_record: Exception | None = None

    def answered(self, organisation: str, principal: str, key: str) -> dict[str, Any] | None:
        return self.answers.get((organisation, principal, key))

    def record(self, text: str) -> None:
        """Keep an access record, or fail as a database does."""
        if self.cannot_record:
            raise self.cannot_record
        self.records.append(json.loads(text))


FAULTS: dict[str, Exception] = {
    "refused": LampBurnsAlready(),
    "refused-detail": LampBurnsAlready("It burns since yesterday."),
    "not-found": NotFound(f"no lamp {CANARY}"),
    "not-allowed": NotAllowed(f"lamp {CANARY}"),
    "key-reused": KeyReused(CANARY),
    "erased": Erased(CANARY),
    "conflict": Conflict(CANARY),
    "unavailable": Unavailable(CANARY),
    "database": psycopg.OperationalError(CANARY),
    "bug": RuntimeError(CANARY),
    "cancelled": TimeoutError(CANARY),
}


def a_room(folder: Path) -> Room:
    """An app with every kind of route."""
    router = APIRouter(tags=["lamps"])

    @router.post("/lamps/{lamp_id}/switchings", status_code=201, summary="Switch a lamp")
    def switch_lamp(lamp_id: UUID, body: Switch, caller: AsCaller) -> Switched:
        room.callers.append(caller)
        return Switched(lamp_id=lamp_id, switched_at=body.switched_at)

    @router.post("/lamps/{lamp_id}/blinks", summary="Let a lamp blink")
    def blink(lamp_id: UUID, caller: AsCaller) -> Row:
        room.callers.append(caller)
        return Row(lamp_id=lamp_id, place=0)

    @router.get("/lamps", summary="List lamps")
    def list_lamps(
        principal: AsReader, paging: AsPaging, in_room: Annotated[str | None, Query(alias="inRoom")] = None
    ) -> PageOf[Row]:
        after = paging.after(int, UUID)
        first = after[0] + 1 if after else 0
        rows = [Row(lamp_id=an_id("lamp", n), place=n) for n in range(first, min(first + paging.limit, 5))]
        more = rows and rows[-1].place < 4
        return PageOf(items=rows, links=paging.links((rows[-1].place, rows[-1].lamp_id) if more else None))

    @router.put("/lamps/{lamp_id}", summary="Name a lamp")
    def name_lamp(lamp_id: UUID, principal: AsReader) -> Row:
        return Row(lamp_id=lamp_id, place=0)

    @router.get("/lamps/{lamp_id}", summary="Show a lamp")
    def show_lamp(lamp_id: UUID, principal: AsReader) -> Row:
        return Row(lamp_id=lamp_id, place=0)

    @router.get("/faults/{name}", summary="Go wrong")
    def go_wrong(name: str, principal: AsReader) -> Row:
        raise FAULTS[name]

    @router.get("/broken-answer", summary="Give what was not promised")
    def broken_answer(principal: AsReader) -> Row:
        return {"lamp_id": CANARY}  # type: ignore[return-value]  # a bug of an endpoint

    @router.get("/broken-off", summary="Break off halfway", include_in_schema=False)
    async def broken_off() -> Any:
        from starlette.responses import StreamingResponse

        async def some() -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.sleep(0)
            raise RuntimeError(CANARY)

        return StreamingResponse(some(), media_type="application/json")

    provider = ProviderForTests(folder)
    room = Room(FastAPI(), provider)
    room.app = create_app(
        "Lamps",
        "Lamps to switch.",
        [router, commands_router(room)],
        service="lamps",
        verifier=provider.verifier(),
        body_hmac_key=bytes(range(32)),
        readiness=lambda: room.reasons,
        record=room.record,
        api_version="1.2.3",
    )
    return room


async def _with_asgi(app: FastAPI, method: str, url: str, options: dict[str, Any]) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://lamps.example") as client:
        return await client.request(method, url, **options)


def ask(app: FastAPI, method: str, url: str, **options: Any) -> httpx2.Response:
    """One request to an app, in this process."""
    return asyncio.run(_with_asgi(app, method, url, options))


def every_text(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from every_text(member)
    elif isinstance(value, list):
        for member in value:
            yield from every_text(member)
