"""CONTROLS: parts of the chassis that are broken on purpose, each in one way that promises.md warns of.

A test with such a part in place must make the oracle object; else the oracle, or the fault, is worth nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from uuid import UUID

import nats.errors
import nats.js.errors
import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.client import JetStreamContext

from chassis import process, service
from chassis.bus import Bus
from chassis.inbox.inbox import Inbox, Later
from chassis.inbox.subscriber import Subscriber
from chassis.listening import CHANNEL, Listener
from chassis.relay import WINDOW, Outgoing, Relay
from chassis.store.errors import Unavailable
from chassis.store.pools import connection
from chassis.store.saving import AppliedCommand, AppliedMessage
from chassis.store.store import Asker, Decided, Store
from chassis.sweeper import Sweeper


class SentBeforeTheAck(Relay):
    """Marks rows as sent and then sends them."""

    async def round(self, js: JetStreamContext) -> int:
        if not await asyncio.to_thread(self._outbox.lease, self._holder):
            return 0
        rows = await asyncio.to_thread(self._outbox.unsent, WINDOW)
        await asyncio.to_thread(self._outbox.mark_sent, [row.id for row in rows])
        return len(await self._send(js, rows)) if rows else 0


class WaitsForHintsOnly(Relay):
    """Believes that LISTEN always tells; never looks by itself."""

    async def run(self, bus: Client) -> None:
        while True:
            while await self.round(bus.jetstream()):
                pass
            self._woken.clear()
            await self._woken.wait()


class NoLease(Relay):
    """Sends although another relay is active, and gives each sending a name of its own."""

    async def round(self, js: JetStreamContext) -> int:
        rows = await asyncio.to_thread(self._outbox.unsent, WINDOW)
        await asyncio.sleep(0.2)
        again = [
            Outgoing(
                row.id, row.subject_id, row.event_id, row.bus_subject, row.payload, row.traceparent,
                id(self) % 1_000_000, row.waited,
            )
            for row in rows
        ]  # fmt: skip
        acknowledged = await self._send(js, again) if again else []
        await asyncio.to_thread(self._outbox.mark_sent, acknowledged)
        return len(acknowledged)


class StopsAtGiants(Relay):
    """Hands everything to the client of the bus, and ends the round at its first refusal."""

    async def _send(self, js: JetStreamContext, rows: list[Outgoing]) -> list[int]:
        sent = []
        try:
            for row in rows:
                await js.publish(row.bus_subject, row.payload, stream=self._stream)
                sent.append(row.id)
        except (nats.errors.Error, nats.js.errors.Error):
            return sent
        return sent


class ListensOnce(Listener):
    """Ends for good when its connection does."""

    def run(self) -> None:
        try:
            with psycopg.connect(self._dsn, autocommit=True) as conn:
                conn.execute(f"listen {CHANNEL}")
                self._wake()
                while not self._stopping.is_set():
                    if any(True for _ in conn.notifies(timeout=1.0, stop_after=1)):
                        self._wake()
        except psycopg.Error:
            return


class AcknowledgesFirst(Subscriber):
    """Tells the bus that it has the messages before they are saved."""

    async def _take(self, batch: Sequence[Msg]) -> None:
        for message in batch:
            await message.ack_sync(timeout=5.0)
        try:
            await asyncio.to_thread(self.inbox.take, [message.data for message in batch])
        except Unavailable:
            await self.pause()


class IgnoresPositions(Inbox):
    """Applies whatever comes, as often as it comes, in the order in which it comes."""

    def take(self, payloads: Sequence[bytes], *, subjects: Sequence[UUID] = ()) -> list[Later | None]:
        for payload in payloads:
            message = self._headed(payload, 0)
            if message is None:
                continue
            save = self._store.prepare()
            if message.event_type in self._heard_types:
                self._handle(message, save.add)
            self._store.recorder.save(save)
            # So that it looks as if it had kept account.
            with self.state._pool.connection() as conn:
                conn.execute(
                    "insert into store.inbox_position as known (source, subject_id, position)"
                    " values (%s, %s, %s) on conflict (source, subject_id) do update"
                    " set position = greatest(known.position, excluded.position)",
                    (self.source, message.subject_id, message.position),
                )
        return [None] * len(payloads)


class CountsEveryFault(Inbox):
    """Takes a fault of the database for a fault of the message."""

    def _alone(self, message: Any) -> Later | None:
        try:
            self._apply([message])
        except Exception as fault:
            return self._failed(message, fault)
        return None


class DropsWhatFails(Inbox):
    """Passes over a message whose handler fails, as if it had been applied."""

    def _failed(self, message: Any, fault: Exception) -> Later:
        save = self._store.prepare()
        save.messages = [AppliedMessage(self.source, message.subject_id, message.position)]
        self._store.recorder.save(save)
        return Later(0)


class TriesAtOnce(Inbox):
    """Tries a message that fails again and again, without any pause."""

    def _alone(self, message: Any) -> Later | None:
        for _ in range(20):
            try:
                self._apply([message])
            except Exception as fault:
                self.state.failed(message.subject_id, message.position, type(fault).__name__)
            else:
                return None
        return Later(0.5)


class LosesAcknowledgements(Subscriber):
    """A FAULT, no broken part: the first acknowledgement of everything is lost on its way to the server."""

    async def _take(self, batch: Sequence[Msg]) -> None:
        again = [message for message in batch if message.metadata.num_delivered > 1]
        if len(again) < len(batch):
            new = [message for message in batch if message.metadata.num_delivered == 1]
            await asyncio.to_thread(self.inbox.take, [message.data for message in new])
        if again:
            await super()._take(again)


class AnswersFirst(Store):
    """Gives the answer, and saves a little later."""

    def once(self, asker: Asker, decide: Callable[[], Decided]) -> dict[str, Any]:
        decided = decide()
        key = (asker.organisation, asker.subject, asker.key)
        command = AppliedCommand(*key, asker.body_hmac, decided.answer)
        saving = threading.Timer(0.3, lambda: self.save(decided.aggregates, command=command))
        saving.daemon = True
        saving.start()
        return decided.answer


class ForgetsToRemove(Sweeper):
    """Does what is due, and leaves the deadline where it is."""

    def sweep(self) -> int:
        with connection(self._pool) as conn, conn.transaction():
            for due in self._due(conn, 100):
                self._store.save(self._handlers[due.kind](due).aggregates, conn=conn)
        return 0


class GivesUpTheBus(Bus):
    """As the libraries do it by themselves: a few tries to connect again, then none; and nobody watches."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.broker._connection_kwargs |= {"max_reconnect_attempts": 1, "reconnect_time_wait": 0.1}

    async def watch(self) -> None:
        for watched in self._watched:
            await self._start(watched)
        await asyncio.Event().wait()


class NeverLooks(Bus):
    """Starts the subscribers and believes that "connected" means that they hear."""

    async def watch(self) -> None:
        for watched in self._watched:
            await self._start(watched)
        await asyncio.Event().wait()


@dataclass(frozen=True)
class Variant:
    """Which parts to put in the place of the chassis's own."""

    parts: Mapping[tuple[ModuleType, str], type] = field(default_factory=dict)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """While the context lasts, what is built is built with these parts."""
        sound = {(module, name): vars(module)[name] for module, name in self.parts}
        try:
            for (module, name), part in self.parts.items():
                vars(module)[name] = part
            yield
        finally:
            for (module, name), part in sound.items():
                vars(module)[name] = part


VARIANTS = {
    "sound": Variant(),
    "sent_before_the_ack": Variant({(process, "Relay"): SentBeforeTheAck}),
    "no_lease": Variant({(process, "Relay"): NoLease}),
    "stops_at_giants": Variant({(process, "Relay"): StopsAtGiants}),
    "deaf_after_a_fault": Variant(
        {(process, "Relay"): WaitsForHintsOnly, (process, "Listener"): ListensOnce}
    ),
    "acknowledges_first": Variant({(process, "Subscriber"): AcknowledgesFirst}),
    "ignores_positions": Variant({(service, "Inbox"): IgnoresPositions}),
    "counts_every_fault": Variant({(service, "Inbox"): CountsEveryFault}),
    "drops_what_fails": Variant({(service, "Inbox"): DropsWhatFails}),
    "tries_at_once": Variant({(service, "Inbox"): TriesAtOnce}),
    "loses_acknowledgements": Variant({(process, "Subscriber"): LosesAcknowledgements}),
    "loses_acknowledgements_ignores_positions": Variant(
        {(process, "Subscriber"): LosesAcknowledgements, (service, "Inbox"): IgnoresPositions}
    ),
    "answers_first": Variant({(service, "Store"): AnswersFirst}),
    "forgets_to_remove": Variant({(process, "Sweeper"): ForgetsToRemove}),
    "gives_up_the_bus": Variant({(process, "Bus"): GivesUpTheBus}),
    "never_looks": Variant({(process, "Bus"): NeverLooks}),
}
