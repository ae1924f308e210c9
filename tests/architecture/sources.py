"""The project's own source files, as a test of the architecture reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("intake", "casefile", "matching", "notifications")
MEMBERS = {
    "contracts": ROOT / "contracts" / "src",
    "chassis": ROOT / "chassis" / "src",
    **{name: ROOT / "services" / name / "src" for name in (*SERVICES, "portal")},
    "deploy": ROOT / "deploy" / "src",
}


@dataclass(frozen=True)
class Source:
    """One module: its dotted name and where it stands."""

    name: str
    path: Path

    @property
    def package(self) -> str:
        """The member that it belongs to, e.g. `intake`."""
        return self.name.partition(".")[0]

    @property
    def place(self) -> str:
        """The module within its member, e.g. `domain.request`; empty for the member itself."""
        return self.name.partition(".")[2]

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """It parsed."""
        return ast.parse(self.text, str(self.path))

    def __str__(self) -> str:
        return self.name


def modules(*members: str) -> Iterator[Source]:
    """Every module of these members, of all without any."""
    for member in members or tuple(MEMBERS):
        folder = MEMBERS[member]
        for path in sorted((folder / member).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield Source(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression that is a name or an attribute of one, else empty."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            before = dotted(value)
            return f"{before}.{attr}" if before else ""
        case _:
            return ""


def imported(tree: ast.Module) -> dict[str, str]:
    """What each imported name means in full, e.g. `{"mint": "uuid.uuid4"}`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    shown = alias.asname or alias.name.partition(".")[0]
                    names[shown] = alias.name if alias.asname else shown
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                for alias in aliases:
                    names[alias.asname or alias.name] = f"{module}.{alias.name}"
            case _:
                pass
    return names


def used(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every imported thing that a module uses, in full, with its line."""
    names = imported(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        first, _, rest = dotted(node).partition(".")
        if first in names:
            yield f"{names[first]}.{rest}" if rest else names[first], node.lineno
