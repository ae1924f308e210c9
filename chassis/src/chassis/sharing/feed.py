"""The feed to partner organisations: looks at what happened, clears it, and sends what may still be sent.

Clearing decides and writes the access record; sending decides again, holding the grants until the bus has the
message. So the record is committed before anything leaves (promise P11), nothing leaves after a withdrawal
was committed (promise P18), and what was withdrawn in between is stopped, with a record of that. What still
stands untaken in an organisation's stream when its ground goes is taken back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import TimeoutError as NoAnswer
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID, uuid4

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from chassis.access.scope import Held
from chassis.sharing import book
from chassis.sharing.gate import Gate
from chassis.sharing.telling import Teller, Telling
from chassis.store.errors import Conflict, Unavailable
from chassis.store.pools import Pool, connection

log = logging.getLogger(__name__)
EVENTS_AT_ONCE = 200
MESSAGES_AT_ONCE = 50
# Shorter than a save waits for a lock: a bus that hangs must not make a withdrawal fail.
ACK_SECONDS = 2.0
REST_SECONDS = 5.0
# What the server says of a message or a stream that is not there (any more).
GONE = (10037, 10043, 10057, 10059)
R = TypeVar("R")
Publish = Callable[[Telling], int | None]
"""Sends; gives the message's number in its stream. Raises NotTaken."""

TakeBack = Callable[[str, int], None]
"""Removes a message from a stream by its number; no harm when it is gone. Raises NotTaken."""


class NotTaken(Exception):
    """The bus did not take a message. ``alone``: this organisation's stream only (full, or not there)."""

    def __init__(self, why: str, *, alone: bool) -> None:
        self.alone = alone
        super().__init__(why)


class Feed:
    """One of a service's feeds; by a lease one is active. Two at once do no harm."""

    def __init__(self, pool: Pool, teller: Teller, gate: Gate) -> None:
        self._pool, self._teller, self._gate = pool, teller, gate
        self._holder = uuid4()
        self._woken = asyncio.Event()
        self._resting: dict[str, float] = {}
        self.progressed_at = monotonic()

    def wake(self) -> None:
        """There may be something to tell."""
        self._woken.set()

    async def run(self, bus: Client) -> None:
        """Tell for ever. Faults of the infrastructure slow it down and never end it."""
        loop = asyncio.get_running_loop()
        publish, take_back = publisher(bus, loop), recaller(bus, loop)
        while True:
            self._woken.clear()
            busy = False
            try:
                busy = await asyncio.to_thread(self.look)
                if bus.is_connected:
                    await asyncio.to_thread(self.recall, take_back)
                    busy = bool(await asyncio.to_thread(self.send, publish)) or busy
            except (Unavailable, Conflict) as fault:
                log.warning("the feed waits: %s", fault)
                await asyncio.sleep(1.0)
            self.progressed_at = monotonic()
            if not busy:
                try:
                    await asyncio.wait_for(self._woken.wait(), 1.0)
                except TimeoutError:
                    pass

    def look(self) -> bool:
        """Look at the next events and clear what may be told of them; whether there were any."""
        with connection(self._pool) as conn:
            looked_at = book.lease(conn, self._holder)
            if looked_at is None:
                return False
            upto, subjects = book.changed_after(conn, looked_at, EVENTS_AT_ONCE)
        for subject_id in subjects:
            self.clear(subject_id)
        if subjects:
            with connection(self._pool) as conn:
                book.looked(conn, self._holder, upto)
        return bool(subjects)

    def clear(self, subject_id: UUID) -> None:
        """Decide for every organisation that holds anything of this subject, message by message."""
        with connection(self._pool) as conn, conn.transaction():
            messages = book.fresh_messages(conn, subject_id)
            told = [(each, self._teller.about(each.payload)) for each in messages]
            changed = book.access_changed(conn, subject_id)
            if not changed and not any(about for _, about in told):
                return
            held_by = self._gate.hold(conn, subject_id)
            if changed:
                self._look_again(conn, subject_id, held_by)
            for organisation, held in held_by.items():
                for message, about in told:
                    if about is None:
                        continue
                    verdict = self._gate.decide(organisation, subject_id, held, about)
                    if verdict.allowed and book.clear(conn, organisation, subject_id, message, verdict.parts):
                        self._gate.record(conn, organisation, subject_id, about, verdict)

    def _look_again(self, conn: book.Conn, subject_id: UUID, held_by: Mapping[str, Sequence[Held]]) -> None:
        """Who may see what changed: what was sent and may not be told any more is recalled."""
        for cleared in book.kept_on_the_bus(conn, subject_id):
            about = self._teller.about(cleared.payload)
            held = held_by.get(cleared.organisation, ())
            verdict = about and self._gate.decide(cleared.organisation, subject_id, held, about)
            if not verdict or not verdict.allowed or not cleared.parts.issubset(verdict.parts):
                book.recall(conn, cleared)

    def recall(self, take_back: TakeBack) -> int:
        """Take back what an organisation did not take yet and may not have any more; how many messages."""
        with connection(self._pool) as conn:
            rows = book.to_recall(conn, MESSAGES_AT_ONCE)
            for done, (row, stream, number) in enumerate(rows):
                try:
                    take_back(stream, number)
                except NotTaken as fault:
                    log.warning("a recall waits: %s", fault)
                    return done
                book.recalled(conn, row)
        return len(rows)

    def send(self, publish: Publish) -> int:
        """Send some of what waits, to each organisation in order; how many messages are sent or stopped."""
        with connection(self._pool) as conn:
            if book.lease(conn, self._holder) is None:
                return 0
            organisations = book.waiting(conn)
        done = 0
        for organisation in organisations:
            if self._resting.get(organisation, 0.0) > monotonic():
                continue
            try:
                for _ in range(MESSAGES_AT_ONCE):
                    if not self.send_one(organisation, publish):
                        break
                    done += 1
            except NotTaken as fault:
                log.warning("a partner's message waits: %s", fault)
                self._resting[organisation] = monotonic() + REST_SECONDS
                if not fault.alone:
                    break
        return done

    def send_one(self, organisation: str, publish: Publish) -> bool:
        """The oldest message that waits for an organisation: sent, or stopped. False when none waits.

        Raises NotTaken; then it waits on.
        """
        with connection(self._pool) as conn, conn.transaction():
            cleared = book.first_waiting(conn, organisation)
            if cleared is None:
                return False
            subject_id, about = cleared.subject_id, self._teller.about(cleared.payload)
            if about is None:
                book.stopped(conn, cleared)
                return True
            held = self._gate.hold(conn, subject_id).get(organisation, ())
            verdict = self._gate.decide(organisation, subject_id, held, about)
            # Never more than what was recorded as told.
            parts = [part for part in verdict.parts if part in cleared.parts]
            if not verdict.allowed or (about.parts and not parts):
                book.stopped(conn, cleared)
                self._gate.record(conn, organisation, subject_id, about, verdict)
                return True
            place = cleared.told_as or book.next_place(conn, organisation, subject_id)
            telling = self._teller.tell(cleared.payload, organisation, parts, verdict.grounds, place)
            number = publish(telling)
            book.sent(conn, cleared, place, (telling.stream, number) if number else None)
        return True

    async def stop(self) -> None:
        """Give the lease back."""

        def give_back() -> None:
            with connection(self._pool) as conn:
                book.release(conn, self._holder)

        try:
            await asyncio.to_thread(give_back)
        except Unavailable:
            log.warning("the lease was not given back; it ends by itself")


def publisher(bus: Client, loop: asyncio.AbstractEventLoop) -> Publish:
    """Publishes from another thread than the connection's; returns when the bus has the message on disk."""
    jetstream = bus.jetstream()

    def publish(telling: Telling) -> int:
        headers = {"Nats-Msg-Id": telling.message_id, "Content-Type": "application/cloudevents+json"}
        sending = jetstream.publish(
            telling.subject, telling.payload, stream=telling.stream, headers=headers, timeout=ACK_SECONDS
        )
        return _answer(sending, loop).seq

    return publish


def recaller(bus: Client, loop: asyncio.AbstractEventLoop) -> TakeBack:
    """Removes a message, overwriting it, from another thread than the connection's."""
    jetstream = bus.jetstream(timeout=ACK_SECONDS)

    def take_back(stream: str, number: int) -> None:
        try:
            _answer(jetstream.delete_msg(stream, number), loop)
        except NotTaken as fault:
            gone = isinstance(fault.__cause__, nats.js.errors.APIError)
            if not gone or fault.__cause__.err_code not in GONE:  # type: ignore[union-attr]
                raise

    return take_back


def _answer(asking: Coroutine[Any, Any, R], loop: asyncio.AbstractEventLoop) -> R:
    future = asyncio.run_coroutine_threadsafe(asking, loop)
    try:
        return future.result(ACK_SECONDS + 1.0)
    except nats.js.errors.Error as fault:
        raise NotTaken(type(fault).__name__, alone=True) from fault
    except (nats.errors.Error, OSError, TimeoutError, NoAnswer) as fault:
        future.cancel()
        raise NotTaken(type(fault).__name__, alone=False) from fault
