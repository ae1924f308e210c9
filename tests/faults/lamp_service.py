"""Two small services on the real chassis, as processes: lamps that people light, a switchboard that counts.

Counting is no idempotent effect: whatever is heard twice is counted twice. So they show what the chassis
alone guarantees, and they can be started with a broken part::

    python -m tests.faults.lamp_service lamps serve --variant sent_before_the_ack
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI
from pydantic_settings import SettingsConfigDict
from tests.faults.variants import VARIANTS
from tests.support.lamps import SILENT, Lamp, LampLit, Tally, guard, publish

from chassis import process
from chassis.aggregates import DomainEvent
from chassis.deadlines import Arm, Disarm, Due
from chassis.http import ApiModel, AsCaller, commands_router, create_app
from chassis.inbox import Effects, Heard, Subscriptions
from chassis.service import Foundation, Readiness, Service
from chassis.settings import ServiceSettings, load
from chassis.store.saving import Mappings
from chassis.store.store import Decided, Store
from chassis.views import Recorded, Rows, View


class LampsSettings(ServiceSettings):
    """Variables that begin with LAMPS_."""

    model_config = SettingsConfigDict(env_prefix="LAMPS_")


class SwitchboardSettings(ServiceSettings):
    """Variables that begin with SWITCHBOARD_."""

    model_config = SettingsConfigDict(env_prefix="SWITCHBOARD_")


class Burning(ApiModel):
    """How often a lamp was lit, this time included."""

    lamp_id: UUID
    times: int


class LampsLit(View):
    """How often each lamp was lit; written by adding one, so that a fact seen twice shows."""

    name = "lamps_lit"
    subject = None
    columns = "lamp uuid primary key, lit integer not null"
    facts = (Lamp.Hung, Lamp.Lit)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        for one in recorded:
            if isinstance(one.event, Lamp.Hung):
                rows.run("insert into {table} values (%s, 0)", (one.subject_id,))
            else:
                rows.run("update {table} set lit = lit + 1 where lamp = %s", (one.subject_id,))


class LampsCounted(View):
    """What the switchboard counted."""

    name = "lamps_counted"
    subject = None
    columns = "lamp uuid primary key, counted integer not null"
    facts = (Tally.Opened, Tally.Counted)

    def project(self, recorded: Sequence[Recorded], rows: Rows) -> None:
        for one in recorded:
            if isinstance(one.event, Tally.Opened):
                rows.run("insert into {table} values (%s, 0)", (one.subject_id,))
            else:
                rows.run("update {table} set counted = counted + 1 where lamp = %s", (one.subject_id,))


VIEWS: dict[str, tuple[View, ...]] = {"lamps": (LampsLit(),), "switchboard": (LampsCounted(),)}


def switch(store: Store, lamp_id: UUID, action: Callable[[Lamp], None]) -> Decided:
    """Decide on a lamp, hanging it first where it is new."""
    lamp = store.find(Lamp, lamp_id) or Lamp.hang(lamp_id)
    action(lamp)
    return Decided([lamp], {"lampId": str(lamp.id), "times": lamp.lit})


LONG_AGO = timedelta(days=3650)
WEARS_OUT = "wears_out"


def deadlines(fact: DomainEvent, lamp: Lamp) -> Iterable[Arm | Disarm]:
    """A lamp that is left burning breaks at once; nothing ever takes that back."""
    if isinstance(fact, Lamp.Lit) and lamp.burns:
        return [Arm(WEARS_OUT, lamp.id, lamp.id, fact.timestamp - LONG_AGO)]
    return []


def break_(store: Store) -> Callable[[Due], Effects]:
    """What happens when it is due, without asking whether it happened already."""

    def handle(due: Due) -> Effects:
        lamp = store.get(Lamp, due.key)
        lamp.break_()
        return Effects([lamp])

    return handle


def build_lamps(settings: LampsSettings | None = None) -> Service:
    """The service that people ask."""
    base = Foundation(settings or load(LampsSettings), Mappings(publish, guard, deadlines, bound=False))
    router = APIRouter()

    @router.post("/lamps/{lamp_id}/blinks", status_code=201)
    def blink(caller: AsCaller, lamp_id: UUID) -> Burning:
        store = base.api_store
        answer = store.once(caller, lambda: switch(store, lamp_id, lambda lamp: lamp.blink(1)))
        return Burning.model_validate(answer)

    @router.post("/lamps/{lamp_id}/lights", status_code=201)
    def light(caller: AsCaller, lamp_id: UUID) -> Burning:
        store = base.api_store
        answer = store.once(caller, lambda: switch(store, lamp_id, lambda lamp: lamp.light()))
        return Burning.model_validate(answer)

    routers = [router, commands_router(base.api_store)]
    on_due = {WEARS_OUT: break_(base.worker_store)}
    return Service(base, app=_app(base, routers), views=VIEWS["lamps"], on_due=on_due)


def count(store: Store) -> Callable[[Heard[LampLit]], Effects]:
    """What the switchboard does when it hears of a lamp: it counts, whatever it is told."""

    def hear(heard: Heard[LampLit]) -> Effects:
        lamp = heard.envelope.subject
        if heard.event.times < 0:
            raise ZeroDivisionError("a bug in the handler")
        tally = store.find(Tally, lamp) or Tally.begin(lamp, Tally.Opened, now=heard.now)
        tally.count(heard.event.times, heard.now)
        return Effects([tally])

    return hear


def build_switchboard(settings: SwitchboardSettings | None = None) -> Service:
    """The service that hears of lamps."""
    base = Foundation(settings or load(SwitchboardSettings), SILENT)
    heard: dict[str, Subscriptions] = {"lamps": {LampLit: count(base.worker_store)}}
    return Service(base, app=_app(base, []), subscriptions=heard, views=VIEWS["switchboard"])


def _app(base: Foundation, routers: Sequence[APIRouter]) -> Callable[[Readiness], FastAPI]:
    def app(readiness: Readiness) -> FastAPI:
        return create_app(
            base.service,
            "For fault tests.",
            routers,
            service=base.service,
            verifier=base.verifier,
            body_hmac_key=base.body_hmac_key,
            readiness=readiness,
            record=base.access.record,
        )

    return app


BUILDERS: dict[str, Callable[[], Service]] = {"lamps": build_lamps, "switchboard": build_switchboard}


def main(arguments: list[Any]) -> None:
    """``lamps|switchboard serve [--role …] [--variant …]``."""
    name, *rest = arguments
    variant = "sound"
    if "--variant" in rest:
        place = rest.index("--variant")
        variant = rest[place + 1]
        del rest[place : place + 2]
    with VARIANTS[variant].in_place():
        process.main(BUILDERS[name], rest)


if __name__ == "__main__":
    main(sys.argv[1:])
