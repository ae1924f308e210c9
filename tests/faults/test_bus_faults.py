"""The bus is killed, frozen, away: commands go on, nothing is lost, nobody runs hot meanwhile (P6, P9)."""

from __future__ import annotations

from time import monotonic
from uuid import uuid4

import pytest
from tests.faults.lamp_world import LampWorld
from tests.faults.oracle import broken_promises

BUS = "nats-server"
QUIET = 0.5
"""Which part of a core a process may use while there is nothing that it can do."""


def tell_while_the_bus_stands_still_and_dies(world: LampWorld, variant: str) -> None:
    """What was handed to its connection, and what it had not looked at yet, is gone."""
    world.watch_servers()
    world.work("lamps", variant)
    world.work("switchboard")
    world.blink(uuid4())
    assert world.settled() == []
    with world.frozen(BUS):
        world.blink(uuid4(), 2)
        world.blink(uuid4())
        world.for_seconds(1.5)
        world.kill(BUS)


def test_what_a_dying_bus_did_not_acknowledge_is_sent_again(world: LampWorld) -> None:
    tell_while_the_bus_stands_still_and_dies(world, "sound")
    assert world.settled(within=30.0) == []


def test_control_what_was_marked_as_sent_before_the_ack_is_lost(world: LampWorld) -> None:
    tell_while_the_bus_stands_still_and_dies(world, "sent_before_the_ack")
    world.until(world.bus_answers)
    assert broken_promises(world.settled(within=5.0)) == {"P6"}


def test_kill_9_of_the_bus_again_and_again_under_load(world: LampWorld) -> None:
    world.watch_servers()
    world.work("lamps")
    world.work("switchboard")
    for _ in range(4):
        for _ in range(world.chance.randint(1, 10)):
            world.blink(uuid4(), 2)
        world.kill(BUS)
        for _ in range(world.chance.randint(1, 10)):
            world.blink(uuid4(), 2)
        world.until(world.bus_answers)
    assert world.settled(within=30.0) == []


def while_the_bus_is_away(world: LampWorld, seconds: float) -> None:
    """Commands are accepted all along, the loops answer, nobody runs hot; then all of it is heard."""
    lamps, switchboard = world.start("lamps"), world.start("switchboard")
    world.wait_ready(lamps, switchboard)
    world.watch_servers()
    client = world.client(lamps)
    lamp = uuid4()
    client.ask(f"/v1/lamps/{lamp}/blinks")
    before = dict(world.supervisor.restarts)
    with world.away(BUS):
        ends = monotonic() + seconds
        for _ in range(5):
            assert client.ask(f"/v1/lamps/{lamp}/blinks", patience=0.0).outcome == "applied"
        used = world.wanted([lamps, switchboard], max(3.0, ends - monotonic()))
        assert world.alive(lamps)
        assert world.alive(switchboard)
        assert world.ready(lamps)
        assert client.ask(f"/v1/lamps/{lamp}/blinks", patience=0.0).outcome == "applied"
    print(f"of one core: {used}")  # noqa: T201
    assert max(used.values()) < QUIET
    assert world.settled(within=15.0) == []
    after = world.supervisor.restarts
    assert [after[name] for name in (lamps, switchboard)] == [before[name] for name in (lamps, switchboard)]


def test_a_bus_away_stops_no_command_and_heats_nobody(world: LampWorld) -> None:
    while_the_bus_is_away(world, seconds=4.0)


@pytest.mark.long
def test_a_bus_away_for_minutes_stops_no_command_and_heats_nobody(world: LampWorld) -> None:
    while_the_bus_is_away(world, seconds=180.0)


def test_control_a_service_that_gives_the_bus_up_runs_hot_and_stays_deaf(world: LampWorld) -> None:
    switchboard = world.start("switchboard", "gives_up_the_bus")
    lamps = world.work("lamps")
    world.wait_ready(switchboard)
    world.watch_servers()
    with world.away(BUS):
        world.blink(uuid4())
        world.until(lambda: world.wanted([switchboard], 1.0)[switchboard] > QUIET)
    world.until(lambda: lamps.readiness() == [])
    assert broken_promises(world.settled(within=5.0)) == {"P6"}
    # It is too busy to hear that it should end.
    world.leave_alone(switchboard)
    world.kill(switchboard)
