"""Processes are killed, frozen and asked to end, while clients go on asking (P1, P2, P4, P5, P9)."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from tests.faults import oracle
from tests.faults.books import change, number
from tests.faults.clients import Client, crowd
from tests.faults.held import writers_held
from tests.faults.lamp_world import LampWorld
from tests.faults.tail import Tail
from tests.support.waiting import NotInTime

SERVING_AGAIN_WITHIN = 15.0


def storm(world: LampWorld, lamps_process: str, victims: list[str], times: int) -> list[str]:
    """Six clients, who sometimes lose their patience; victims die at random moments; then it is quiet."""
    lamps = [uuid4() for _ in range(5)]

    def story(client: Client) -> None:
        lamp = client.chance.choice(lamps)
        client.ask(f"/v1/lamps/{lamp}/blinks", patience=client.chance.choice((0.0, 60.0)))

    clients = [world.client(lamps_process) for _ in range(6)]
    with Tail(world.url("lamps")) as tail, crowd() as people:
        for client in clients:
            people.add(client, story)
        for _ in range(times):
            world.for_seconds(world.chance.uniform(0.2, 1.0))
            victim = world.chance.choice(victims)
            world.kill(victim)
            world.until(lambda name=victim: world.ready(name), within=SERVING_AGAIN_WITHIN)  # type: ignore[misc]
        people.stop()
        world.until(lambda: not people.busy, within=60.0)
        people.check()
        world.quiet()
        for command in world.record.commands:
            clients[0].settle(command)
        print(world.record.summary())  # noqa: T201
        return oracle.read_all(tail.catch_up(), world.books("lamps"))


def test_kill_9_of_services_under_load(world: LampWorld) -> None:
    lamps, switchboard = world.start("lamps"), world.start("switchboard")
    world.wait_ready(lamps, switchboard)
    assert storm(world, lamps, [lamps, switchboard], times=4) == []
    assert len(world.record.applied()) > 20
    assert world.settled(within=30.0) == []
    assert world.view_objections() == []


def test_control_an_answer_before_the_save_does_not_survive_kill_9(world: LampWorld) -> None:
    lamps = world.start("lamps", "answers_first")
    world.work("switchboard")
    world.wait_ready(lamps)
    client = world.client(lamps)
    for _ in range(3):
        client.ask(f"/v1/lamps/{uuid4()}/blinks")
    world.kill(lamps)
    assert world.objects("P1")


def test_control_a_process_that_nobody_starts_again_does_not_serve(world: LampWorld) -> None:
    lamps = world.start("lamps")
    world.wait_ready(lamps)
    with world.away(lamps), pytest.raises(NotInTime):
        world.until(lambda: world.ready(lamps), within=2.0)


def freeze_between_save_and_acknowledgement(world: LampWorld, variant: str) -> None:
    """A replica is frozen when its save is done and the bus does not know; another one gets the message."""
    world.work("lamps")
    first = world.start("switchboard", variant)
    world.wait_ready(first)
    with writers_held(world.url("switchboard")) as held:
        world.blink(uuid4())
        world.until(held.waiting)
        with world.frozen(first):
            held.let_go()
            world.until(lambda: number(world.url("switchboard"), "select count(*) from store.event") == 2)
            world.work("switchboard", variant)
            world.until(lambda: world.on_the_bus() == 0)


def test_a_frozen_replica_that_wakes_up_changes_nothing(world: LampWorld) -> None:
    freeze_between_save_and_acknowledgement(world, "sound")
    assert world.settled() == []


def test_control_a_frozen_replica_without_positions_counts_twice(world: LampWorld) -> None:
    freeze_between_save_and_acknowledgement(world, "ignores_positions")
    assert world.objects("P4")


def test_a_frozen_relay_is_relieved_and_may_wake_up(world: LampWorld) -> None:
    frozen = world.start("lamps", role="worker")
    world.work("switchboard")
    world.wait_ready(frozen)
    api = world.start("lamps", role="api")
    world.wait_ready(api)
    client = world.client(api)
    lamp = uuid4()
    client.ask(f"/v1/lamps/{lamp}/blinks")
    assert world.settled() == []
    with world.frozen(frozen):
        client.ask(f"/v1/lamps/{lamp}/blinks")
        world.work("lamps")
        # The lease ends after ten seconds.
        change(world.url("lamps"), "update store.relay_lease set until = now()")
        assert world.settled() == []
    client.ask(f"/v1/lamps/{lamp}/blinks")
    assert world.settled() == []


def end_during_a_request(world: LampWorld, end: str) -> tuple[Client, int | None]:
    """A request stands still in its save when its process is asked, or forced, to end."""
    name = world.start("lamps")
    world.wait_ready(name)
    client = world.client(name)
    process = world.process(name)
    asking = threading.Thread(target=lambda: client.ask(f"/v1/lamps/{uuid4()}/blinks", patience=0.0))
    with writers_held(world.url("lamps")) as held:
        asking.start()
        world.until(held.waiting)
        world.leave_alone(name)
        if end == "asked":
            process.ask_to_stop()
            with pytest.raises(NotInTime):
                world.until(lambda: not process.is_running(), within=1.0)
        else:
            world.kill(name)
        held.let_go()
        asking.join(10.0)
        world.until(lambda: not process.is_running(), within=15.0)
    return client, process.code


def test_sigterm_lets_a_long_request_finish(world: LampWorld) -> None:
    client, code = end_during_a_request(world, "asked")
    assert [command.status for command in client.record.commands] == [201]
    assert code == 0
    assert number(world.url("lamps"), "select count(*) from store.relay_lease where holder is not null") == 0


def test_control_kill_9_does_not(world: LampWorld) -> None:
    client, _ = end_during_a_request(world, "forced")
    assert [command.outcome for command in client.record.commands] == ["unknown"]
    assert "P2" in oracle.broken_promises(world.objections())
