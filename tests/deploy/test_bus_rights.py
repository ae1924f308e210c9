"""Each service publishes and consumes exactly its own subjects; only provisioning makes streams."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import nats
import pytest
from nats.aio.client import Client
from nats.errors import TimeoutError as NoAnswer
from nats.js.api import StreamConfig
from tests.support.stack import BusForTests

from contracts.registry import EVENTS, HEARD_BY, OWNED
from deploy.embedded.bus_accounts import all_accounts, monitor_user, provision_user, service_user
from deploy.parties import SERVICES, STREAM, Partner, Service
from deploy.provision.bus import consumer_wanted, partner_stream_wanted, stream_wanted


@asynccontextmanager
async def signed_in(bus: BusForTests, user: str) -> AsyncIterator[tuple[Client, list[str]]]:
    refused: list[str] = []

    async def note(fault: Exception) -> None:
        refused.append(str(fault).lower())

    name, password = bus.user(user)
    client = await nats.connect(
        bus.url, user=name, password=password, inbox_prefix=f"_INBOX_{user}".encode(), error_cb=note
    )
    try:
        yield client, refused
    finally:
        await client.close()


async def settled(client: Client) -> None:
    """There and back twice: the client's first ping may overtake what it was still holding."""
    await client.flush()
    await client.flush()


def publishable(bus: BusForTests, user: str, subjects: Iterable[str]) -> set[str]:
    """Those of the subjects that the user may publish."""

    async def ask() -> set[str]:
        allowed = set()
        async with signed_in(bus, user) as (client, refused):
            for subject in subjects:
                await client.publish(subject, b"{}")
                await settled(client)
                if not any(f'publish to "{subject.lower()}"' in line for line in refused):
                    allowed.add(subject)
        return allowed

    return asyncio.run(ask())


def hearable(bus: BusForTests, user: str, subjects: Iterable[str]) -> set[str]:
    """Those of the subjects that the user may subscribe to."""

    async def ask() -> set[str]:
        allowed = set()
        async with signed_in(bus, user) as (client, refused):
            for subject in subjects:
                await client.subscribe(subject)
                await settled(client)
                if not any(f'subscription to "{subject.lower()}"' in line for line in refused):
                    allowed.add(subject)
        return allowed

    return asyncio.run(ask())


@pytest.mark.parametrize("user", [service.name for service in SERVICES if service.on_bus])
def test_a_service_publishes_its_own_events_and_nobody_elses(bus: BusForTests, user: str) -> None:
    subjects = [f"cases.{service.name}.something.v1" for service in SERVICES]
    assert publishable(bus, user, subjects) == {f"cases.{user}.something.v1"}


ON_BUS = [service for service in SERVICES if service.on_bus]


@pytest.mark.parametrize("service", ON_BUS, ids=lambda service: service.name)
def test_a_service_publishes_each_event_that_it_owns_and_no_other(bus: BusForTests, service: Service) -> None:
    """Over every event that there is: a new one is in here by itself."""
    allowed = publishable(bus, service.name, [event.SUBJECT for event in EVENTS])
    assert allowed == {event.SUBJECT for event in OWNED[service.name]}


@pytest.mark.parametrize("service", ON_BUS, ids=lambda service: service.name)
def test_a_service_takes_from_its_own_consumers_and_no_other(bus: BusForTests, service: Service) -> None:
    pairs = [(hearer, source) for hearer in ON_BUS for source in OWNED]
    asked = {f"{hearer.name}--{source}": (hearer.name, source) for hearer, source in pairs}
    own = {f"{service.name}--{source}" for source in HEARD_BY[service.name]}
    for verb in ("$JS.API.CONSUMER.MSG.NEXT.{}.{}", "$JS.API.CONSUMER.INFO.{}.{}", "$JS.ACK.{}.{}.1.1.1.1.0"):
        subjects = {verb.format(STREAM, name): name for name in asked}
        assert {subjects[each] for each in publishable(bus, service.name, subjects)} == own
    assert hearable(bus, service.name, [event.SUBJECT for event in EVENTS]) == set()


def test_what_is_provisioned_is_what_the_contracts_say() -> None:
    assert {service.name: service.hears for service in ON_BUS} == dict(HEARD_BY)
    assert {service.name for service in ON_BUS} == set(OWNED)


def test_only_the_service_that_shares_tells_a_partner_and_only_those_who_may_be_told() -> None:
    partners = (Partner("welzijn"), Partner("gemeente", may_be_told=False))
    for service in ON_BUS:
        told = [each for each in service_user(service, partners=partners).publish if each.startswith("org.")]
        assert told == (["org.welzijn.>"] if service.name == "casefile" else [])


def test_no_user_has_a_right_that_spans_accounts_or_everything() -> None:
    partners = (Partner("welzijn"), Partner("gemeente", may_be_told=False))
    for account in all_accounts(SERVICES, partners):
        for user in account.users:
            assert not [
                each for each in (*user.publish, *user.subscribe) if each in (">", "*", "*.>", "org.>")
            ]
            assert not [each for each in user.publish if each.startswith("$SYS")]
            mighty = [each for each in user.publish if each.startswith("$JS.API.") and each.endswith(">")]
            assert mighty == (["$JS.API.>"] if user == provision_user() else [])
    verbs = {each.split(".")[3] for each in monitor_user().publish if each.count(".") > 2}
    assert verbs <= {"NAMES", "LIST", "INFO"}


def test_a_service_listens_to_nothing_but_its_own_inbox(bus: BusForTests) -> None:
    closed = {"cases.>", "cases.casefile.>", ">", "_INBOX.>", "_INBOX_casefile.>", "$JS.>", "resend.casefile"}
    own = {"_INBOX_intake.abc.*", "resend.intake"}
    assert hearable(bus, "intake", closed | own) == own


def test_a_service_asks_those_it_hears_to_send_again(bus: BusForTests) -> None:
    subjects = [f"resend.{service.name}" for service in SERVICES]
    assert publishable(bus, "matching", subjects) == {"resend.casefile"}


@pytest.mark.parametrize("user", ["intake", "casefile", "matching", "notifications", "monitor"])
def test_runtime_users_change_neither_stream_nor_consumers(bus: BusForTests, user: str) -> None:
    mighty = {
        "$JS.API.STREAM.CREATE.OTHER",
        f"$JS.API.STREAM.UPDATE.{STREAM}",
        f"$JS.API.STREAM.DELETE.{STREAM}",
        f"$JS.API.STREAM.PURGE.{STREAM}",
        f"$JS.API.STREAM.MSG.GET.{STREAM}",
        f"$JS.API.STREAM.MSG.DELETE.{STREAM}",
        f"$JS.API.DIRECT.GET.{STREAM}",
        f"$JS.API.CONSUMER.CREATE.{STREAM}",
        f"$JS.API.CONSUMER.CREATE.{STREAM}.mine.cases.>",
        f"$JS.API.CONSUMER.DURABLE.CREATE.{STREAM}.mine",
        f"$JS.API.CONSUMER.DELETE.{STREAM}.casefile--intake",
        f"$JS.API.CONSUMER.PAUSE.{STREAM}.casefile--intake",
        f"$JS.SNAPSHOT.RESTORE.{STREAM}.x",
    }
    assert publishable(bus, user, mighty) == set()


def test_a_service_hears_its_consumer_acknowledges_and_cannot_take_anothers(bus: BusForTests) -> None:
    async def hear() -> None:
        async with signed_in(bus, "intake") as (client, _):
            acknowledged = await client.jetstream().publish(
                "cases.intake.request-received.v1", b"{}", stream=STREAM
            )
            assert acknowledged.seq == 1
        async with signed_in(bus, "casefile") as (client, refused):
            jetstream = client.jetstream()
            ours = await jetstream.pull_subscribe_bind(
                consumer="casefile--intake", stream=STREAM, inbox_prefix=b"_INBOX_casefile."
            )
            [message] = await ours.fetch(1, timeout=5)
            assert message.data == b"{}"
            await message.ack_sync()
            info = await jetstream.consumer_info(STREAM, "casefile--intake")
            assert (info.num_pending, info.num_ack_pending) == (0, 0)
            assert refused == []
        async with signed_in(bus, "matching") as (client, refused):
            theirs = await client.jetstream().pull_subscribe_bind(
                consumer="casefile--intake", stream=STREAM, inbox_prefix=b"_INBOX_matching."
            )
            with pytest.raises(NoAnswer):
                await theirs.fetch(1, timeout=0.5)
            assert any("permissions violation" in line for line in refused)

    asyncio.run(hear())


def test_the_monitor_reads_and_nothing_else(bus: BusForTests) -> None:
    async def look() -> None:
        async with signed_in(bus, "monitor") as (client, refused):
            jetstream = client.jetstream()
            assert (await jetstream.stream_info(STREAM)).config.name == STREAM
            assert len(await jetstream.consumers_info(STREAM)) == 6
            assert refused == []

    asyncio.run(look())
    closed = ["cases.intake.request-received.v1", f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.casefile--intake"]
    assert publishable(bus, "monitor", closed) == set()


@pytest.mark.parametrize(
    "given",
    [{}, {"user": "t0-intake"}, {"user": "t0-intake", "pass": "wrong"}, {"user": "nobody", "pass": ""}],
)
def test_nobody_signs_in_without_a_password(bus: BusForTests, given: dict[str, str]) -> None:
    parts = urlsplit(bus.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as knock:
        told = knock.makefile("rb")
        assert told.readline().startswith(b"INFO ")
        knock.sendall(b"CONNECT " + json.dumps({"verbose": False, **given}).encode() + b"\r\nPING\r\n")
        assert told.readline() == b"-ERR 'Authorization Violation'\r\n"
        assert told.read() == b""
        told.close()


@pytest.mark.parametrize("wanted", [stream_wanted(), partner_stream_wanted(Partner("welzijn"))])
def test_stream_and_consumers_are_as_promised(wanted: StreamConfig) -> None:
    stream: dict[str, Any] = wanted.as_dict()
    assert stream["storage"] == "file"
    assert stream["retention"] == "limits"
    assert stream["discard"] == "new"
    assert stream["max_age"] == 14 * 24 * 3600 * 10**9
    assert stream["duplicate_window"] >= 600 * 10**9
    assert stream["max_bytes"] > 0
    assert stream["max_msg_size"] >= 64 * 1024
    for service in SERVICES:
        for source in service.hears:
            consumer = consumer_wanted(service, source).as_dict()
            assert consumer["max_deliver"] == -1
            assert consumer["ack_policy"] == "explicit"
            assert consumer["deliver_policy"] == "all"
            assert "deliver_subject" not in consumer
