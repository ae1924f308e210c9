"""Time, identity and chance are arguments: they are asked for at the edge only (style, rule 2)."""

from __future__ import annotations

import ast

import pytest
from tests.architecture.sources import SERVICES, Source, modules, used

TIME = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
IDENTITY = {"uuid.uuid1", "uuid.uuid4"}
CHANCE = {"os.urandom", "random", "secrets"}
SURROUNDINGS = {"os.environ", "os.environb", "os.getenv", "os.putenv"}

# Where the chassis meets the world, and why.
CHASSIS_EDGE = {
    "chassis.access.asking": CHANCE | IDENTITY,  # ids of access records, trace ids
    "chassis.clock": TIME,  # the clock itself
    "chassis.codes": CHANCE,  # codes that nobody can guess
    "chassis.settings": SURROUNDINGS,  # where settings come from
    "chassis.sealing": CHANCE,  # nonces
    "chassis.key_wrapping": CHANCE,  # nonces
    "chassis.keyring": CHANCE | IDENTITY,  # data keys
    "chassis.relay": IDENTITY,  # who holds the lease
    "chassis.sharing.feed": IDENTITY,  # who holds the lease
    "chassis.signin_signing": IDENTITY,  # each token has its own
    "chassis.telemetry": CHANCE,  # trace ids
}
# Ids are minted where a command is carried out; numbers by chance where a service is built.
SERVICE_EDGE = {"application": IDENTITY, "sealing": IDENTITY, "api": IDENTITY, "bootstrap": IDENTITY | CHANCE}


def asked(tree: ast.Module) -> dict[str, int]:
    """What a module asks of the world, with the line."""
    wanted = TIME | IDENTITY | CHANCE | SURROUNDINGS
    return {name: line for name, line in used(tree) if is_one_of(name, wanted)}


def is_one_of(name: str, things: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in things)


def edge_of(module: Source) -> set[str]:
    if module.package in SERVICES:
        return SERVICE_EDGE.get(module.place.partition(".")[0], set())
    return CHASSIS_EDGE.get(module.name, set())


def test_only_the_edge_asks_the_world() -> None:
    asking = {
        f"{module.name}:{line}": name
        for module in modules("contracts", "chassis", *SERVICES)
        for name, line in asked(module.tree).items()
        if not is_one_of(name, edge_of(module))
    }
    assert asking == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from datetime import datetime\ndatetime.now()", ["datetime.datetime.now"]),
        ("import datetime as dt\ndt.datetime.utcnow()", ["datetime.datetime.utcnow"]),
        ("from uuid import uuid4 as mint\nmint()", ["uuid.uuid4"]),
        ("import os\nos.environ['X']", ["os.environ"]),
        ("from os import environ\nenviron.get('X')", ["os.environ", "os.environ.get"]),
        ("import random\nrandom.choice('ab')", ["random.choice", "random"]),
        ("from uuid import UUID, uuid5\nUUID(int=0)", []),
        ("from datetime import datetime\ndatetime.fromisoformat('x')", []),
    ],
)
def test_asking_is_seen(text: str, found: list[str]) -> None:
    """The negative control: what counts as asking."""
    assert sorted(asked(ast.parse(text))) == sorted(found)
