"""Network configurations: read from YAML, checked as a whole, appended to what services read (design §9).

``check`` tells what is wrong, ``load`` and ``load_all`` give networks or raise BrokenNetworks, ``append``
stores a version. A broken file is refused with line, field and reason; nothing of it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.network import Network
from deploy.placed_yaml import MAX_BYTES, Placed, read, shown


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a file, where. ``line`` counts from 1; an empty ``field`` is the whole file."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field or 'the file'} {self.reason}"


class BrokenNetworks(Exception):
    """At least one file cannot be used; ``faults`` has all of them, in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def check(path: Path) -> list[Fault]:
    """Everything that is wrong in one file; empty for a file that can be loaded. Raises nothing."""
    return _read(path)[1]


def load(path: Path) -> Network:
    """The network in a file. Raises BrokenNetworks."""
    network, faults = _read(path)
    if network is None:
        raise BrokenNetworks(faults)
    return network


def load_all(folder: Path) -> tuple[Network, ...]:
    """All networks in a folder, by id; none if one of them is broken. Raises BrokenNetworks."""
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    faults = [
        Fault(str(other), 1, "", "has the ending .yml; networks are in files that end in .yaml")
        for other in (sorted(folder.glob("*.yml")) if folder.is_dir() else ())
    ]
    if not files:
        faults.append(Fault(str(folder), 1, "", "is no folder with at least one .yaml file"))
    networks: list[Network] = []
    for path in files:
        network, found = _read(path)
        faults += found
        networks += [network] if network else []
    if faults:
        raise BrokenNetworks(faults)
    return tuple(networks)


def append(connection: Connection[Any], network: Network, now: datetime) -> int:
    """Stores the network as a new version if it differs from the newest one; gives the version in force.

    Runs in a transaction of its own, or as part of the caller's; two at the same time make one version.
    """
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('reference.network_version', 0))")
        cursor.execute(
            "select version, sha256 from reference.network_version"
            " where network = %s order by version desc limit 1",
            (network.id,),
        )
        newest = cursor.fetchone()
        sha256 = network.sha256()
        if newest is not None and newest[1] == sha256:
            return int(newest[0])
        version = int(newest[0]) + 1 if newest else 1
        cursor.execute(
            "insert into reference.network_version (network, version, valid_from, sha256, body)"
            " values (%s, %s, %s, %s, %s)",
            (network.id, version, now, sha256, network.canonical_json()),
        )
        return version


def _read(path: Path) -> tuple[Network | None, list[Fault]]:
    file = str(path)
    try:
        if not path.is_file():
            return None, [Fault(file, 1, "", "is not there, or is no file")]
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return None, [Fault(file, 1, "", f"cannot be read: {type(error).__name__}")]
    placed = read(raw)
    faults = [Fault(file, each.line, _field(each.field), each.reason) for each in placed.misread]
    network: Network | None = None
    if placed.value is not None or not placed.misread:
        network, found = _checked(placed, file)
        faults += found
    if network is not None and network.id != path.stem:
        reason = f"is {network.id}, but the file is called {path.name}; they have to be the same"
        faults.append(Fault(file, placed.line_of(("id",)), "id", reason))
    return (None if faults else network), sorted(faults)


def _checked(placed: Placed, file: str) -> tuple[Network | None, list[Fault]]:
    try:
        return Network.model_validate(placed.value, extra="forbid"), []
    except ValidationError as error:
        return None, [
            Fault(file, placed.line_of(each["loc"]), _field(each["loc"]), _reason(each))
            for each in error.errors(include_url=False, include_input=False)
        ]


def _field(path: tuple[str | int, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{shown(part, at_most=40)}" for part in path]
    return "".join(parts).removeprefix(".")


IN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no field that is known here",
    "string_type": "should be text: put it between quotes",
    "string_unicode": "has a character that cannot be stored",
    "int_type": "should be a whole number",
    "bool_type": "should be true or false",
    "tuple_type": "should be a list",
    "model_type": "should be a group of fields",
}


def _reason(error: ErrorDetails) -> str:
    words = IN_WORDS.get(error["type"], error["msg"])
    return words.replace("Input should be", "should be").replace("String should", "should")
