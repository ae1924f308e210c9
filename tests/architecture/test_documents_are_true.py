"""What the pages promise is there: tests, routes, commands, roles, categories, sealed fields, activities."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main
from tests.architecture.sources import ROOT, SERVICES, modules

from contracts.codes import codes
from contracts.processing import register
from deploy.__main__ import app
from deploy.data_map import BEGIN, END, PAGE, page

PAGES = sorted(
    path
    for pattern in (
        "*.md",
        "docs/*.md",
        "services/*/README.md",
        "deploy/*.md",
        "contracts/*.md",
        "chassis/*.md",
    )
    for path in ROOT.glob(pattern)
)
NAMED_TEST = re.compile(r"\btests/[\w/]+(?:\.py(?:::(\w+))?)?")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
README = ROOT / "README.md"


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def missing_tests(text: str) -> set[str]:
    """The tests that a text names and that are not there."""
    missing = set()
    for found in NAMED_TEST.finditer(text):
        path, _, test = found[0].partition("::")
        there = ROOT / path
        if not there.exists() or (test and f"def {test}(" not in text_of(there)):
            missing.add(found[0])
    return missing


def segments(tree: ast.AST) -> Iterator[str]:
    """The fixed parts of every address that stands in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("/"):
            yield from (part for part in node.value.split("/") if re.fullmatch(r"[a-z_][a-z_-]*", part))


def served(service: str) -> set[str]:
    """Fixed parts of a service's addresses; who saw somebody's data is a router of the chassis."""
    who_saw = {"accesses" for module in modules(service) if "accesses_router(" in module.text}
    return who_saw | {
        part
        for module in modules(service)
        if module.name.startswith(f"{service}.api")
        for part in segments(module.tree)
    }


def sealed_fields(service: str) -> set[str]:
    """Fields of what is stored that hold sealed values."""
    return {
        node.target.id
        for module in modules(service)
        if module.name.startswith(f"{service}.domain")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and re.search(r"\bSealed\b", ast.unparse(node.annotation))
    }


def commands() -> set[str]:
    """Every command with the group before it."""
    found = set()
    for name, command in getattr(typer.main.get_command(app), "commands", {}).items():
        below = getattr(command, "commands", None)
        found |= {f"{name} {each}" for each in below} if below else {name}
    return found


def table_of_commands() -> set[str]:
    """The commands in the README's table; ``keys status·rotate`` stands for two."""
    found = set()
    for row in re.findall(r"^\| (`[^|]+) \|", text_of(README), re.MULTILINE):
        for cell in re.findall(r"`([^`]+)`", row):
            group, _, each = cell.partition(" ")
            below = [part for part in each.split("·") if re.fullmatch(r"[a-z-]+(?: [A-Z]+)?", part)]
            found |= {f"{group} {part.split()[0]}" for part in below} | {group}
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_names_is_there(path: Path) -> None:
    text = text_of(path)
    assert missing_tests(text) == set()
    assert [link for link in LINK.findall(text) if not (path.parent / link).exists()] == []


def test_a_test_that_is_not_there_is_found() -> None:
    """The negative control."""
    here = "tests/architecture/test_documents_are_true.py"
    assert missing_tests(f"`{here}::test_a_test_that_is_not_there_is_found`") == set()
    assert missing_tests(f"`{here}::test_of_nothing`") == {f"{here}::test_of_nothing"}
    assert missing_tests("`tests/architecture/test_of_nothing.py`") == {
        "tests/architecture/test_of_nothing.py"
    }


def test_every_module_of_the_chassis_is_on_its_page() -> None:
    told = text_of(ROOT / "chassis" / "README.md")
    names = {module.place.partition(".")[0] for module in modules("chassis")} - {""}
    assert {name for name in names if f"`{name}`" not in told} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_on_the_page_of_its_service(service: str) -> None:
    told = text_of(ROOT / "services" / service / "README.md")
    assert {part for part in served(service) if f"/{part}" not in told} == set()


def test_routes_are_found() -> None:
    assert {"cases", "erasures", "certificate", "_zoek"} <= served("casefile")
    assert list(segments(ast.parse("@get('/a/{b}/c-d')\ndef x(): ...\n"))) == ["a", "c-d"]


def test_every_command_is_in_the_table() -> None:
    assert commands() - table_of_commands() == set()
    assert {"demo", "keys rotate", "dead-letters retry"} <= commands()


def test_every_folder_of_tests_is_in_the_table() -> None:
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert {name for name in folders if f"`{name}`" not in text_of(README)} == set()


def test_every_role_is_described() -> None:
    told = text_of(ROOT / "docs" / "protection.md")
    assert [role for role in codes("app_roles") if f"`{role}`" not in told] == []


def test_the_data_map_has_every_category_and_every_sealed_field() -> None:
    told = text_of(PAGE)
    fields = {field for service in SERVICES for field in sealed_fields(service)}
    assert {"name", "question", "note", "words"} <= fields
    assert {name for name in (*codes("data_categories"), *fields) if f"`{name}`" not in told} == set()


def test_the_data_map_has_the_register_as_it_is() -> None:
    told = text_of(PAGE)
    assert page(told) == told, "run python -m deploy.data_map"
    generated = told.partition(BEGIN)[2].partition(END)[0]
    assert [one for one in register().activities if f"`{one}`" not in generated] == []
