"""B6: from a request sent until the coordinator sees it, and from a yes until the case is open.

Against one hop over the same kind of bus and three commits, one after the other: what such a step cannot do
without. Light load: one at a time.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from threading import Event
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import nats
import psycopg
from nats.aio.client import Client
from nats.js.client import JetStreamContext
from tests.support.wired_lamps import SERVICES

from benchmarks.comparing import Comparison, Figure, Goal
from benchmarks.messages import SUBJECT, message
from benchmarks.servers import BenchmarkServers
from benchmarks.stages import stages
from deploy.addresses import Addresses
from deploy.demo.asking import Asking
from deploy.demo.at_intake import DESK
from deploy.demo.stories import Story, stories
from deploy.demo.voices import Tokens, Voice, coordinator_of
from deploy.home import NETWORKS
from deploy.networks import load_all
from deploy.stack import Stack

P50, P99 = Goal(at_most=3.0), Goal(at_most=250.0)
LOOK_EVERY = 0.004
PATIENCE = 30.0
SPANS_WRITTEN_WITHIN = 1.5


@dataclass
class _Floor:
    """One hop and three commits."""

    servers: BenchmarkServers
    url: str = ""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __enter__(self) -> _Floor:
        self.servers.bus.provision(SERVICES)
        self.conn = psycopg.connect(self.servers.database("floor"), autocommit=True)
        self.conn.execute("create table step (id uuid, payload bytea)")
        self.loop.run_until_complete(self._connect())
        return self

    def __exit__(self, *_fault: object) -> None:
        self.loop.run_until_complete(self.client.close())
        self.loop.close()
        self.conn.close()

    async def _connect(self) -> None:
        bus = self.servers.bus
        user, password = bus.user("admin")
        self.client: Client = await nats.connect(
            bus.url, user=user, password=password, inbox_prefix=b"_INBOX_admin"
        )
        self.js: JetStreamContext = self.client.jetstream()
        self.pulled = await self.js.pull_subscribe_bind("switchboard--lamps", bus.stream)

    def once(self) -> float:
        """In milliseconds."""
        return self.loop.run_until_complete(self._once())

    async def _once(self) -> float:
        one = uuid4()
        payload = message(one, one, 1)
        hearing = asyncio.create_task(self.pulled.fetch(1, timeout=10))
        await asyncio.sleep(0)
        begun = perf_counter()
        self._commit(payload)
        await self.js.publish(SUBJECT, payload, stream=self.servers.bus.stream)
        [heard] = await hearing
        self._commit(heard.data)
        self._commit(heard.data)
        taken = 1000 * (perf_counter() - begun)
        await heard.ack_sync()
        return taken

    def _commit(self, payload: bytes) -> None:
        self.conn.execute("insert into step values (%s, %s)", (uuid4(), payload), prepare=True)


@dataclass
class _Requests:
    """Requests through the public API, as the demo's people send them."""

    asking: Asking
    organisation: Callable[[Story], str]
    sent: int = 0

    def one(self) -> tuple[float, float]:
        """Milliseconds until the request is on the list, and from the yes until case and part are there."""
        accepted = [story for story in stories() if story.parts]
        story = accepted[self.sent % len(accepted)]
        self.sent += 1
        desk = coordinator_of(self.organisation(story))
        begun = perf_counter()
        request_id = self._do(desk, "/requests", story.request())["requestId"]
        _until(lambda: request_id in self._on_list(desk))
        listed = perf_counter() - begun
        told = {"explainedByRole": DESK, "way": "ck_phone", "toldFreeOfCharge": True, "toldVoluntary": True}
        self._do(desk, f"/requests/{request_id}/explanations", told)
        body = self._yes(desk, story)
        begun = perf_counter()
        [part] = self._do(desk, f"/requests/{request_id}/acceptances", body)["partIds"]
        _until(lambda: self.asking.look(desk, "casefile", f"/cases/{request_id}") is not None)
        _until(lambda: part in self._on_list(desk))
        return 1000 * listed, 1000 * (perf_counter() - begun)

    def _yes(self, desk: Voice, story: Story) -> dict[str, object]:
        path = f"/consent-texts?network={story.network}&purpose=cp_support&language=nl"
        text = self.asking.look(desk, "intake", path)
        assert text is not None
        consent = {
            "textId": text["textId"],
            "textSha256": text["textSha256"],
            "way": "cw_spoken",
            "recordedByRole": DESK,
        }
        return {"consent": consent, "parts": [story.parts[0].model_dump(by_alias=True, mode="json")]}

    def _do(self, desk: Voice, path: str, body: dict[str, object]) -> dict[str, Any]:
        return self.asking.do(desk, "intake", path, body, uuid4().hex)

    def _on_list(self, desk: Voice) -> set[str]:
        return {item["about"] for item in self.asking.items(desk, "casefile", "/worklist")}


def _until(fact: Callable[[], bool]) -> None:
    ends = perf_counter() + PATIENCE
    while not fact():
        if perf_counter() > ends:
            raise TimeoutError("a step did not come")
        sleep(LOOK_EVERY)


def _p99(values: list[float]) -> float:
    return sorted(values)[ceil(0.99 * len(values)) - 1]


def run(servers: BenchmarkServers, quick: bool) -> Iterator[Comparison | Figure]:
    """In turn with the floor."""
    many = 8 if quick else 60
    networks = {network.id: network for network in load_all(NETWORKS)}
    listed, opened, floor = [], [], []
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="waakvlam-b6-")))
        stack = open_.enter_context(Stack(folder / "data", Addresses()))
        least = open_.enter_context(_Floor(servers))
        asking = Asking(stack.urls, Tokens(stack.folder.secrets), uuid4().hex[:12], Event())
        open_.callback(asking.close)

        def organisation(story: Story) -> str:
            network, today = networks[story.network], datetime.now(UTC).date()
            return network.receiving_organisation(story.municipality, story.door, today)

        requests = _Requests(asking, organisation)
        for _ in range(3):
            requests.one()
            least.once()
        for _ in range(many):
            one, other = requests.one()
            listed.append(one)
            opened.append(other)
            floor.append(least.once())
        sleep(SPANS_WRITTEN_WITHIN)
        note = stages(stack.folder.traces)
    against = "publish → consumer, three commits"
    yield Comparison(
        "B6", "request sent → on the coordinator's list", against, "ms", listed, floor, P50, [note]
    )
    yield Comparison("B6", "yes sent → case open, part on the list", against, "ms", opened, floor, P50)
    yield Figure("B6", "p99: request sent → on the coordinator's list", "ms", [_p99(listed)], P99)
    yield Figure("B6", "p99: yes sent → case open, part on the list", "ms", [_p99(opened)], P99)
