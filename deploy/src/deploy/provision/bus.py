"""The streams and their durable consumers: made once, compared ever after, never silently rewritten."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    ReplayPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from contracts.bus import stream_for
from deploy.parties import STREAM, Partner, Service
from deploy.provision.report import ProvisionRefused, Report

DAY = 24 * 3600.0
GIBIBYTE = 1024**3
PARTNER_BYTES = 16 * 1024**2
PARTNER_STREAMS = stream_for("")
MESSAGE_BYTES = 64 * 1024
HEADER_BYTES = 4 * 1024
CONSUMER_FIELDS = (
    "filter_subject", "ack_policy", "ack_wait", "max_deliver", "max_ack_pending", "deliver_policy",
    "replay_policy", "backoff", "headers_only", "mem_storage", "inactive_threshold", "deliver_subject",
    "pause_until",
)  # fmt: skip
STREAM_FIELDS = (
    "subjects", "storage", "retention", "discard", "discard_new_per_subject", "max_age", "max_bytes",
    "max_msgs", "max_msg_size", "max_msgs_per_subject", "max_consumers", "duplicate_window", "num_replicas",
    "no_ack", "sealed", "deny_delete", "deny_purge", "allow_rollup_hdrs", "persist_mode", "sources", "mirror",
    "republish", "subject_transform", "allow_msg_ttl", "allow_msg_schedules",
)  # fmt: skip
# What the server says where we say nothing.
SILENT: tuple[Any, ...] = (None, False, 0, 0.0, "", [], {}, "default")


@dataclass(frozen=True)
class BusAdmin:
    """How to reach the bus as the user that may make streams and consumers."""

    url: str
    user: str | None = None
    password: str | None = None
    inbox_prefix: str = "_INBOX_provision"

    async def connect(self) -> Client:
        """A connection that gives up soon, since nothing depends on it yet; raises ProvisionRefused."""
        faults: list[Exception] = []

        async def keep(fault: Exception) -> None:
            faults.append(fault)

        try:
            return await nats.connect(
                self.url,
                user=self.user,
                password=self.password,
                name="waakvlam provision",
                inbox_prefix=self.inbox_prefix.encode(),
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0.1,
                connect_timeout=5,
                error_cb=keep,
            )
        except (NatsError, OSError) as fault:
            why = str(fault) or (str(faults[-1]) if faults else type(fault).__name__)
            raise ProvisionRefused(f"the bus cannot be reached: {why}") from None


def stream_wanted(max_bytes: int = 2 * GIBIBYTE, replicas: int = 1) -> StreamConfig:
    """The stream of a region: everything on disk, bounded, refusing new messages when full, kept 14 days."""
    return StreamConfig(
        name=STREAM,
        description="What happened in cases, by source",
        subjects=["cases.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=14 * DAY,
        max_bytes=max_bytes,
        max_msgs=-1,
        max_consumers=-1,
        max_msg_size=MESSAGE_BYTES + HEADER_BYTES,
        duplicate_window=600.0,
        num_replicas=replicas,
    )


def consumer_wanted(service: Service, source: str) -> ConsumerConfig:
    """A service's ear for one source. No limit to deliveries: the server must never give up on its own."""
    return ConsumerConfig(
        durable_name=service.consumer(source),
        name=service.consumer(source),
        filter_subject=f"cases.{source}.>",
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        replay_policy=ReplayPolicy.INSTANT,
        ack_wait=30.0,
        max_deliver=-1,
        max_ack_pending=1000,
    )


def partner_stream_wanted(partner: Partner, replicas: int = 1) -> StreamConfig:
    """What one organisation was told: bounded for each, so that one that is full stops nobody else."""
    return replace(
        stream_wanted(PARTNER_BYTES, replicas),
        name=partner.stream,
        description="What one organisation is told of the cases in which it takes part",
        subjects=[partner.subjects],
    )


def partner_consumer_wanted(partner: Partner) -> ConsumerConfig:
    """An organisation's ear for its own stream."""
    return replace(
        consumer_wanted(Service(partner.organisation), ""),
        durable_name=partner.consumer,
        name=partner.consumer,
        filter_subject=partner.subjects,
    )


async def provision_bus(
    admin: BusAdmin,
    services: Iterable[Service],
    report: Report,
    *,
    wanted: StreamConfig | None = None,
    partners: Iterable[Partner] = (),
) -> None:
    """Make the streams and the consumers, or compare them line by line; raises ProvisionRefused."""
    stream = wanted or stream_wanted()
    client = await admin.connect()
    try:
        jetstream = client.jetstream(timeout=10)
        await _stream(jetstream, stream, report)
        consumers = [consumer_wanted(service, source) for service in services for source in service.hears]
        await _consumers(jetstream, STREAM, consumers, report)
        await _partners(jetstream, [each for each in partners if each.may_be_told], stream, report)
    except (NatsError, OSError) as fault:
        raise ProvisionRefused(f"the bus refuses: {fault}") from fault
    finally:
        await client.close()


async def _partners(
    jetstream: JetStreamContext, partners: list[Partner], stream: StreamConfig, report: Report
) -> None:
    there = {name async for name in _stream_names(jetstream)}
    for partner in partners:
        await _stream(jetstream, partner_stream_wanted(partner, replicas=stream.num_replicas or 1), report)
        await _consumers(jetstream, partner.stream, [partner_consumer_wanted(partner)], report)
    known = {partner.stream for partner in partners}
    for name in sorted(there - known):
        # Never removed, also not with --fix: what an organisation did not take yet may stand in it.
        if name.startswith(PARTNER_STREAMS) and not report.fix:
            report.differs(f"stream {name} belongs to no organisation of a network")


async def _stream_names(jetstream: JetStreamContext) -> AsyncIterator[str]:
    seen = 0
    while page := await jetstream.streams_info(offset=seen):
        seen += len(page)
        for info in page:
            yield str(info.config.name)


async def _stream(jetstream: JetStreamContext, wanted: StreamConfig, report: Report) -> None:
    name = str(wanted.name)
    try:
        found = (await jetstream.stream_info(name)).config
    except NotFoundError:
        await jetstream.add_stream(wanted)
        report.did(f"stream {name} made")
        return
    repair = [report.differs(line) for line in _differences(f"stream {name}", found, wanted, STREAM_FIELDS)]
    if any(repair):
        await jetstream.update_stream(wanted)


async def _consumers(
    jetstream: JetStreamContext, stream: str, wanted: list[ConsumerConfig], report: Report
) -> None:
    there = {info.name: info.config for info in await _all_consumers(jetstream, stream)}
    # The consumers of a service are called by its name; an organisation's are all alike.
    of = "" if stream == STREAM else f" of stream {stream}"
    for each in wanted:
        name = str(each.durable_name)
        found = there.pop(name, None)
        if found is None:
            await jetstream.add_consumer(stream, each)
            report.did(f"consumer {name}{of} made")
            continue
        differences = _differences(f"consumer {name}{of}", found, each, CONSUMER_FIELDS)
        if any([report.differs(line) for line in differences]):
            # Updated in place where the server can, so that nothing is heard twice or not at all.
            await jetstream.add_consumer(stream, each)
    for name in sorted(there):
        if report.differs(f"consumer {name} is on stream {stream} and belongs to no service"):
            await jetstream.delete_consumer(stream, name)


async def _all_consumers(jetstream: JetStreamContext, stream: str) -> list[Any]:
    found: list[Any] = []
    while page := await jetstream.consumers_info(stream, offset=len(found)):
        found += page
    return found


def _differences(what: str, found: Any, wanted: Any, fields: Iterable[str]) -> Iterator[str]:
    for name in fields:
        is_, should = _plain(getattr(found, name, None)), _plain(getattr(wanted, name, None))
        if is_ != should and not (is_ in SILENT and should in SILENT):
            yield f"{what} has {name}: {is_}, should be {should}"


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)
