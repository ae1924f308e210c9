"""How far the feed to partner organisations is: not looked at, waiting for whom, sent, stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from nats.js.client import JetStreamContext

from contracts.bus import FEED, stream_for

LATE_AFTER = 60.0


@dataclass
class FeedMeasure:
    """The sending side, in the database of the service that shares."""

    not_looked_at: int = 0
    sent: int = 0
    stopped: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    oldest_waiting_seconds: float | None = None

    @property
    def worry(self) -> str | None:
        """What somebody should look at."""
        if self.oldest_waiting_seconds is None or self.oldest_waiting_seconds < LATE_AFTER:
            return None
        return (
            f"messages to {', '.join(sorted(self.waiting))} wait for {self.oldest_waiting_seconds:.0f} s: "
            "is the bus up, is their stream there, is it full?"
        )


@dataclass
class PartnerMeasure:
    """The taking side: what stands in an organisation's stream, and what it did not take yet."""

    organisation: str
    messages: int
    bytes: int
    max_bytes: int
    not_taken: int
    unacknowledged: int


def measure_feed(connection: psycopg.Connection[Any]) -> FeedMeasure:
    """Read by the worker's role of the service that shares."""
    measure = FeedMeasure()
    for organisation, many, seconds in connection.execute(
        "select organisation, count(*)::int, extract(epoch from now() - min(cleared_at))::float8"
        " from store.shared where state = 'waiting' group by organisation"
    ):
        measure.waiting[organisation] = many
        measure.oldest_waiting_seconds = max(measure.oldest_waiting_seconds or 0.0, seconds)
    row = connection.execute(
        "select count(*) filter (where state = 'sent')::int, count(*) filter (where state = 'stopped')::int,"
        " (select count(*)::int from store.event"
        "  where notification_id > (select looked_at from store.sharing)) from store.shared"
    ).fetchone()
    if row:
        measure.sent, measure.stopped, measure.not_looked_at = row
    return measure


async def measure_partners(jetstream: JetStreamContext) -> list[PartnerMeasure]:
    """Every organisation's stream in which something stands, read by the monitoring user."""
    found: list[PartnerMeasure] = []
    seen, prefix = 0, stream_for("")
    while page := await jetstream.streams_info(offset=seen):
        seen += len(page)
        for info in page:
            name = str(info.config.name)
            if not name.startswith(prefix) or not info.state.messages:
                continue
            consumer = await jetstream.consumer_info(name, FEED)
            found.append(
                PartnerMeasure(
                    name.removeprefix(prefix).replace("~", "."),
                    info.state.messages,
                    info.state.bytes,
                    info.config.max_bytes or 0,
                    consumer.num_pending or 0,
                    consumer.num_ack_pending or 0,
                )
            )
    return found
