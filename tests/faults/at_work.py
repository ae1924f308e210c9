"""People at work in the house while something happens to it; what they were not told they ask at the end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.clients import Client, crowd
from tests.faults.house import chance_of
from tests.faults.house_oracle import Scene
from tests.faults.people import Person, story


@contextmanager
def people_at_work(
    scene: Scene, chance: random.Random, *, many: int = 4, kind: type[Client] = Client, loses: float = 0.0
) -> Iterator[list[Person]]:
    """While the context lasts; then they finish, and what nobody answered is asked for by its key."""
    home = scene.house
    people = [
        Person(
            f"person-{chance.getrandbits(32):x}",
            home.stack.urls,
            home.headers,
            scene.records,
            chance_of(chance.getrandbits(64)),
            kind=kind,
            loses=loses,
        )
        for _ in range(many)
    ]
    try:
        with crowd() as at_work:
            for person in people:
                at_work.add(person, story)
            yield people
            at_work.stop()
            home.until(lambda: not at_work.busy, within=90.0)
            at_work.check()
        home.wait_ready()
        home.quiet()
        for service, record in scene.records.items():
            for command in record.commands:
                people[0].clients[service].settle(command)
    finally:
        for person in people:
            person.close()
        print(scene.summary())  # noqa: T201
