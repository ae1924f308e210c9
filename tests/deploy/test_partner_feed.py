"""`status` and `doctor` tell how far the feed to partners is, on both sides of the bus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import nats
import psycopg
from tests.support.shared_houses import HOUSES, NOON, House, HouseTeller, house_policies
from tests.support.stack import BusForTests, ServiceDatabase

from chassis.clock import FixedClock
from chassis.sharing.feed import Feed
from chassis.sharing.gate import Gate
from chassis.store.pools import open_pool
from chassis.store.store import Store
from deploy.commands.status import worries_of
from deploy.measures import BusMeasure, ServiceMeasure
from deploy.parties import SERVICES, Partner
from deploy.partner_feed import FeedMeasure, PartnerMeasure, measure_feed, measure_partners
from deploy.provision.bus import provision_bus
from deploy.provision.report import Report

MEE, OTHER = Partner("mee"), Partner("other")


def test_what_is_not_looked_at_waits_was_sent_or_stopped(
    service_database: Callable[[str], ServiceDatabase],
) -> None:
    database = service_database("lamps")
    pool = open_pool(database.url("worker"), size=2)
    try:
        store = Store(pool, HOUSES, source_urn="urn:nld:kvknr:00000000:systeem:lamps")
        feed = Feed(pool, HouseTeller(), Gate("lamps", house_policies, FixedClock(NOON)))
        house = House.build()
        consent = house.let_in("mee")
        house.light()
        house.light()
        store.save([house])
        with psycopg.connect(database.url("worker"), autocommit=True) as conn:
            assert measure_feed(conn).not_looked_at == 4
            feed.look()
            waiting = measure_feed(conn)
            assert (waiting.not_looked_at, waiting.waiting, waiting.sent) == (0, {"mee": 2}, 0)
            assert waiting.oldest_waiting_seconds is not None
            feed.send_one("mee", lambda _telling: 1)
            again = store.get(House, house.id)
            again.show_out(consent)
            store.save([again])
            feed.send_one("mee", lambda _telling: 1)
            done = measure_feed(conn)
            assert (done.waiting, done.sent, done.stopped, done.worry) == ({}, 1, 1, None)
    finally:
        pool.close()


def test_what_an_organisation_did_not_take_yet(bus: BusForTests) -> None:
    async def measure() -> list[PartnerMeasure]:
        await provision_bus(bus.admin, SERVICES, Report(), partners=[MEE, OTHER])
        user, password = bus.user("admin")
        client = await nats.connect(bus.url, user=user, password=password)
        try:
            for _ in range(3):
                await client.jetstream().publish("org.mee.x.v1", b"{}", stream=MEE.stream)
            ours = await client.jetstream().pull_subscribe_bind(consumer="feed", stream=MEE.stream)
            [first] = await ours.fetch(1, timeout=5)
            await first.ack_sync()
        finally:
            await client.close()
        user, password = bus.user("monitor")
        monitor = await nats.connect(bus.url, user=user, password=password, inbox_prefix=b"_INBOX_monitor")
        try:
            return await measure_partners(monitor.jetstream())
        finally:
            await monitor.close()

    [mee] = asyncio.run(measure())
    assert (mee.organisation, mee.messages, mee.not_taken, mee.unacknowledged) == ("mee", 3, 2, 0)


def test_a_message_that_waits_long_is_a_worry() -> None:
    late = FeedMeasure(waiting={"mee": 2}, oldest_waiting_seconds=61.0)
    service = ServiceMeasure("casefile", "", 1, 0, True, feed=late)
    assert [line for line in worries_of([service], BusMeasure()) if "mee" in line]
    service.feed = FeedMeasure(waiting={"mee": 2}, oldest_waiting_seconds=1.0)
    assert worries_of([service], BusMeasure()) == []
    full = BusMeasure(partners=[PartnerMeasure("mee", 1, 90, 100, 1, 0)])
    assert worries_of([service], full) == ["the stream of mee is 90% full"]
