"""Asking a source to send again what is missing, and answering such a request from the outbox.

The request travels on the bus's core subjects (``resend.<source>``): it may be lost, it is asked again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.inbox.inbox import Inbox
from chassis.relay import Outbox, Relay
from chassis.store.errors import Conflict, Unavailable

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 30.0
TICK_SECONDS = 1.0


async def keep_going(inboxes: Sequence[Inbox], bus: Client, patience: float = PATIENCE_SECONDS) -> None:
    """Every second: apply what is parked and may be tried, and ask for what is missing. Runs for ever."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        for inbox in inboxes:
            try:
                ready = await asyncio.to_thread(inbox.state.ready)
                if ready:
                    await asyncio.to_thread(inbox.take, (), subjects=ready)
                if bus.is_connected:
                    for gap in await asyncio.to_thread(inbox.state.gaps, patience):
                        request = json.dumps({"subject": str(gap.subject_id), "from": gap.position})
                        await bus.publish(f"resend.{inbox.source}", request.encode())
                        log.info("asked %s to send a subject again from %d", inbox.source, gap.position)
            except (Unavailable, Conflict) as fault:
                log.warning("parked messages wait: %s", fault)


async def answer_requests(service: str, bus: Client, outbox: Outbox, relay: Relay) -> None:
    """Listen for requests to this service; garbage is logged by kind and dropped, since it is asked again."""

    async def send_again(message: Msg) -> None:
        try:
            request = json.loads(message.data)
            subject_id, position = UUID(request["subject"]), int(request["from"])
            many = await asyncio.to_thread(outbox.send_again, subject_id, position)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("a request to send again could not be read")
            return
        except (Unavailable, Conflict):
            return
        log.info("sending %d messages again", many)
        relay.wake()

    await bus.subscribe(f"resend.{service}", cb=send_again)
