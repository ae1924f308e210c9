"""An API about guarded lamps on a real database: every way in which somebody may look or change."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx2
import psycopg
from fastapi import APIRouter, FastAPI, Query
from starlette.responses import StreamingResponse
from tests.chassis.edge_lamps import CANARY, ask
from tests.support.guarded_lamps import GUARDED, require_grantees
from tests.support.lamps import SOURCE_URN, Lamp
from tests.support.stack import ServiceDatabase
from tests.support.tokens import (
    AUDIENCE,
    ISSUER,
    PERSON_ISSUER,
    PERSON_ROLES,
    STAFF_ROLES,
    ProviderForTests,
)

from chassis.access.access import Access
from chassis.access.asking import current
from chassis.access.policies import Policies
from chassis.clock import SystemClock
from chassis.http import ApiModel, AsCaller, AsReader, accesses_router, commands_router, create_app
from chassis.signin import Issuer, Verifier
from chassis.store.errors import NotFound
from chassis.store.pools import Pool, open_pool
from chassis.store.store import Decided, Store
from chassis.views import Recorded, Rows, View, provision
from contracts.processing import Activity, Basis, Register

HOUSE = "tests.support.lamp_house"
PERSON = UUID(int=77)


class LampsShown(View):
    """Which lamps hang where."""

    name = "lamps_shown"
    columns = "lamp uuid primary key, room text not null"
    subject = "lamp"
    facts = (Lamp.Hung,)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        rows.run_many(
            "insert into {table} (lamp, room) values (%s, %s)",
            [(one.subject_id, one.event.room) for one in recorded if isinstance(one.event, Lamp.Hung)],
        )


SHOWN = LampsShown()


def rooms_of(conn: psycopg.Connection[Any]) -> list[tuple[UUID, str]]:
    """The query of the list."""
    query = psycopg.sql.SQL("select lamp, room from {} order by lamp").format(SHOWN.relation)
    return conn.execute(query).fetchall()


class Shown(ApiModel):
    """A lamp."""

    lamp_id: UUID
    room: str = ""
    lit: int = 0


def an_activity(activity_id: str, kind: Any, *operations: str) -> Activity:
    """An activity of the register of lamps."""
    return Activity(
        id=activity_id,
        nl="Iets met lampen",
        purpose="Licht geven",
        kind=kind,
        basis=(Basis(ground="consent", article="AVG artikel 6 lid 1 a"),),
        subjects=("resident",),
        retention="P1Y",
        retained_since="het moment dat de lamp uitging",
        operations=operations,
    )


REGISTER = Register(
    (
        an_activity("lamps.show", "R", "show_lamp", "list_lamps", "show_part"),
        an_activity("lamps.light", "U", "light_lamp"),
        an_activity("waakvlam.other", "R"),
    )
)


class LampWords:
    """What people call things here."""

    def organisation(self, organisation: str) -> str:
        return {"home": "Thuis", "elsewhere": "Elders"}.get(organisation, organisation)

    def role(self, role: str) -> str:
        return {"role_keeper": "Lampenist", "role_friend": "Vriend"}.get(role, role)

    def category(self, category: str) -> str:
        return {"dc_light": "licht"}.get(category, category)


class GuardedRoom:
    """The app and its database. ``looked`` is called in a read, between reading and recording."""

    def __init__(self, database: ServiceDatabase, folder: Path) -> None:
        self.database, self.provider = database, ProviderForTests(folder)
        self.pool: Pool = open_pool(database.url("api"), size=4)
        self.access = Access(self.pool, lambda: Policies.of(HOUSE))
        self.store = Store(self.pool, GUARDED, source_urn=SOURCE_URN, asking=current)
        self.looked: Callable[[], None] = lambda: None
        self.app: FastAPI = create_app(
            "Lamps",
            "Guarded lamps.",
            [self._reads(), self._changes(), self._mistakes(), *self._shared()],
            service="lamps",
            verifier=self._verifier(),
            body_hmac_key=bytes(range(32)),
            readiness=list,
            record=self.access.record,
            clock=SystemClock(),
            processing=REGISTER,
        )

    def _verifier(self) -> Verifier:
        staff = Issuer(ISSUER, self.provider.file, AUDIENCE, STAFF_ROLES | {"role_keeper", "role_friend"})
        people = Issuer(PERSON_ISSUER, self.provider.person_file, AUDIENCE, PERSON_ROLES, "person")
        return Verifier(staff, people, clock=SystemClock())

    def _reads(self) -> APIRouter:
        router = APIRouter()

        @router.get("/lamps/{lamp_id}")
        def show_lamp(asking: AsReader, lamp_id: UUID) -> Shown:
            with self.access.reading(asking, "showLamp") as look:
                look.one(lamp_id)
                lamp = self.store.get(Lamp, lamp_id, conn=look.conn)
                look.saw(persons=[PERSON], categories=["dc_light"])
                self.looked()
            return Shown(lamp_id=lamp.id, room=lamp.room, lit=lamp.lit)

        @router.get("/lamps/{lamp_id}/parts/{part_id}")
        def show_part(asking: AsReader, lamp_id: UUID, part_id: UUID) -> Shown:
            with self.access.reading(asking, "showPart") as look:
                look.one(lamp_id, part_id, resource="Part")
            return Shown(lamp_id=lamp_id)

        @router.get("/lamps")
        def list_lamps(asking: AsReader, limit: Annotated[int, Query(ge=1)] = 10) -> list[Shown]:
            with self.access.reading(asking, "listLamps") as look:
                look.listing()
                found = look.rows(rooms_of, lambda row: row[0])
                self.looked()
            return [Shown(lamp_id=row[0], room=row[1]) for row, _scope in found[:limit]]

        @router.get("/lamps/{lamp_id}/stream")
        def stream_lamp(asking: AsReader, lamp_id: UUID) -> StreamingResponse:
            with self.access.reading(asking, "showLamp") as look:
                look.one(lamp_id)
                self.looked()

            async def some() -> AsyncIterator[bytes]:
                for letter in CANARY:
                    yield letter.encode()

            return StreamingResponse(some(), media_type="application/json")

        return router

    def _changes(self) -> APIRouter:
        router = APIRouter()

        @router.post("/lamps/{lamp_id}/hangings", status_code=201)
        def hang_lamp(caller: AsCaller, lamp_id: UUID) -> Shown:
            self.access.changing(caller.asking, "hangLamp")

            def decide() -> Decided:
                return Decided([Lamp.hang(lamp_id, room=CANARY)], {"lampId": str(lamp_id)})

            return Shown.model_validate(self.store.once(caller, decide))

        @router.post("/lamps/{lamp_id}/lightings", status_code=201)
        def light_lamp(caller: AsCaller, lamp_id: UUID, broken: bool = False) -> Shown:
            def decide() -> Decided:
                self.access.changing(caller.asking, "lightLamp", lamp_id, broken=broken)
                lamp = self.store.get(Lamp, lamp_id)
                lamp.light()
                return Decided([lamp], {"lampId": str(lamp_id), "lit": lamp.lit})

            return Shown.model_validate(self.store.once(caller, decide))

        return router

    def _shared(self) -> list[APIRouter]:
        return [commands_router(self.store), accesses_router(self.access, LampWords)]

    def _mistakes(self) -> APIRouter:
        """What a program must not do."""
        router = APIRouter()

        @router.get("/lamps/{lamp_id}/breaking")
        def break_down(asking: AsReader, lamp_id: UUID) -> Shown:
            with self.access.reading(asking, "showLamp") as look:
                look.one(lamp_id)
                lamp = self.store.get(Lamp, lamp_id, conn=look.conn)
                raise RuntimeError(lamp.room)

        @router.get("/lamps/{lamp_id}/undecided")
        def undecided(asking: AsReader, lamp_id: UUID) -> list[str]:
            with self.access.reading(asking, "showLamp") as look:
                found = rooms_of(look.conn)
            return [room for _, room in found]

        @router.get("/lamps/{lamp_id}/swallowing")
        def swallow(asking: AsReader, lamp_id: UUID) -> list[str]:
            with self.access.reading(asking, "showLamp") as look:
                with suppress(NotFound):
                    look.one(lamp_id)
                found = rooms_of(look.conn)
            return [room for _, room in found]

        @router.get("/lamps/{lamp_id}/late")
        def late(asking: AsReader, lamp_id: UUID) -> StreamingResponse:
            def some() -> Iterator[bytes]:
                with self.access.reading(asking, "showLamp") as look:
                    look.one(lamp_id)
                    yield self.store.get(Lamp, lamp_id, conn=look.conn).room.encode()

            return StreamingResponse(some(), media_type="application/json")

        return router

    def ask(self, method: str, url: str, key: str | None = None, **claims: Any) -> httpx2.Response:
        """A request; ``claims`` change the keeper's token."""
        token = {"sub": "kim", "roles": ["role_keeper"], ORGANISATION: "home"} | claims
        headers = self.provider.headers(**token) | ({"Idempotency-Key": key} if key else {})
        return ask(self.app, method, f"/v1{url}", headers=headers)

    def ask_as_person(self, url: str, person: UUID, represents: UUID | None = None) -> httpx2.Response:
        """A question of somebody about themselves, or about whom they represent."""
        on_behalf = {"represents": str(represents), "roles": ["role_representative"]} if represents else {}
        headers = self.provider.person_headers(person, **on_behalf)
        return ask(self.app, "GET", f"/v1{url}", headers=headers)

    def records(self) -> list[dict[str, Any]]:
        """Every access record, the oldest first."""
        return [
            row[0] for row in self.look_in("select entry::jsonb from store.access_record order by number")
        ]

    def look_in(self, query: Any, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows, as the superuser sees them."""
        with psycopg.connect(self.database.url("admin"), autocommit=True) as conn:
            cursor = conn.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def counting(self) -> Iterator[list[int]]:
        """Counts round trips: how often the API waited for the database. One connection, traced."""
        with tempfile.TemporaryFile("w+") as wire:
            self.pool.wait()
            with self.pool.connection() as conn:
                conn.pgconn.trace(wire.fileno())
            told: list[int] = []
            try:
                yield told
            finally:
                with self.pool.connection() as conn:
                    conn.pgconn.untrace()
                wire.seek(0)
                told.append(waits(wire.read()))

    def close(self) -> None:
        self.pool.close()


@contextmanager
def a_guarded_room(database: ServiceDatabase, folder: Path) -> Iterator[GuardedRoom]:
    """A room on a fresh database, with its view made and the API bound by grants."""
    require_grantees(database.url("admin"))
    with psycopg.connect(database.url("admin"), autocommit=True) as conn:
        conn.execute("set role lamps_owner")
        provision(conn, [SHOWN], api="lamps_api", worker="lamps_worker")
    one = GuardedRoom(database, folder)
    yield one
    one.close()


ORGANISATION = "https://waakvlam.example/claims/organisation"


def waits(trace: str) -> int:
    """How often a trace of the wire turns from what we say to what we hear."""
    sides = [match[1] for line in trace.splitlines() if (match := re.search(r"\t([FB])\t", line))]
    return sum(1 for before, after in pairwise(sides) if (before, after) == ("F", "B"))
