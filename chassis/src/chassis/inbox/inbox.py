"""The inbox: every event takes effect once per consumer, in order per subject (design §3.6, §3.7).

``take`` works on what is there: messages of many subjects in one transaction, at most one per subject;
on any conflict or fault each of them again alone. It runs in a thread; nothing here knows the bus.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.clock import Clock
from chassis.inbox.heard import Effects, Heard, Subscriptions
from chassis.inbox.state import InboxState, Known
from chassis.store.errors import Conflict, Unavailable
from chassis.store.saving import AppliedMessage
from chassis.store.store import Store
from chassis.telemetry import metrics, span_from
from contracts.envelope import Envelope, Unparsable, class_of

log = logging.getLogger(__name__)
ATTEMPTS = 5
CONFLICTS = 5

Parse = Callable[[bytes], Envelope[Any]]


Peek = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class Later:
    """Deliver again after so many seconds."""

    seconds: float


@dataclass(slots=True)
class _Message:
    subject_id: UUID
    position: int
    payload: bytes
    event_type: str
    traceparent: str | None
    index: int | None  # place in the batch; None for one that was parked


class Inbox:
    """One consumer of one source."""

    def __init__(
        self,
        state: InboxState,
        store: Store,
        subscriptions: Subscriptions,
        *,
        parse: Parse,
        peek: Peek,
        clock: Clock,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.state = state
        self._store = store
        self._handlers = subscriptions
        self._heard_types = {event.TYPE for event in subscriptions}
        self._parse = parse
        self._peek = peek
        self._clock = clock
        self._attempts = attempts

    @property
    def source(self) -> str:
        """The service that is listened to."""
        return self.state.source

    def take(self, payloads: Sequence[bytes], *, subjects: Sequence[UUID] = ()) -> list[Later | None]:
        """Apply, park or bury each message; for each None (acknowledge) or Later.

        ``subjects``: also look at what is parked for these. Raises Unavailable when the infrastructure is
        at fault: then nothing was counted against any message, and what was not applied comes again.
        """
        outcomes: list[Later | None] = [None] * len(payloads)
        queues: dict[UUID, dict[int, _Message]] = {subject: {} for subject in subjects}
        for index, payload in enumerate(payloads):
            message = self._headed(payload, index)
            if message is not None:
                queues.setdefault(message.subject_id, {}).setdefault(message.position, message)
        known = self.state.known(queues)
        self._add_parked(queues, known)
        early: list[_Message] = []
        for subject_id, queue in queues.items():
            state = known[subject_id]
            for position in [position for position in queue if position <= state.position]:
                del queue[position]
            if state.dead:
                early += [message for message in queue.values() if message.position > state.position + 1]
                queue.clear()
        self._run_rounds(queues, known, early, outcomes)
        for queue in queues.values():
            early += queue.values()
        self.state.park([(m.subject_id, m.position, m.payload) for m in early if m.index is not None])
        return outcomes

    def _headed(self, payload: bytes, index: int) -> _Message | None:
        try:
            head = self._peek(payload)
            if head.service != self.source:
                raise Unparsable(f"source: expected a message of {self.source}")
        except Unparsable as fault:
            # Without a position nothing can be said about order: the gap that it leaves is asked for again.
            self.state.bury(payload, f"Unparsable: {fault}", 1)
            metrics.dead_letters.add(1, {"waakvlam.source": self.source})
            return None
        return _Message(head.subject, head.sequence, payload, head.type, head.traceparent, index)

    def _add_parked(self, queues: dict[UUID, dict[int, _Message]], known: dict[UUID, Known]) -> None:
        with_parked = [subject for subject, state in known.items() if state.parked and not state.dead]
        if not with_parked:
            return
        for subject_id, position, payload in self.state.parked(with_parked):
            head = self._peek(payload)
            message = _Message(subject_id, position, payload, head.type, head.traceparent, None)
            queues[subject_id].setdefault(position, message)

    def _run_rounds(
        self,
        queues: dict[UUID, dict[int, _Message]],
        known: dict[UUID, Known],
        early: list[_Message],
        outcomes: list[Later | None],
    ) -> None:
        while True:
            round_ = [
                message
                for subject_id, queue in queues.items()
                if (message := queue.pop(known[subject_id].position + 1, None)) is not None
            ]
            if not round_:
                return
            for message, later in zip(round_, self._round(round_), strict=True):
                if later is None:
                    known[message.subject_id].position += 1
                    continue
                if later.seconds > 0 and message.index is not None:
                    outcomes[message.index] = later
                # Behind a message that is tried again or dead, the others wait in the parking place.
                early += queues[message.subject_id].values()
                queues[message.subject_id].clear()

    def _round(self, messages: Sequence[_Message]) -> list[Later | None]:
        if len(messages) > 1:
            try:
                self._apply(messages)
                return [None] * len(messages)
            except Unavailable:
                raise
            except Exception as fault:
                log.info("a batch of %d is run one by one (%s)", len(messages), type(fault).__name__)
        return [self._alone(message) for message in messages]

    def _alone(self, message: _Message) -> Later | None:
        """None: applied (or applied by another). Later(0): buried. Later(n): try again."""
        for _ in range(CONFLICTS):
            try:
                self._apply([message])
                return None
            except Unavailable:
                raise
            except Conflict:
                if self.state.known([message.subject_id])[message.subject_id].position >= message.position:
                    return None
            except Exception as fault:
                return self._failed(message, fault)
        metrics.retries.add(1, {"waakvlam.source": self.source})
        return Later(1.0)

    def _apply(self, messages: Sequence[_Message]) -> None:
        save = self._store.prepare()
        for message in messages:
            if message.event_type in self._heard_types:
                self._handle(message, save.add)
            else:
                # Passed over unread; but a type that is not known at all becomes a dead letter.
                class_of(message.event_type)
        save.messages = [AppliedMessage(self.source, m.subject_id, m.position) for m in messages]
        self._store.recorder.save(save)

    def _handle(self, message: _Message, add: Callable[[Any], None]) -> None:
        envelope = self._parse(message.payload)
        attributes = {
            "waakvlam.subject": message.subject_id,
            "waakvlam.event_type": message.event_type,
            "waakvlam.source": self.source,
            "waakvlam.position": message.position,
        }
        with span_from(message.traceparent, f"hear {message.event_type}", "consumer", attributes):
            effects: Effects = self._handlers[type(envelope.data)](
                Heard(envelope.data, envelope, self._clock.now())
            )
            for aggregate in effects.aggregates:
                add(aggregate)

    def _failed(self, message: _Message, fault: Exception) -> Later:
        # Only the kind of fault is kept, and for a message that does not parse what is wrong with it: the
        # text of another exception may quote content.
        hopeless = isinstance(fault, Unparsable)
        cause = f"Unparsable: {fault}" if hopeless else type(fault).__name__
        attempts = self.state.failed(message.subject_id, message.position, cause)
        log.warning("message of %s failed, attempt %d (%s)", self.source, attempts, type(fault).__name__)
        if hopeless or attempts >= self._attempts:
            self.state.bury(
                message.payload,
                cause,
                attempts,
                subject_id=message.subject_id,
                position=message.position,
                event_type=message.event_type,
            )
            metrics.dead_letters.add(1, {"waakvlam.source": self.source})
            return Later(0)
        metrics.retries.add(1, {"waakvlam.source": self.source})
        return Later(float(2 ** (attempts - 1)))
