"""The expected answers, as they stand in one readable table per service: who is let in, and nobody else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.access.askers import Asker

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One route, in one variant of its body: who is let in, by relation.

    ``name``: the route, and after a bar the variant. ``let_in``: who is shown the case, or whose command is
    taken. ``empty``: who may ask for the list and finds nothing of the case in it. ``malformed``: who may
    ask, but not with this body. ``no_side``: who takes part in the case and is told that there is no such
    thing, since they stand on no side of it: the policies allow them, the case does not.
    """

    name: str
    let_in: dict[str, tuple[str, ...]]
    empty: dict[str, tuple[str, ...]]
    malformed: dict[str, tuple[str, ...]]
    no_side: dict[str, tuple[str, ...]]

    @property
    def method(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def route(self) -> str:
        """The path, as the description of the API has it."""
        return self.name.partition(" ")[2].partition(" | ")[0]

    @property
    def variant(self) -> str:
        return self.name.partition(" | ")[2]

    @property
    def is_read(self) -> bool:
        """Whether asking changes nothing; a search is asked with a body, and reads."""
        return self.method == "GET" or self.route.endswith("/_zoek")

    @property
    def is_open(self) -> bool:
        """Whether it is for everybody, signed in or not."""
        return self.let_in == {"everybody": ()}

    @property
    def is_about_nobody(self) -> bool:
        """Whether its answer holds nothing of anybody's case."""
        return self.is_open or self.let_in == {"signed_in": ()}

    def expected(self, asker: Asker) -> str:
        """``in``, ``empty``, ``malformed``, ``hidden`` or ``sign_in``; deny by default."""
        if self.is_open:
            return "in"
        if asker.signs_in is None:
            return "sign_in"
        if "signed_in" in self.let_in:
            return "in"
        for answer, who in self._answers():
            if asker.role in who.get(asker.relation, ()):
                return answer
        return "hidden"

    def _answers(self) -> tuple[tuple[str, dict[str, tuple[str, ...]]], ...]:
        return ("in", self.let_in), ("empty", self.empty), ("malformed", self.malformed)

    def stands_on_no_side(self, asker: Asker) -> bool:
        return asker.role in self.no_side.get(asker.relation, ())

    def unknown(self, askers: list[Asker]) -> set[str]:
        """What the line names and no column has: a slip of the pen would let nobody in, unseen."""
        known = {(asker.relation, asker.role) for asker in askers}
        return {
            f"{relation}/{role}"
            for who in (self.let_in, self.empty, self.malformed, self.no_side)
            for relation, roles in who.items()
            if relation not in ("everybody", "signed_in")
            for role in roles
            if (relation, role) not in known
        }


def rows(service: str) -> list[Row]:
    """The table of a service."""
    found = tomllib.loads((HERE / f"matrix_{service}.toml").read_text("utf-8"))
    return [_row(name, dict(line)) for name, line in found.items()]


def _row(name: str, line: dict[str, object]) -> Row:
    others = [_roles(line.pop(kind, {})) for kind in ("empty", "malformed", "no_side")]
    return Row(name, _roles(line), *others)


def _roles(line: object) -> dict[str, tuple[str, ...]]:
    assert isinstance(line, dict)
    return {relation: tuple(f"role_{role}" for role in roles) for relation, roles in line.items()}
