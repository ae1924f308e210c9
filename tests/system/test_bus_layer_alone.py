"""The bus alone: with policy and row security off, no organisation gets anything of another's (P17).

The control: the same with the bus accounts off too, and everybody gets everything.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from tests.support.layers import bus_accounts_off, policies_off, row_security_off
from tests.support.shared_houses import HOUSES, NOON, SCHEMA, House, HouseTeller
from tests.support.stack import ServiceDatabase

from chassis.clock import FixedClock
from chassis.relay import Outbox, Relay
from chassis.sharing.feed import Feed, publisher
from chassis.sharing.gate import Gate
from chassis.store.pools import open_pool
from chassis.store.store import Store
from deploy.embedded.bus_accounts import BusAccount, all_accounts
from deploy.embedded.nats import EmbeddedNats
from deploy.folder import DataFolder
from deploy.parties import STREAM, Partner, Service
from deploy.provision.bus import BusAdmin, provision_bus
from deploy.provision.report import Report

SERVICES = (Service("lamps", shares=True), Service("switchboard", hears=("lamps",)))
MEE, SMWO, CITY = Partner("mee"), Partner("smwo"), Partner("city", may_be_told=False)
PARTNERS = (MEE, SMWO, CITY)
PASSWORD = "for-tests-only"
HOUSES_TOLD = 20


@contextmanager
def a_bus(folder: Path, accounts: Sequence[BusAccount]) -> Iterator[str]:
    with DataFolder(folder) as held:
        server = EmbeddedNats(
            held.nats, ports=held.ports, log=held.logs / "nats.log", accounts=accounts,
            passwords={user.name: PASSWORD for account in accounts for user in account.users},
            preferred_port=None, preferred_monitor_port=None,
        )  # fmt: skip
        server.start()
        try:
            admin = BusAdmin(server.url, "provision", PASSWORD)
            asyncio.run(provision_bus(admin, SERVICES, Report(), partners=PARTNERS))
            yield server.url
        finally:
            server.stop()


@contextmanager
def the_service(url: str, database: ServiceDatabase) -> Iterator[Callable[[], None]]:
    """Relay and feed of the lamps, with policy and row security off; gives what sends all that waits."""
    pool = open_pool(row_security_off(database), size=5)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    connecting = nats.connect(url, user="lamps", password=PASSWORD, inbox_prefix=b"_INBOX_lamps")
    client = asyncio.run_coroutine_threadsafe(connecting, loop).result(10)
    relay = Relay(Outbox(pool), STREAM)
    gate = Gate("lamps", lambda: policies_off(SCHEMA), FixedClock(NOON))
    feed = Feed(pool, HouseTeller(), gate)
    store = Store(pool, HOUSES, source_urn="urn:nld:kvknr:00000000:systeem:lamps")

    def live() -> None:
        for number in range(HOUSES_TOLD):
            house = House.build()
            # The policy is off: a right to audit is enough to be told.
            house.let_in((MEE, SMWO)[number % 2].organisation, kind="audit")
            house.light()
            store.save([house])
        while asyncio.run_coroutine_threadsafe(relay.round(client.jetstream()), loop).result(10):
            pass
        while feed.look():
            pass
        while feed.send(publisher(client, loop)):
            pass

    try:
        yield live
    finally:
        asyncio.run_coroutine_threadsafe(client.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        pool.close()


async def spied(url: str, partner: Partner, live: Callable[[], None]) -> list[Msg]:
    """Everything that one organisation gets by every way there is, while the service lives."""
    got: list[Msg] = []

    async def note(message: Msg) -> None:
        got.append(message)

    async def unheard(_fault: Exception) -> None:
        pass

    client = await nats.connect(url, user=partner.user, password=PASSWORD, error_cb=unheard)
    try:
        for subject in (">", "cases.>", "org.>", *(each.subjects for each in PARTNERS), "$JS.>", "_INBOX.>"):
            await client.subscribe(subject, cb=note)
        await client.flush()
        await asyncio.to_thread(live)
        for each in PARTNERS:
            got += await taken(client, each.stream, each.consumer)
        got += await taken(client, STREAM, "switchboard--lamps")
        await client.flush()
        return [message for message in got if b"rooms" in message.data]
    finally:
        await client.close()


async def taken(client: Client, stream: str, consumer: str) -> list[Msg]:
    pull = await client.jetstream().pull_subscribe_bind(consumer=consumer, stream=stream)
    with contextlib.suppress(NatsError, TimeoutError):
        return await pull.fetch(100, timeout=0.5)
    return []


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda partner: partner.organisation)
def test_with_policy_and_row_security_off_the_bus_keeps_organisations_apart(
    partner: Partner, service_database: Callable[[str], ServiceDatabase], tmp_path: Path
) -> None:
    with a_bus(tmp_path / "data", all_accounts(SERVICES, PARTNERS)) as url:
        with the_service(url, service_database("lamps")) as live:
            got = asyncio.run(spied(url, partner, live))
    if partner.may_be_told:
        # Live and from its own stream: its own subjects, all of them, and nothing else.
        assert {message.subject for message in got} == {partner.subjects.replace(">", "room-lit.v1")}
        assert len({message.data for message in got}) == HOUSES_TOLD / 2
    else:
        assert got == []


def test_with_the_bus_accounts_off_too_everybody_gets_everything(
    service_database: Callable[[str], ServiceDatabase], tmp_path: Path
) -> None:
    """The negative control: the way of looking above finds what there is to find."""
    with a_bus(tmp_path / "data", bus_accounts_off(all_accounts(SERVICES, PARTNERS))) as url:
        with the_service(url, service_database("lamps")) as live:
            got = asyncio.run(spied(url, CITY, live))
    subjects = {message.subject for message in got}
    assert subjects >= {"cases.lamps.room-lit.v1", "org.mee.room-lit.v1", "org.smwo.room-lit.v1"}
