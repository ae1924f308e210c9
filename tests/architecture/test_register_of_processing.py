"""Every route of somebody who signed in belongs to an activity of the register of processing (AVG 30)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.architecture.sources import SERVICES, modules

from contracts.processing import OTHER, SHARED, Activity, Register, register

ASKERS = {"AsReader", "AsCaller"}


def operations(tree: ast.AST) -> Iterator[str]:
    """The names of endpoints that want to know who asks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
            kinds = {ast.unparse(one.annotation) for one in node.args.args if one.annotation}
            if kinds & ASKERS:
                yield node.name


def served() -> dict[str, set[str]]:
    """service -> its operations; ``waakvlam`` stands for those of every service."""
    found: dict[str, set[str]] = {name: set() for name in (*SERVICES, SHARED)}
    for module in modules("chassis", *SERVICES):
        found[SHARED if module.package == "chassis" else module.package] |= set(operations(module.tree))
    return found


def test_every_operation_belongs_to_an_activity() -> None:
    missing = {
        f"{service}: {operation}"
        for service, names in served().items()
        for operation in names
        if register().of_operation(service, operation) is None
    }
    assert missing == set(), "name them under `operations` in contracts/processing.toml"


def test_operations_are_found() -> None:
    """The negative control."""
    text = "@router.get('/x')\ndef show(reader: AsReader) -> None: ...\n\ndef other(reader: AsReader): ...\n"
    assert list(operations(ast.parse(text))) == ["show"]
    assert "case" in served()["casefile"]
    assert "command_status" in served()[SHARED]


def test_every_activity_is_of_a_service_and_says_who_and_how_long() -> None:
    for one in register().activities.values():
        assert one.service in (*SERVICES, SHARED), one.id
        assert one.subjects
        assert one.nl[0].isupper(), one.id
    assert OTHER in register().activities


def test_what_stands_there_twice_is_refused() -> None:
    one = register().activities[OTHER]
    with pytest.raises(ValueError, match="twice"):
        Register((one, one))
    first, second = (Activity(**one.model_dump() | {"id": f"x.{n}", "operations": ("do",)}) for n in "ab")
    with pytest.raises(ValueError, match="two activities"):
        Register((first, second))
