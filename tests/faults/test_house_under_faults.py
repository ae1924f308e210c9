"""The real services: each process is killed and frozen while people work; then all of it adds up (P1-P9)."""

from __future__ import annotations

import random
from contextlib import ExitStack

import pytest
from tests.faults import oracle
from tests.faults.at_work import people_at_work
from tests.faults.clients import ForgetfulClient
from tests.faults.house import SERVERS, SERVICES, chance_of
from tests.faults.house_oracle import Scene
from tests.faults.tail import Tail

SERVING_AGAIN_WITHIN = 15.0


def test_all_adds_up_without_faults(scene: Scene, seed: int) -> None:
    with people_at_work(scene, chance_of(seed)):
        scene.house.until(lambda: len(scene.records["casefile"].commands) > 20, within=30.0)
    assert scene.settled() == []
    assert scene.view_objections() == []


def test_control_forgetful_clients_are_found_out(scene: Scene, seed: int) -> None:
    with people_at_work(scene, chance_of(seed), kind=ForgetfulClient, loses=0.2):
        scene.house.until(lambda: len(scene.records["intake"].commands) > 20, within=30.0)
    assert "P2" in oracle.broken_promises(scene.settled(within=3.0))


def kill_under_load(scene: Scene, chance: random.Random, victims: list[str]) -> list[str]:
    """Each victim at a random moment; everything serves again within fifteen seconds (P9)."""
    home = scene.house
    marks = {service: scene.marks[service].fact for service in SERVICES}
    tails = {service: Tail(home.url(service), marks[service]) for service in SERVICES}
    with ExitStack() as open_:
        for tail in tails.values():
            open_.enter_context(tail)
        with people_at_work(scene, chance):
            for victim in victims:
                home.for_seconds(chance.uniform(0.3, 1.5))
                home.kill(victim)
                home.for_seconds(0.2)
                home.wait_ready(within=SERVING_AGAIN_WITHIN)
        return [
            objection
            for service, tail in tails.items()
            for objection in oracle.read_all(tail.catch_up(), home.books(service, scene.marks[service]))
        ]


def test_every_process_is_killed_under_load(scene: Scene, seed: int) -> None:
    chance = chance_of(seed)
    victims = [*SERVICES, *SERVERS]
    chance.shuffle(victims)
    assert kill_under_load(scene, chance, victims) == []
    assert scene.settled() == []
    assert scene.view_objections() == []


@pytest.mark.long
def test_processes_are_killed_for_ten_minutes(scene: Scene, seed: int) -> None:
    chance = chance_of(seed)
    victims = chance.choices([*SERVICES, *SERVERS], k=100)
    assert kill_under_load(scene, chance, victims) == []
    assert scene.settled(within=120.0) == []
    assert scene.view_objections() == []


def freeze_under_load(scene: Scene, chance: random.Random, victims: list[str], longest: float) -> None:
    home = scene.house
    with people_at_work(scene, chance):
        for victim in victims:
            home.for_seconds(chance.uniform(0.1, 0.5))
            with home.frozen(victim):
                home.for_seconds(chance.uniform(0.5, 1.0) * longest)
            home.wait_ready(within=SERVING_AGAIN_WITHIN)


def test_every_process_is_frozen_under_load(scene: Scene, seed: int) -> None:
    chance = chance_of(seed)
    victims = [*SERVICES, *SERVERS]
    chance.shuffle(victims)
    freeze_under_load(scene, chance, victims, longest=2.0)
    assert scene.settled() == []


@pytest.mark.long
def test_every_process_is_frozen_for_a_minute(scene: Scene, seed: int) -> None:
    chance = chance_of(seed)
    freeze_under_load(scene, chance, [*SERVICES, *SERVERS], longest=60.0)
    assert scene.settled(within=120.0) == []
