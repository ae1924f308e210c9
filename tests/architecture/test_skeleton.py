"""Every service has the same files, so that who knows one knows them all; and no file grows beyond a look."""

from __future__ import annotations

import ast

import pytest
from tests.architecture.sources import ROOT, SERVICES, imported, modules

# A package or a module: what is split by subject keeps its name.
SKELETON = (
    "",
    "__main__",
    "api",
    "api.app",
    "api.queries",
    "application",
    "bootstrap",
    "deadlines",
    "domain",
    "domain.errors",
    "guards",
    "publishing",
    "settings",
    "subscriptions",
    "views",
)
NOT_A_NAME = {"utils", "helpers", "common", "core", "base", "manager", "service", "models", "misc"}
MOST_LINES = 300
# A file of tests is a list that is read one by one.
MOST_LINES_OF_TESTS = 450
# `chassis.service` is what a service is made of, and says so.
EXCUSED = {"chassis.service"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_skeleton(service: str) -> None:
    there = {module.place for module in modules(service)}
    assert set(SKELETON) - there == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_tells_what_it_owns_accepts_publishes_and_hears(service: str) -> None:
    told = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8").lower()
    assert [word for word in ("owns", "accepts", "publishes", "hears") if word not in told] == []


def too_long(folders: tuple[str, ...], most: int) -> dict[str, int]:
    lines = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }
    return {name: count for name, count in lines.items() if count > most}


def test_no_file_is_longer_than_a_look() -> None:
    """Split at 300 lines, by subject (style, rule 7)."""
    assert too_long(("contracts", "chassis", "services", "deploy", "benchmarks"), MOST_LINES) == {}
    assert too_long(("tests",), MOST_LINES_OF_TESTS) == {}


def test_modules_are_named_after_what_they_do() -> None:
    nameless = {module.name for module in modules() if module.name.rpartition(".")[2] in NOT_A_NAME}
    assert nameless - EXCUSED == set()


def test_every_module_says_what_it_is() -> None:
    silent = {module.name for module in modules() if module.tree.body and not ast.get_docstring(module.tree)}
    assert silent == set()


def test_annotations_are_read_late_everywhere() -> None:
    """Otherwise the same line means one thing in one file and another in the next."""
    annotated = (ast.FunctionDef, ast.AsyncFunctionDef, ast.AnnAssign)
    early = {
        module.name
        for module in modules()
        if any(isinstance(node, annotated) for node in ast.walk(module.tree))
        and imported(module.tree).get("annotations") != "__future__.annotations"
    }
    assert early == set()
