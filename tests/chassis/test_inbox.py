"""Every event takes effect once per consumer, in order per subject; nothing is dropped silently (P4-P7)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from tests.support.lamps import NOON, SILENT, SOURCE_URN, LampBroke, LampLit, Tally
from tests.support.stack import ServiceDatabase

from chassis.clock import FixedClock
from chassis.inbox import Effects, Heard, Inbox, InboxState, Later, dead_letters
from chassis.store.errors import Unavailable
from chassis.store.pools import Pool, open_pool
from chassis.store.store import Store
from contracts.envelope import ContractEvent, envelope_text, parse, peek, with_sequence

NAMESPACE = UUID("3c9f1c0e-0000-4000-8000-000000000001")


def a_message(subject: UUID, position: int, event: ContractEvent | None = None) -> bytes:
    text = envelope_text(
        event or LampLit(times=position),
        id=uuid5(NAMESPACE, f"{subject}:{position}"),
        subject=subject,
        time=NOON,
        source_urn=SOURCE_URN,
        traceparent=None,
    )
    return with_sequence(text, position).encode()


class Switchboard:
    """The hearing service: counts how often each lamp was lit. Some lamps trip it, as often as told."""

    def __init__(self, pool: Pool) -> None:
        self.store = Store(pool, SILENT, source_urn="urn:nld:kvknr:00000000:systeem:switchboard")
        self.trips: dict[UUID, int] = {}
        self.away = False
        self.inbox = Inbox(
            InboxState(pool, "lamps"),
            self.store,
            {LampLit: self.count},
            parse=parse,
            peek=peek,
            clock=FixedClock(NOON),
            attempts=3,
        )

    def count(self, heard: Heard[LampLit]) -> Effects:
        if self.away:
            raise Unavailable("the key ring is away")
        lamp = heard.envelope.subject
        if self.trips.get(lamp, 0) > 0:
            self.trips[lamp] -= 1
            raise RuntimeError("a secret word")
        tally = self.store.find(Tally, lamp) or Tally.begin(lamp, Tally.Opened, now=heard.now)
        tally.count(heard.event.times, heard.now)
        return Effects([tally])

    def counted(self, lamp: UUID) -> tuple[int, ...]:
        found = self.store.find(Tally, lamp)
        return found.counted if found else ()


@pytest.fixture
def switch_database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("switchboard")


@pytest.fixture
def switchboard(switch_database: ServiceDatabase) -> Iterator[Switchboard]:
    pool = open_pool(switch_database.url("worker"), size=5)
    yield Switchboard(pool)
    pool.close()


@pytest.fixture
def conn(switch_database: ServiceDatabase) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(switch_database.url("worker"), autocommit=True) as connection:
        yield connection


LAMP = UUID("7d4f8a90-1111-4000-8000-000000000001")
OTHER = UUID("7d4f8a90-1111-4000-8000-000000000002")


def test_messages_in_order_take_effect(switchboard: Switchboard) -> None:
    assert switchboard.inbox.take([a_message(LAMP, n) for n in (1, 2, 3)]) == [None] * 3
    assert switchboard.counted(LAMP) == (1, 2, 3)


def test_duplicates_are_acknowledged_and_change_nothing(switchboard: Switchboard) -> None:
    message = a_message(LAMP, 1)
    assert switchboard.inbox.take([message, message]) == [None, None]
    assert switchboard.inbox.take([message]) == [None]
    assert switchboard.counted(LAMP) == (1,)


def test_a_message_that_comes_early_waits_for_the_one_before(switchboard: Switchboard) -> None:
    switchboard.inbox.take([a_message(LAMP, 3), a_message(LAMP, 2)])
    assert switchboard.counted(LAMP) == ()
    switchboard.inbox.take([a_message(LAMP, 1)])
    assert switchboard.counted(LAMP) == (1, 2, 3)


def test_what_a_frozen_replica_parks_too_late_is_forgotten(switchboard: Switchboard) -> None:
    """It read the position, slept while another replica applied the message, woke up and parked it."""
    switchboard.inbox.take([a_message(LAMP, 1), a_message(LAMP, 2), a_message(LAMP, 4)])
    switchboard.inbox.state.park([(LAMP, 2, a_message(LAMP, 2))])
    assert switchboard.inbox.state.ready() == []
    assert [position for _, position, _ in switchboard.inbox.state.parked([LAMP])] == [4]


def test_a_type_that_is_not_heard_is_passed_over(switchboard: Switchboard) -> None:
    switchboard.inbox.take([a_message(LAMP, 1), a_message(LAMP, 2, LampBroke(after=1)), a_message(LAMP, 3)])
    assert switchboard.counted(LAMP) == (1, 3)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_duplicates_give_the_same_result(switchboard: Switchboard, seed: int) -> None:
    """P4."""
    chance = random.Random(seed)  # noqa: S311 - a shuffled delivery, not a secret
    lamps = [uuid4() for _ in range(4)]
    deliveries = [a_message(lamp, n) for lamp in lamps for n in range(1, 9)] * 2
    chance.shuffle(deliveries)
    while deliveries:
        size = chance.randint(1, 12)
        batch, deliveries = deliveries[:size], deliveries[size:]
        assert switchboard.inbox.take(batch) == [None] * len(batch)
    for lamp in lamps:
        assert switchboard.counted(lamp) == tuple(range(1, 9))


def test_two_replicas_at_once_apply_each_message_once(
    switchboard: Switchboard, switch_database: ServiceDatabase
) -> None:
    second_pool = open_pool(switch_database.url("worker"), size=5)
    second = Switchboard(second_pool)
    lamps = [uuid4() for _ in range(5)]
    for n in range(1, 7):
        batch = [a_message(lamp, n) for lamp in lamps]
        with ThreadPoolExecutor(2) as threads:
            for replica in (switchboard, second):
                threads.submit(replica.inbox.take, batch)
    second_pool.close()
    for lamp in lamps:
        assert switchboard.counted(lamp) == (1, 2, 3, 4, 5, 6)


def test_a_handler_that_fails_is_tried_again_with_longer_pauses(switchboard: Switchboard) -> None:
    switchboard.trips[LAMP] = 2
    assert switchboard.inbox.take([a_message(LAMP, 1)]) == [Later(1.0)]
    assert switchboard.inbox.take([a_message(LAMP, 1)]) == [Later(2.0)]
    assert switchboard.inbox.take([a_message(LAMP, 1)]) == [None]
    assert switchboard.counted(LAMP) == (1,)


def test_poison_stops_only_its_own_subject(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    """P7: after the last attempt it is a dead letter with its cause; what follows is parked."""
    switchboard.trips[LAMP] = 99
    batch = [a_message(LAMP, 1), a_message(LAMP, 2), a_message(OTHER, 1), a_message(OTHER, 2)]
    for _ in range(3):
        switchboard.inbox.take(batch)
    assert switchboard.counted(OTHER) == (1, 2)
    [letter] = dead_letters.waiting(conn)
    assert (letter.subject_id, letter.position, letter.cause, letter.attempts) == (LAMP, 1, "RuntimeError", 3)
    assert conn.execute("select position from store.inbox_parked").fetchall() == [(2,)]
    assert switchboard.inbox.take([a_message(LAMP, 1), a_message(LAMP, 3)]) == [None, None]
    assert conn.execute("select position from store.inbox_parked order by 1").fetchall() == [(2,), (3,)]


def test_a_dead_letter_that_is_retried_lets_the_others_follow_in_order(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    switchboard.trips[LAMP] = 3
    for _ in range(3):
        switchboard.inbox.take([a_message(LAMP, 1), a_message(LAMP, 2)])
    [letter] = dead_letters.waiting(conn)
    dead_letters.retry(conn, letter.id)
    assert switchboard.inbox.state.ready() == [LAMP]
    switchboard.inbox.take((), subjects=[LAMP])
    assert switchboard.counted(LAMP) == (1, 2)
    with pytest.raises(dead_letters.LetterNotWaiting):
        dead_letters.retry(conn, letter.id)


def test_a_retried_letter_that_fails_again_dies_again(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    switchboard.trips[LAMP] = 99
    for _ in range(3):
        switchboard.inbox.take([a_message(LAMP, 1)])
    [letter] = dead_letters.waiting(conn)
    dead_letters.retry(conn, letter.id)
    for _ in range(3):
        switchboard.inbox.take((), subjects=[LAMP])
    assert [found.id for found in dead_letters.waiting(conn)] == [letter.id]


def test_a_discarded_letter_is_passed_over_with_its_reason(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    switchboard.trips[LAMP] = 99
    for _ in range(3):
        switchboard.inbox.take([a_message(LAMP, 1), a_message(LAMP, 2)])
    switchboard.trips[LAMP] = 0
    [letter] = dead_letters.waiting(conn)
    dead_letters.discard(conn, letter.id, "sent by a broken lamp")
    switchboard.inbox.take((), subjects=switchboard.inbox.state.ready())
    assert switchboard.counted(LAMP) == (2,)
    [settled] = dead_letters.waiting(conn, decided=True)
    assert (settled.state, settled.decided_why) == ("discarded", "sent by a broken lamp")


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\xff\xfe garbage",
        b"{}",
        b"[" * 10_000,
        b'{"specversion":"1.0"}',
        b"x" * 5_000_000,
        a_message(LAMP, 1).replace(b"systeem:lamps", b"systeem:intake"),
    ],
)
def test_what_cannot_be_read_becomes_a_dead_letter_and_stops_nobody(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]], garbage: bytes
) -> None:
    assert switchboard.inbox.take([garbage, a_message(OTHER, 1)]) == [None, None]
    switchboard.inbox.take([garbage])
    [letter] = dead_letters.waiting(conn)
    assert letter.cause.startswith("Unparsable")
    assert letter.size == len(garbage)
    assert switchboard.counted(OTHER) == (1,)
    with pytest.raises(dead_letters.LetterHasNoPlace):
        dead_letters.retry(conn, letter.id)


@pytest.mark.parametrize(
    "change",
    [
        (b'"times":1', b'"times":"many"'),
        (b'"data":{"times":1}', b'"data":{}'),
        (b"lamp-lit.v1", b"lamp-lit.v2"),
        (b"lamp-lit.v1", b"lamp-stolen.v1"),
    ],
)
def test_a_message_that_breaks_its_contract_dies_at_once_at_its_place(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]], change: tuple[bytes, bytes]
) -> None:
    broken = a_message(LAMP, 1).replace(*change)
    assert switchboard.inbox.take([broken, a_message(LAMP, 2)]) == [None, None]
    [letter] = dead_letters.waiting(conn)
    assert (letter.subject_id, letter.position, letter.attempts) == (LAMP, 1, 1)
    assert switchboard.counted(LAMP) == ()


def test_no_dead_letter_tells_what_a_handler_said(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    switchboard.trips[LAMP] = 99
    for _ in range(3):
        switchboard.inbox.take([a_message(LAMP, 1)])
    assert conn.execute("select count(*) from store.dead_letter where cause like '%secret%'").fetchone() == (
        0,
    )


def test_an_infrastructure_fault_counts_against_no_message(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    """P7: the whole batch comes again, however often."""
    switchboard.away = True
    for _ in range(20):
        with pytest.raises(Unavailable):
            switchboard.inbox.take([a_message(LAMP, 1), a_message(OTHER, 1)])
    assert conn.execute("select count(*) from store.inbox_attempt").fetchone() == (0,)
    switchboard.away = False
    switchboard.inbox.take([a_message(LAMP, 1), a_message(OTHER, 1)])
    assert switchboard.counted(LAMP) == (1,)


def test_a_gap_is_asked_for_after_a_while_and_not_every_second(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    switchboard.inbox.take([a_message(LAMP, 4), a_message(LAMP, 5)])
    assert switchboard.inbox.state.gaps(30.0) == []
    conn.execute("update store.inbox_parked set parked_at = now() - interval '31 seconds'")
    [gap] = switchboard.inbox.state.gaps(30.0)
    assert (gap.subject_id, gap.position) == (LAMP, 1)
    assert switchboard.inbox.state.gaps(30.0) == []


def test_nothing_is_asked_for_behind_a_dead_letter(
    switchboard: Switchboard, conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    switchboard.trips[LAMP] = 99
    for _ in range(3):
        switchboard.inbox.take([a_message(LAMP, 1), a_message(LAMP, 3)])
    conn.execute("update store.inbox_parked set parked_at = now() - interval '31 seconds'")
    assert switchboard.inbox.state.gaps(30.0) == []
