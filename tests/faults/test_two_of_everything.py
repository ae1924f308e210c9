"""Two relays and two replicas of a consumer at once do no harm (P4, P5, P6)."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.faults.books import change, number
from tests.faults.lamp_world import LampWorld


def blink_around(world: LampWorld, lamps: list[UUID], rounds: int) -> None:
    for _ in range(rounds):
        world.blink(world.chance.choice(lamps), world.chance.randint(1, 2))


def test_two_relays_and_two_replicas_at_once(world: LampWorld) -> None:
    for name in ("lamps", "lamps", "switchboard", "switchboard"):
        world.work(name)
    lamps = [uuid4() for _ in range(3)]
    blink_around(world, lamps, 20)
    for _ in range(2):
        change(world.url("lamps"), "update store.outbox set sent_at = null")
        change(world.url("lamps"), "update store.relay_lease set until = '-infinity'")
        blink_around(world, lamps, 20)
    assert world.settled(within=30.0) == []
    assert world.view_objections() == []


def test_control_two_relays_without_lease_are_counted_twice_without_positions(world: LampWorld) -> None:
    world.work("lamps", "no_lease")
    world.work("lamps", "no_lease")
    world.work("switchboard", "ignores_positions")
    blink_around(world, [uuid4()], 20)
    assert world.objects("P4")


def test_a_late_copy_does_not_stay_parked(world: LampWorld) -> None:
    """A replica that read the position before another one moved it parks what was applied meanwhile."""
    world.work("lamps")
    hearer = world.work("switchboard")
    lamp = uuid4()
    world.blink(lamp, 2)
    assert world.settled() == []
    change(
        world.url("switchboard"),
        "insert into store.inbox_parked (source, subject_id, position, payload)"
        " values ('lamps', %s, 2, '{}')",
        lamp,
    )
    assert world.settled(within=5.0) == []
    assert hearer.readiness() == []


def test_the_other_relay_takes_over_when_the_lease_ends(world: LampWorld) -> None:
    first, second = world.work("lamps"), world.work("lamps")
    world.work("switchboard")
    world.blink(uuid4())
    assert world.settled() == []
    holder = "select count(*) from store.relay_lease where holder = %s and until > now()"
    active = [one for one in (first, second) if number(world.url("lamps"), holder, one.parts.relay._holder)]
    assert len(active) == 1
    active[0].stop()
    world.workers.remove(active[0])
    world.blink(uuid4())
    assert world.settled() == []
