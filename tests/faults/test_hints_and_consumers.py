"""What tells that there is work goes away: LISTEN, the consumer, the stream (P6, P9, P22)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.faults.books import change, number
from tests.faults.lamp_world import LampWorld
from tests.faults.oracle import broken_promises
from tests.support.waiting import NotInTime

FROM_LISTENERS = " from pg_stat_activity where datname = current_database() and query like 'listen%%'"
LISTENERS = "select count(*)" + FROM_LISTENERS
TERMINATED = "select pg_terminate_backend(pid)" + FROM_LISTENERS
UNSENT = "select count(*) from store.outbox where sent_at is null"
MISSING = ["consumer-missing-switchboard--lamps"]


def test_a_terminated_listener_listens_again_and_nothing_waits_for_it(world: LampWorld) -> None:
    world.work("lamps")
    world.work("switchboard")
    world.until(lambda: number(world.url("lamps"), LISTENERS) == 1)
    change(world.url("lamps"), TERMINATED)
    world.blink(uuid4())
    assert world.settled(within=5.0) == []
    world.until(lambda: number(world.url("lamps"), LISTENERS) == 1)


def test_control_a_relay_that_only_listens_is_deaf_after_that(world: LampWorld) -> None:
    world.work("lamps", "deaf_after_a_fault")
    world.work("switchboard")
    world.until(lambda: number(world.url("lamps"), LISTENERS) == 1)
    world.blink(uuid4())
    assert world.settled() == []
    change(world.url("lamps"), TERMINATED)
    world.until(lambda: number(world.url("lamps"), LISTENERS) == 0)
    world.blink(uuid4())
    assert broken_promises(world.settled(within=4.0)) == {"P6"}


def test_a_deleted_consumer_is_told_and_its_successor_taken_up(world: LampWorld) -> None:
    world.work("lamps")
    hearer = world.work("switchboard")
    world.blink(uuid4())
    assert world.settled() == []
    world.remove_consumer()
    assert world.until(lambda: hearer.readiness() == MISSING)
    world.blink(uuid4())
    world.provision_bus()
    change(world.url("lamps"), "update store.outbox set sent_at = null")
    assert world.settled() == []
    assert hearer.readiness() == []


def test_control_a_bus_that_never_looks_notices_no_deleted_consumer(world: LampWorld) -> None:
    world.work("lamps")
    hearer = world.work("switchboard", "never_looks")
    world.blink(uuid4())
    assert world.settled() == []
    world.remove_consumer()
    with pytest.raises(NotInTime):
        world.until(lambda: hearer.readiness() == MISSING, within=5.0)


def test_a_deleted_stream_stops_nothing_but_the_bus_and_is_filled_again(world: LampWorld) -> None:
    """What was sent and not heard is gone with the stream; ``rebuild-bus`` sends it again (P22)."""
    lamps = world.work("lamps")
    hearer = world.work("switchboard")
    world.blink(uuid4(), 2)
    assert world.settled() == []
    world.remove_stream()
    assert world.until(lambda: hearer.readiness() == MISSING)
    world.blink(uuid4(), 2)
    assert number(world.url("lamps"), UNSENT) == 2
    assert broken_promises(world.objections()) == {"P6"}
    world.provision_bus()
    change(world.url("lamps"), "update store.outbox set sent_at = null")
    lamps.parts.relay.wake()
    assert world.settled() == []


def test_control_a_stream_made_anew_and_not_filled_again_lacks_what_was_on_it(world: LampWorld) -> None:
    world.work("lamps")
    world.blink(uuid4(), 2)
    world.until(lambda: number(world.url("lamps"), UNSENT) == 0)
    world.provision_bus()
    world.work("switchboard")
    assert broken_promises(world.settled(within=4.0)) == {"P6"}
