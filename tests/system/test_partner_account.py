"""A partner organisation's account on the bus sees its own subjects and the checkpoints, and nothing else.

The bus layer alone: no policy and no database stands behind it here. Everything is said on the bus by
somebody who may say everything, as if policy and row security were switched off, and the wrong organisation
hears none of it (P17; design §4, §6).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from contracts.bus import FEED, MAX_BYTES
from deploy.embedded.bus_accounts import all_accounts
from deploy.embedded.nats import EmbeddedNats
from deploy.folder import DataFolder
from deploy.parties import SERVICES, STREAM, Partner
from deploy.provision.bus import BusAdmin, provision_bus
from deploy.provision.report import Report

WELZIJN, DOTTED, CITY = Partner("welzijn"), Partner("welzijn.noord"), Partner("gemeente", may_be_told=False)
OTHER = Partner("anna_zorgt")
PARTNERS = (WELZIJN, DOTTED, OTHER, CITY)
PASSWORD = "for-tests-only"


@dataclass
class OwnBus:
    """A bus with the real accounts of services and partners, and what is provisioned on it."""

    server: EmbeddedNats

    @contextlib.asynccontextmanager
    async def signed_in(self, user: str, inbox: str = "_INBOX") -> AsyncIterator[tuple[Client, list[str]]]:
        refused: list[str] = []

        async def note(fault: Exception) -> None:
            refused.append(str(fault).lower())

        client = await nats.connect(
            self.server.url, user=user, password=PASSWORD, inbox_prefix=inbox.encode(), error_cb=note
        )
        try:
            yield client, refused
        finally:
            await client.close()

    async def tell(self, *told: tuple[Partner, str]) -> None:
        """Casefile's user tells partners, without asking anybody whether it may."""
        async with self.signed_in("casefile", "_INBOX_casefile") as (client, refused):
            for partner, word in told:
                subject = partner.subjects.replace(">", "escalated.v1")
                ack = await client.jetstream().publish(subject, word.encode(), stream=partner.stream)
                assert ack.stream == partner.stream
            assert refused == []

    def provision(self, report: Report) -> Report:
        asyncio.run(provision_bus(self.admin, SERVICES, report, partners=PARTNERS))
        return report

    @property
    def admin(self) -> BusAdmin:
        return BusAdmin(self.server.url, "provision", PASSWORD)


@pytest.fixture(scope="module")
def own_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBus]:
    accounts = all_accounts(SERVICES, PARTNERS)
    with DataFolder(tmp_path_factory.mktemp("bus") / "data") as folder:
        server = EmbeddedNats(
            folder.nats,
            ports=folder.ports,
            log=folder.logs / "nats.log",
            accounts=accounts,
            passwords={user.name: PASSWORD for account in accounts for user in account.users},
            preferred_port=None,
            preferred_monitor_port=None,
        )
        server.start()
        try:
            made = OwnBus(server)
            assert made.provision(Report()).drift == []
            yield made
        finally:
            server.stop()


async def settled(client: Client) -> None:
    await client.flush()
    await client.flush()


async def taken(client: Client, partner: Partner, many: int = 10) -> list[Msg]:
    """What an organisation takes from its own consumer, acknowledged."""
    pull = await client.jetstream().pull_subscribe_bind(consumer=partner.consumer, stream=partner.stream)
    try:
        messages = await pull.fetch(many, timeout=1.0)
    except (NatsError, TimeoutError):
        return []
    for message in messages:
        await message.ack()
    await settled(client)
    return messages


def test_each_organisation_takes_what_it_was_told_and_nobody_elses(own_bus: OwnBus) -> None:
    async def play() -> None:
        await own_bus.tell((WELZIJN, "for welzijn"), (OTHER, "for anna"), (DOTTED, "for noord"))
        for partner, word in ((WELZIJN, "for welzijn"), (OTHER, "for anna"), (DOTTED, "for noord")):
            async with own_bus.signed_in(partner.user) as (client, refused):
                [message] = await taken(client, partner)
                assert (message.data.decode(), message.subject) == (
                    word, partner.subjects.replace(">", "escalated.v1"),
                )  # fmt: skip
                # Its numbers count its own messages only: nobody learns how busy another is.
                assert message.metadata.sequence.stream == 1
                assert await taken(client, partner) == []
                assert refused == []

    asyncio.run(play())


def everything(partner: Partner) -> list[str]:
    """Every way that there is to ask the bus for something of a partner, or of everybody."""
    stream, consumer = partner.stream, partner.consumer
    streams = [stream, STREAM]
    asked = ["$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.>", "$SYS.REQ.>"]
    asked += ["$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.SERVER.PING", "$SYS.REQ.USER.INFO"]
    for each in streams:
        asked += [
            f"$JS.API.STREAM.{verb}.{each}"
            for verb in ("INFO", "CREATE", "UPDATE", "DELETE", "PURGE", "SNAPSHOT")
        ]
        asked += [
            f"$JS.API.STREAM.MSG.GET.{each}",
            f"$JS.API.STREAM.MSG.DELETE.{each}",
            f"$JS.API.DIRECT.GET.{each}",
            f"$JS.API.DIRECT.GET.{each}.{partner.subjects.replace('>', 'escalated.v1')}",
            f"$JS.API.CONSUMER.NAMES.{each}",
            f"$JS.API.CONSUMER.LIST.{each}",
            f"$JS.API.CONSUMER.CREATE.{each}",
            f"$JS.API.CONSUMER.CREATE.{each}.mine.>",
            f"$JS.API.CONSUMER.DURABLE.CREATE.{each}.mine",
        ]
    asked += [f"$JS.API.CONSUMER.{verb}.{stream}.{consumer}" for verb in ("INFO", "DELETE", "PAUSE", "UNPIN")]
    asked += [f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.casefile--intake", f"$JS.FC.{stream}.x.y"]
    return asked


@pytest.mark.parametrize("partner", [WELZIJN, DOTTED, CITY], ids=lambda partner: partner.organisation)
def test_no_way_to_ask_for_anothers_gives_anything(own_bus: OwnBus, partner: Partner) -> None:
    async def play() -> None:
        await own_bus.tell((OTHER, "only for anna"))
        asked = everything(OTHER) + everything(WELZIJN)
        asked += [
            f"$JS.API.CONSUMER.MSG.NEXT.{OTHER.stream}.{FEED}",
            f"$JS.ACK.{OTHER.stream}.{FEED}.1.1.1.1.0",
            f"$JS.ACK.{STREAM}.casefile--intake.1.1.1.1.0",
        ]
        async with own_bus.signed_in(partner.user) as (client, refused):
            for subject in asked:
                with pytest.raises((NatsError, TimeoutError)):
                    await client.request(subject, b'{"batch": 1, "seq": 1}', timeout=0.05)
            await settled(client)
            for subject in asked:
                told = [line for line in refused if f'publish to "{subject.lower()}"' in line]
                assert told, f"{subject} was not refused"

    asyncio.run(play())


@pytest.mark.parametrize("partner", [WELZIJN, CITY], ids=lambda partner: partner.organisation)
def test_a_partner_tells_nobody_anything(own_bus: OwnBus, partner: Partner) -> None:
    async def play() -> None:
        subjects = [
            "cases.casefile.escalated.v1", "cases.welzijn.x", "resend.casefile", "public.checkpoints.x",
            OTHER.subjects.replace(">", "x"), WELZIJN.subjects.replace(">", "x"), "_INBOX_casefile.x", "x",
        ]  # fmt: skip
        async with own_bus.signed_in(partner.user) as (client, refused):
            for subject in subjects:
                await client.publish(subject, b"{}")
            await settled(client)
            for subject in subjects:
                assert any(f'publish to "{subject.lower()}"' in line for line in refused), subject
        client = await own_bus.admin.connect()
        try:
            info = await client.jetstream().stream_info(STREAM)
            assert info.state.messages == 0
        finally:
            await client.close()

    asyncio.run(play())


@pytest.mark.parametrize("partner", [WELZIJN, CITY], ids=lambda partner: partner.organisation)
def test_a_listening_partner_hears_its_own_and_the_checkpoints(own_bus: OwnBus, partner: Partner) -> None:
    async def play() -> None:
        closed = [
            ">", "*.>", "org.>", "org.*.escalated.v1", OTHER.subjects, DOTTED.subjects, "cases.>",
            "public.>", "$SYS.>", "$JS.>", "_INBOX_casefile.>", "_INBOX_matching.>", "resend.>", "_R_.>",
        ]  # fmt: skip
        async with own_bus.signed_in(partner.user) as (client, refused):
            heard: list[str] = []

            async def note(message: Msg) -> None:
                heard.append(message.subject)

            for subject in (*closed, "public.checkpoints.>", "_INBOX.>"):
                await client.subscribe(subject, cb=note)
            if partner.may_be_told:
                await client.subscribe(partner.subjects, cb=note)
            await settled(client)
            told = [each for each in closed if any(f'subscription to "{each.lower()}"' in r for r in refused)]
            assert told == closed
            await own_bus.tell((WELZIJN, "w"), (OTHER, "a"), (DOTTED, "n"))
            admin = await nats.connect(
                own_bus.server.url, user="intake", password=PASSWORD, inbox_prefix=b"_INBOX_intake"
            )
            await admin.jetstream().publish("cases.intake.request-received.v1", b"{}", stream=STREAM)
            await admin.close()
            await settled(client)
            own = [partner.subjects.replace(">", "escalated.v1")] if partner.may_be_told else []
            assert heard == own

    asyncio.run(play())
    asyncio.run(_purged(own_bus))


async def _purged(own_bus: OwnBus) -> None:
    client = await own_bus.admin.connect()
    await client.jetstream().purge_stream(STREAM)
    await client.close()


def test_the_answers_to_one_organisation_reach_no_other(own_bus: OwnBus) -> None:
    """Everybody listens to every inbox that they can name while one of them takes its messages."""

    async def play() -> None:
        await own_bus.tell((WELZIJN, "a secret of welzijn"))
        async with own_bus.signed_in(OTHER.user) as (spy, _), own_bus.signed_in(CITY.user) as (city, _):
            heard: list[Msg] = []

            async def note(message: Msg) -> None:
                heard.append(message)

            for client in (spy, city):
                await client.subscribe("_INBOX.>", cb=note)
                await settled(client)
            async with own_bus.signed_in(WELZIJN.user) as (client, _):
                assert b"a secret of welzijn" in [message.data for message in await taken(client, WELZIJN)]
            await settled(spy)
            await settled(city)
            assert heard == []

    asyncio.run(play())


def test_an_answer_cannot_be_sent_into_anothers_inbox_or_a_case(own_bus: OwnBus) -> None:
    """Who asks names where the answer goes: only within the own account."""

    async def play() -> None:
        await own_bus.tell((OTHER, "anna"))
        async with own_bus.signed_in(WELZIJN.user) as (listening, _):
            heard: list[Msg] = []

            async def note(message: Msg) -> None:
                heard.append(message)

            await listening.subscribe("_INBOX.>", cb=note)
            await settled(listening)
            async with own_bus.signed_in(OTHER.user) as (client, _):
                asked = f"$JS.API.CONSUMER.MSG.NEXT.{OTHER.stream}.{FEED}"
                for answer_to in (
                    "_INBOX.welzijn",
                    "cases.casefile.escalated.v1",
                    WELZIJN.subjects[:-1] + "x",
                ):
                    await client.publish(asked, b'{"batch": 10, "no_wait": true}', reply=answer_to)
                await settled(client)
            await settled(listening)
            assert heard == []
        client = await own_bus.admin.connect()
        try:
            jetstream = client.jetstream()
            assert (await jetstream.stream_info(STREAM)).state.messages == 0
        finally:
            await client.close()

    asyncio.run(play())


def knocking(port: int, user: str) -> bytes:
    """What the server says to one more connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as knock, knock.makefile("rb") as told:
        assert told.readline().startswith(b"INFO ")
        who = json.dumps({"verbose": False, "user": user, "pass": PASSWORD}).encode()
        knock.sendall(b"CONNECT " + who + b"\r\nPING\r\n")
        return told.readline()


def test_one_organisation_cannot_take_all_connections(own_bus: OwnBus) -> None:
    async def play() -> None:
        async with contextlib.AsyncExitStack() as opened:
            for _ in range(8):
                await opened.enter_async_context(own_bus.signed_in(CITY.user))
            said = await asyncio.to_thread(knocking, own_bus.server.port, CITY.user)
            assert b"maximum account active connections exceeded" in said
            async with own_bus.signed_in("casefile", "_INBOX_casefile") as (client, _):
                await client.flush()

    asyncio.run(play())


def test_a_large_message_reaches_an_organisation_whole(own_bus: OwnBus) -> None:
    """What an organisation may send is small; what it is told may be as large as any message."""

    async def play() -> None:
        async with own_bus.signed_in("casefile", "_INBOX_casefile") as (client, _):
            subject = WELZIJN.subjects.replace(">", "large.v1")
            await client.jetstream().publish(subject, b"x" * MAX_BYTES, stream=WELZIJN.stream)
        async with own_bus.signed_in(WELZIJN.user) as (client, _):
            assert MAX_BYTES in [len(message.data) for message in await taken(client, WELZIJN, 50)]

    asyncio.run(play())


def test_what_was_not_taken_yet_can_be_taken_back_by_casefile_only(own_bus: OwnBus) -> None:
    async def play() -> None:
        async with own_bus.signed_in("casefile", "_INBOX_casefile") as (client, refused):
            jetstream = client.jetstream(timeout=1)
            subject = OTHER.subjects.replace(">", "escalated.v1")
            ack = await jetstream.publish(subject, b"withdrawn", stream=OTHER.stream)
            assert await jetstream.delete_msg(OTHER.stream, ack.seq)
            assert refused == []
            with pytest.raises(NatsError):
                await jetstream.delete_msg(STREAM, 1)
            assert f'publish to "$js.api.stream.msg.delete.{STREAM.lower()}"' in refused[0]
        async with own_bus.signed_in("matching", "_INBOX_matching") as (client, refused):
            with pytest.raises(NatsError):
                await client.jetstream(timeout=1).delete_msg(OTHER.stream, 1)
            assert refused
        async with own_bus.signed_in(OTHER.user) as (client, _):
            assert b"withdrawn" not in [message.data for message in await taken(client, OTHER, 50)]

    asyncio.run(play())


def test_who_may_never_be_told_has_no_stream(own_bus: OwnBus) -> None:
    async def streams() -> set[str]:
        client = await own_bus.admin.connect()
        try:
            return {str(info.config.name) for info in await client.jetstream().streams_info()}
        finally:
            await client.close()

    assert asyncio.run(streams()) == {STREAM, WELZIJN.stream, DOTTED.stream, OTHER.stream}


def test_streams_of_partners_are_compared_and_put_right_only_when_asked(own_bus: OwnBus) -> None:
    async def meddle() -> None:
        client = await own_bus.admin.connect()
        jetstream = client.jetstream()
        config = (await jetstream.stream_info(WELZIJN.stream)).config
        config.max_age = 3600.0
        await jetstream.update_stream(config)
        config.name, config.subjects = Partner("gone").stream, [Partner("gone").subjects]
        await jetstream.add_stream(config)
        await jetstream.delete_consumer(OTHER.stream, FEED)
        await client.close()

    assert own_bus.provision(Report()).nothing_to_do
    asyncio.run(meddle())
    report = own_bus.provision(Report())
    assert report.made == [f"consumer {FEED} of stream {OTHER.stream} made"]
    assert report.drift == [
        f"stream {WELZIJN.stream} has max_age: 3600.0, should be 1209600.0",
        "stream PARTNER-gone belongs to no organisation of a network",
    ]
    assert own_bus.provision(Report(fix=True)).fixed == report.drift[:1]


def test_no_two_users_share_a_variable_and_no_subject_holds_anothers() -> None:
    trouble = [Partner(name) for name in ("a-b", "a_b", "a.b", "a", "a_line_b", "a_dot_b", "b")]
    accounts = all_accounts(SERVICES, trouble)
    variables = [user.variable(account.name) for account in accounts for user in account.users]
    assert len(variables) == len(set(variables))
    prefixes = [partner.subjects.removesuffix(">") for partner in trouble]
    assert not [
        (one, other) for one in prefixes for other in prefixes if one != other and other.startswith(one)
    ]


def test_the_shipped_networks_make_a_configuration_that_a_real_server_takes(tmp_path: Path) -> None:
    """As text: `provision --bus-accounts` prints the same for a server of your own."""
    from deploy.partners import partners_in

    partners = partners_in()
    told = {partner.organisation for partner in partners if partner.may_be_told}
    assert {"smwo", "oco_almere"} <= told
    assert not {"goes", "tholen", "swvo", "gemeente_almere"} & told
    accounts = all_accounts(SERVICES, partners)
    with DataFolder(tmp_path / "data") as folder:
        server = EmbeddedNats(
            folder.nats, ports=folder.ports, log=folder.logs / "nats.log", accounts=accounts,
            passwords={user.name: PASSWORD for account in accounts for user in account.users},
            preferred_port=None, preferred_monitor_port=None,
        )  # fmt: skip
        server.start()
        server.stop()
