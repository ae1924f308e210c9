"""Messages that come twice, in another order, or not at all; acknowledgements that are lost (P4, P5, P6)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
from tests.faults.books import change, number
from tests.faults.lamp_world import LampWorld
from tests.faults.oracle import broken_promises
from tests.support.lamps import LampLit


def some_lamps(world: LampWorld, many: int = 4, times: int = 3) -> list[UUID]:
    lamps = [uuid4() for _ in range(many)]
    for _ in range(times):
        for lamp in lamps:
            world.blink(lamp)
    return lamps


def send_everything_again(world: LampWorld) -> None:
    """The relay's cursor is set back to zero."""
    change(world.url("lamps"), "update store.outbox set sent_at = null")
    assert world.until(lambda: number(world.url("lamps"), NOT_AGAIN) == 0)


NOT_AGAIN = "select count(*) from store.outbox where sent_at is null or sendings < 2"


def publish_shuffled(world: LampWorld) -> None:
    """Everything that is in the outbox goes to the bus by hand: some twice, all in a random order."""
    with psycopg.connect(world.url("lamps")) as conn:
        rows: Sequence[Any] = conn.execute(
            "update store.outbox set sent_at = now() returning payload"
        ).fetchall()
    payloads = [bytes(row[0]) for row in rows]
    payloads += world.chance.sample(payloads, len(payloads) // 2)
    world.chance.shuffle(payloads)

    async def publish() -> None:
        client = await world.servers.bus_user("lamps").connect()
        for payload in payloads:
            await client.jetstream().publish(LampLit.SUBJECT, payload, stream="CASES")
        await client.close()

    asyncio.run(publish())


def test_a_relay_from_zero_changes_nothing(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    some_lamps(world)
    assert world.settled() == []
    send_everything_again(world)
    world.blink(uuid4())
    assert world.settled() == []
    assert world.view_objections() == []


def test_control_a_relay_from_zero_is_counted_twice_without_positions(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "ignores_positions")
    some_lamps(world)
    assert world.settled() == []
    send_everything_again(world)
    assert world.objects("P4")


def test_lost_acknowledgements_change_nothing(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "loses_acknowledgements")
    some_lamps(world)
    assert world.settled() == []
    world.until(lambda: world.on_the_bus() == 0)
    assert world.settled() == []


def test_control_a_lost_acknowledgement_counts_twice_without_positions(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "loses_acknowledgements_ignores_positions")
    some_lamps(world)
    assert world.objects("P4")


def test_shuffled_and_doubled_messages_take_effect_in_order(world: LampWorld) -> None:
    told_and_not_relayed(world)
    publish_shuffled(world)
    world.work("switchboard")
    assert world.settled() == []


def test_control_shuffled_messages_are_noticed_without_positions(world: LampWorld) -> None:
    told_and_not_relayed(world)
    publish_shuffled(world)
    world.work("switchboard", "ignores_positions")
    assert world.objects("P4")
    assert world.objects("P5")


def told_and_not_relayed(world: LampWorld) -> None:
    for lamp in [uuid4() for _ in range(4)]:
        for times in range(1, 6):
            world.tell(lamp, LampLit(times=times))


def test_a_message_that_the_bus_lost_is_asked_for_and_comes(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    lamp = uuid4()
    world.tell(lamp, sent=True)
    world.blink(lamp)
    parked = "select count(*) from store.inbox_parked"
    assert world.until(lambda: number(world.url("switchboard"), parked))
    # Half a minute passes.
    change(
        world.url("switchboard"), "update store.inbox_parked set parked_at = parked_at - interval '1 minute'"
    )
    change(world.url("lamps"), "update store.outbox set sent_at = sent_at - interval '1 minute'")
    assert world.settled() == []


def test_control_the_last_message_of_a_case_is_missed_until_something_follows(world: LampWorld) -> None:
    """An honest limit: only the balance shows it; a relay from zero mends it."""
    world.work("lamps")
    world.work("switchboard")
    world.tell(uuid4(), sent=True)
    assert broken_promises(world.settled(within=3.0)) == {"P6"}
    change(world.url("lamps"), "update store.outbox set sent_at = null")
    assert world.settled() == []
