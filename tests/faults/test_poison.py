"""Poison of every kind stops only its own case and source; nothing is dropped silently (P6, P7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import nats.errors
import nats.js.errors
import psycopg
import pytest
from tests.faults.books import change, number
from tests.faults.lamp_worker import Worker
from tests.faults.lamp_world import LampWorld
from tests.faults.oracle import broken_promises
from tests.support.lamps import NOON, SOURCE_URN, LampLit

from chassis.inbox import dead_letters
from contracts.envelope import envelope_text, with_sequence
from deploy.parties import STREAM

UNSENT = "select count(*) from store.outbox where sent_at is null"
LETTERS = "select count(*) from store.dead_letter where state = 'waiting'"
Poison = Callable[[UUID], bytes]


def at(lamp: UUID, position: int, times: int = 1) -> str:
    text = envelope_text(LampLit(times=times), id=uuid4(), subject=lamp, time=NOON, source_urn=SOURCE_URN)
    return with_sequence(text, position)


def a_bug_in_the_handler(lamp: UUID) -> bytes:
    return at(lamp, 2, times=-1).encode()


def a_wrong_schema(lamp: UUID) -> bytes:
    return at(lamp, 2).replace('"times":1', '"times":"often"').encode()


def an_unknown_version(lamp: UUID) -> bytes:
    return at(lamp, 2).replace("lamp-lit.v1", "lamp-lit.v9").encode()


def an_unknown_type(lamp: UUID) -> bytes:
    return at(lamp, 2).replace("lamp-lit.v1", "lamp-flew.v1").encode()


WITH_A_PLACE = [a_bug_in_the_handler, a_wrong_schema, an_unknown_version, an_unknown_type]


def invalid_utf8(lamp: UUID) -> bytes:
    return at(lamp, 2).encode().replace(b"lamps", b"lam\xff\xfe")


def half_a_message(lamp: UUID) -> bytes:
    return at(lamp, 2).encode()[:-40]


def no_json_at_all(_lamp: UUID) -> bytes:
    return b"\x00\x01 nothing"


WITHOUT_A_PLACE = [invalid_utf8, half_a_message, no_json_at_all]


def impatient(worker: Worker) -> Worker:
    """Gives a message up after two attempts, so that the test need not wait for five."""
    worker.parts.inboxes[0]._attempts = 2
    return worker


def publish(world: LampWorld, payload: bytes) -> None:
    """Straight onto the bus, past every outbox."""

    async def send() -> None:
        client = await world.servers.bus_user("lamps").connect()
        try:
            await client.jetstream().publish(LampLit.SUBJECT, payload, stream=STREAM)
        finally:
            await client.close()

    asyncio.run(send())


def poisoned(world: LampWorld, poisons: Sequence[Poison]) -> list[UUID]:
    """A sound message, one of each poison and a sound one, each about a lamp of its own; and other lamps."""
    lamps = [uuid4() for _ in poisons]
    for lamp, poison in zip(lamps, poisons, strict=True):
        world.tell(lamp)
        world.tell(lamp, payload=poison(lamp))
        world.tell(lamp)
    world.blink(uuid4(), 2)
    return lamps


def test_poison_stops_only_its_own_case_and_is_not_lost(world: LampWorld) -> None:
    world.work("lamps")
    impatient(world.work("switchboard"))
    lamps = poisoned(world, WITH_A_PLACE)
    assert world.settled(besides=lamps) == []
    url = world.url("switchboard")
    world.until(lambda: number(url, LETTERS) == len(lamps))
    world.blink(uuid4(), 2)
    assert world.settled(besides=lamps) == []
    held = "select count(*) from store.inbox_position where subject_id = any(%s) and position = 1"
    assert number(url, held, lamps) == len(lamps)
    assert number(url, "select count(*) from store.inbox_parked where position = 3") == len(lamps)
    with psycopg.connect(url, autocommit=True) as conn:
        for letter in dead_letters.waiting(conn):
            dead_letters.discard(conn, letter.id, "tested")
    # What waited behind it goes on, in its order.
    passed = "select count(*) from store.inbox_position where subject_id = any(%s) and position = 3"
    world.until(lambda: number(url, passed, lamps) == len(lamps))
    assert number(url, "select count(*) from store.inbox_parked") == 0


def test_control_a_hearer_that_passes_over_what_fails_is_found_out(world: LampWorld) -> None:
    """Positions are right, nothing is parked, no letter is dead: only the missing effect tells."""
    world.work("lamps")
    world.work("switchboard", "drops_what_fails")
    lamp = uuid4()
    world.tell(lamp)
    world.tell(lamp, payload=a_bug_in_the_handler(lamp))
    world.until(lambda: world.on_the_bus() == 0)
    assert world.settled(within=1.0) == [f"P6: took no effect: {(lamp, -1)}"]


def test_what_cannot_be_read_at_all_is_kept_and_asked_for_again(world: LampWorld) -> None:
    """Somebody put garbage on the bus: nothing that was told is lost, and the sound message comes."""
    world.work("lamps")
    world.work("switchboard")
    world.blink(uuid4(), 2)
    for poison in WITHOUT_A_PLACE:
        publish(world, poison(uuid4()))
    world.blink(uuid4(), 2)
    url = world.url("switchboard")
    world.until(lambda: number(url, LETTERS) == len(WITHOUT_A_PLACE))
    with psycopg.connect(url, autocommit=True) as conn:
        for letter in dead_letters.waiting(conn):
            assert letter.subject_id is None
            dead_letters.discard(conn, letter.id, "tested")
    assert world.settled() == []


def test_an_unreadable_copy_of_a_message_leaves_a_gap_that_is_filled(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    lamp = uuid4()
    world.blink(lamp)
    world.tell(lamp, sent=True)
    publish(world, half_a_message(lamp))
    world.blink(lamp)
    url = world.url("switchboard")
    world.until(lambda: number(url, "select count(*) from store.inbox_parked where position = 3") == 1)
    change(url, "update store.dead_letter set state = 'discarded'")
    change(url, "update store.inbox_parked set parked_at = now() - interval '1 minute'")
    change(world.url("lamps"), "update store.outbox set sent_at = now() - interval '1 minute'")
    assert world.settled() == []


@pytest.mark.parametrize(
    ("size", "refused"),
    [
        (80_000, nats.js.errors.Error),  # above what the stream takes
        (5_000_000, nats.errors.MaxPayloadError),  # above what the server takes
    ],
)
def test_the_bus_takes_no_giant(world: LampWorld, size: int, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        publish(world, b'{"fill":"' + b"x" * size + b'"}')


def giants_and_others(world: LampWorld) -> UUID:
    """Rows that no save makes (a message is at most 64 KiB), and sound ones behind them."""
    lamp = uuid4()
    for size in (80_000, 5_000_000):
        world.tell(lamp, payload=b'{"fill":"' + b"x" * size + b'"}')
    for _ in range(2):
        world.blink(uuid4(), 2)
    return lamp


def test_a_giant_in_the_outbox_stops_only_its_own_case(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    lamp = giants_and_others(world)
    world.until(lambda: number(world.url("lamps"), UNSENT) == 2)
    change(world.url("lamps"), "delete from store.outbox_position where subject_id = %s", lamp)
    change(world.url("lamps"), "delete from store.outbox where subject_id = %s", lamp)
    assert world.settled() == []


def test_control_a_relay_that_stops_at_a_giant_is_found_out(world: LampWorld) -> None:
    world.work("lamps", "stops_at_giants")
    world.work("switchboard")
    lamp = giants_and_others(world)
    assert "P6" in broken_promises(world.settled(within=4.0, besides=[lamp]))
    assert number(world.url("lamps"), UNSENT) > 2


def attempts_within(world: LampWorld, seconds: float) -> int:
    """How often a message with a bug behind it is tried in so many seconds."""
    world.tell(uuid4(), LampLit(times=-1))
    tried = "select coalesce(sum(attempts), 0) from store.inbox_attempt"
    world.until(lambda: number(world.url("switchboard"), tried) > 0)
    before = number(world.url("switchboard"), tried)
    world.for_seconds(seconds)
    return number(world.url("switchboard"), tried) - before


def test_poison_is_tried_at_most_once_a_second_on_average(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    assert attempts_within(world, 4.0) <= 4


def test_control_a_message_that_is_tried_at_once_is_noticed(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard", "tries_at_once")
    assert attempts_within(world, 4.0) > 4
