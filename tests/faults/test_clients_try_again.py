"""Clients whose replies get lost try again: applied once, answered alike, resolved by key (P1, P2, P3)."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.faults.broken_sql import save_that_forgets_keys
from tests.faults.clients import Client, ForgetfulClient, Story, crowd
from tests.faults.lamp_world import LampWorld


def blink_and_light(lamps: list[UUID]) -> Story:
    """Somebody lets one of a few lamps blink, or lights the one that stays on: refused but for the first."""

    def story(client: Client) -> None:
        if client.chance.random() < 0.2:
            client.ask(f"/v1/lamps/{lamps[0]}/lights")
        else:
            client.ask(f"/v1/lamps/{client.chance.choice(lamps[1:])}/blinks")

    return story


def work_with_lost_replies(world: LampWorld, kind: type[Client]) -> list[Client]:
    """Four clients at the same lamps; three in ten replies never come."""
    name = world.start("lamps")
    world.work("switchboard")
    world.wait_ready(name)
    lamps = [uuid4() for _ in range(4)]
    clients = [world.client(name, kind, loses=0.3) for _ in range(4)]
    with crowd() as people:
        for client in clients:
            people.add(client, blink_and_light(lamps))
        world.until(lambda: len(world.record.commands) >= 60, within=30.0)
        people.stop()
        world.until(lambda: not people.busy, within=30.0)
        people.check()
    print(world.record.summary())  # noqa: T201
    assert any(command.tries > 1 for command in world.record.applied())
    return clients


def test_lost_replies_change_nothing(world: LampWorld) -> None:
    clients = work_with_lost_replies(world, Client)
    assert any(True for _ in world.record.of("refused"))
    assert world.settled() == []
    assert clients[0].ask_again(world.record.commands[:20]) == []
    assert world.settled() == []


def test_control_a_new_key_at_each_try_is_found_out(world: LampWorld) -> None:
    work_with_lost_replies(world, ForgetfulClient)
    assert world.objects("P2")


def test_control_a_store_that_forgets_keys_is_found_out(world: LampWorld) -> None:
    save_that_forgets_keys(world.url("lamps"))
    clients = work_with_lost_replies(world, Client)
    assert world.objects("P1")
    assert world.objects("P2")
    assert clients[0].ask_again(world.record.applied()[:5]) != []
