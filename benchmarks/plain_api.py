"""The other side of B2 and B3: the plainest FastAPI that keeps a row, and that tells the bus too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID, uuid4

import nats
from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from pydantic import BaseModel

from chassis.http.serving import http_server
from contracts.matching import SupporterPaused

POOL = 10
TABLE = "create table public.raw (id uuid primary key, about uuid not null, what text not null)"


@dataclass(frozen=True)
class PlainAddresses:
    """What the plain program is told: where it serves, and where its servers are."""

    port: int
    dsn: str
    nats_url: str
    nats_user: str
    nats_password: str
    stream: str


class Pause(BaseModel):
    """As much as the service's own command says."""

    reason: str | None = None


Tell = Callable[[UUID], Awaitable[None]]
INSERT: LiteralString = "insert into public.raw values (%s, %s, %s)"


def plain_app(dsn: str) -> FastAPI:
    """One route, run in a thread as the service's are: check the body, one INSERT that commits, answer."""
    pool = ConnectionPool(dsn, min_size=4, max_size=POOL, kwargs={"autocommit": True}, open=True)
    app = FastAPI()

    @app.post("/things/{about}", status_code=201)
    def keep(about: UUID, pause: Pause) -> dict[str, str]:
        made = uuid4()
        with pool.connection() as conn:
            conn.execute(INSERT, (made, about, pause.reason or ""), prepare=True)
        return {"id": str(made), "state": "kept"}

    return app


def async_app(pool: AsyncConnectionPool, tell: Tell | None) -> FastAPI:
    """The same without threads; with `tell`, it awaits the bus too."""
    app = FastAPI()

    @app.post("/things/{about}", status_code=201)
    async def keep(about: UUID, pause: Pause) -> dict[str, str]:
        made = uuid4()
        async with pool.connection() as conn:
            await conn.execute(INSERT, (made, about, pause.reason or ""), prepare=True)
        if tell:
            await tell(made)
        return {"id": str(made), "state": "kept"}

    return app


def serve_plain(addresses: PlainAddresses) -> None:
    """A process: serve until it is ended."""
    asyncio.run(http_server(plain_app(addresses.dsn), "127.0.0.1", addresses.port).serve())


def serve_async(addresses: PlainAddresses, payload: bytes, tells: bool) -> None:
    """The same; ``payload`` is what it publishes, each time under a new id."""
    asyncio.run(_serve(addresses, payload, tells))


async def _serve(addresses: PlainAddresses, payload: bytes, tells: bool) -> None:
    client = await nats.connect(
        addresses.nats_url,
        user=addresses.nats_user,
        password=addresses.nats_password,
        inbox_prefix=b"_INBOX_admin",
    )
    js = client.jetstream()

    async def tell(made: UUID) -> None:
        headers = {"Nats-Msg-Id": str(made)}
        await js.publish(SupporterPaused.SUBJECT, payload, stream=addresses.stream, headers=headers)

    async with AsyncConnectionPool(
        addresses.dsn, min_size=4, max_size=POOL, kwargs={"autocommit": True}, open=False
    ) as pool:
        await http_server(async_app(pool, tell if tells else None), "127.0.0.1", addresses.port).serve()
    await client.close()
