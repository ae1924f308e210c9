"""nats-server's behaviour that our stream and consumers are made against.

That ours are made so is in tests/deploy: `test_stream_and_consumers_are_as_promised` and
`test_the_first_time_everything_is_made` (limits, `discard: new`, `max_deliver: -1`, duplicate window),
`test_bus_syncs_before_it_acknowledges_…` and `test_servers_listen_on_loopback_only`.
"""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import nats.errors
import nats.js.errors
import pytest
from nats.js.api import DiscardPolicy, PersistMode
from tests.architecture.listening import DURABLE, STREAM, SUBJECT, in_loop, listening
from tests.support.stack import BusForTests

from deploy.embedded.bus_accounts import services_account
from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.nats_configuration import configuration_text
from deploy.folder import DataFolder
from deploy.parties import SERVICES
from deploy.provision.bus import STREAM_FIELDS, stream_wanted


def test_a_limit_of_deliveries_loses_the_message_without_a_word(empty_bus: BusForTests) -> None:
    """Two tries that nobody acknowledged, and the consumer says that there is nothing left (P6, P7)."""

    async def scenario() -> None:
        async with listening(empty_bus, max_deliver=2, ack_wait=0.3) as on:
            await on.tell(b"1")
            pulled = await on.js.pull_subscribe_bind(DURABLE, STREAM)
            assert [one.data for one in await pulled.fetch(1, timeout=5)] == [b"1"]
            assert [one.data for one in await pulled.fetch(1, timeout=5)] == [b"1"]
            with pytest.raises(nats.errors.TimeoutError):
                await pulled.fetch(1, timeout=0.5)
            found = await on.until(lambda info: info.num_ack_pending == 0)
            assert found.num_pending == 0
            assert (await on.js.stream_info(STREAM)).state.messages == 1

    in_loop(scenario)


def test_without_a_limit_it_comes_again_and_again(empty_bus: BusForTests) -> None:
    async def scenario() -> None:
        async with listening(empty_bus, ack_wait=0.1) as on:
            await on.tell(b"1")
            pulled = await on.js.pull_subscribe_bind(DURABLE, STREAM)
            for delivery in range(1, 8):
                [message] = await pulled.fetch(1, timeout=5)
                assert message.metadata.num_delivered == delivery
            await message.ack_sync()

    in_loop(scenario)


def test_a_full_stream_refuses_what_is_new_and_keeps_what_it_has(empty_bus: BusForTests) -> None:
    """By default it would throw away its oldest messages and say yes."""

    async def scenario() -> None:
        async with listening(empty_bus) as on:
            config = (await on.js.stream_info(STREAM)).config
            assert config.discard == DiscardPolicy.OLD
            await on.js.update_stream(config.evolve(max_msgs=2, discard=DiscardPolicy.NEW))
            await on.tell(b"1", b"2")
            with pytest.raises(nats.js.errors.APIError) as refused:
                await on.tell(b"3")
            assert refused.value.err_code == 10077
            assert (await on.js.stream_info(STREAM)).state.first_seq == 1

    in_loop(scenario)


def test_a_message_is_taken_once_within_the_window_by_its_id(empty_bus: BusForTests) -> None:
    """Only an optimisation: outside the window it is taken twice, and the inbox's positions answer (P4)."""

    async def scenario() -> None:
        async with listening(empty_bus) as on:
            one = {"Nats-Msg-Id": "one"}
            first = await on.js.publish(SUBJECT, b"1", stream=STREAM, headers=one)
            again = await on.js.publish(SUBJECT, b"1", stream=STREAM, headers=one)
            assert (first.duplicate, again.duplicate, again.seq) == (None, True, first.seq)

    in_loop(scenario)


def test_nothing_undoes_the_sync_for_our_stream(bus: BusForTests) -> None:
    """`persist_mode: async` would; provisioning compares it, so that drift is seen."""
    assert stream_wanted().persist_mode in (None, PersistMode.DEFAULT)
    assert "persist_mode" in STREAM_FIELDS

    async def scenario() -> None:
        client = await bus.admin.connect()
        found = (await client.jetstream().stream_info(bus.stream)).config
        assert found.persist_mode in (None, PersistMode.DEFAULT)
        await client.close()

    in_loop(scenario)


@pytest.mark.parametrize("size", ["1GB", "8GB"])
def test_every_configuration_syncs_and_names_its_address(size: str) -> None:
    text = configuration_text(
        [services_account(SERVICES)],
        listen="127.0.0.1:4222",
        http="127.0.0.1:8222",
        store="/store",
        max_file_store=size,
    )
    lines = [line.strip() for line in text.splitlines()]
    assert "sync_interval: always" in lines
    assert 'listen: "127.0.0.1:4222"' in lines
    assert not any(line.startswith(("port:", "port ", "host:")) for line in lines)


def test_the_server_says_that_it_syncs_always(tmp_path: Path) -> None:
    """The word in the file is one thing, what the server makes of it another."""
    account = services_account(SERVICES)
    with DataFolder(tmp_path / "data") as folder:
        server = EmbeddedNats(
            folder.nats,
            ports=folder.ports,
            log=folder.logs / "nats.log",
            accounts=[account],
            passwords={user.name: "invented-for-this-test" for user in account.users},
            preferred_port=None,
            preferred_monitor_port=None,
        )
        server.start()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.monitor_port}/varz") as answer:
                said = json.load(answer)
        finally:
            server.stop()
    assert said["jetstream"]["config"]["sync_always"] is True
    assert said["host"] == said["http_host"] == "127.0.0.1"
