"""A deadline has one effect: with several sweepers at once, and after downtime (P10)."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.faults.books import number
from tests.faults.lamp_world import LampWorld

BROKEN = "select count(*) from store.event where topic = 'lamps:Lamp.Broke' and originator_id = any(%s)"


def left_burning(world: LampWorld, variant: str, many: int) -> list[UUID]:
    """Lamps whose deadline passed long ago, and two workers that come up at the same time."""
    first = world.work("lamps", variant)
    lamps = [uuid4() for _ in range(many)]
    for lamp in lamps:
        world.light(lamp)
    world.work("lamps", variant)
    url = world.url("lamps")
    world.until(lambda: number(url, BROKEN, lamps) >= many)
    for worker in world.workers:
        worker.parts.sweeper.sweep()
    assert first.readiness() == []
    return lamps


def test_two_sweepers_do_everything_once(world: LampWorld) -> None:
    lamps = left_burning(world, "sound", many=20)
    assert number(world.url("lamps"), BROKEN, lamps) == len(lamps)
    assert number(world.url("lamps"), "select count(*) from store.deadline") == 0


def test_control_a_sweeper_that_forgets_to_remove_does_it_again(world: LampWorld) -> None:
    lamps = left_burning(world, "forgets_to_remove", many=2)
    assert number(world.url("lamps"), BROKEN, lamps) > len(lamps)
