"""Who may import whom: `.importlinter` holds the rules, and each of them can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.architecture.sources import MEMBERS, ROOT, modules, used

LINT = Path(sys.executable).with_name("lint-imports")

# What is done to a copy, by member, file and line, and the rule that must say so.
BREACHES = [
    ("intake", "domain/request.py", "import contracts.intake", "A domain decides"),
    ("intake", "domain/request.py", "import contracts.intake", "Only publishing and subscriptions"),
    ("intake", "domain/request.py", "from intake import application", "Inside a service"),
    ("intake", "domain/request.py", "import psycopg", "A domain decides"),
    ("intake", "domain/request.py", "import os", "A domain decides"),
    ("intake", "domain/request.py", "from chassis import clock", "A domain decides"),
    ("intake", "application.py", "from contracts import casefile", "Only publishing and subscriptions"),
    ("intake", "application.py", "import matching", "No service imports another"),
    ("intake", "application.py", "from intake.api import app", "Inside a service"),
    ("intake", "subscriptions.py", "from intake import api", "Inside a service"),
    ("intake", "publishing.py", "from intake import application", "What a fact means outside"),
    ("intake", "views/requests.py", "from intake import networks", "What a fact means outside"),
    ("intake", "application.py", "import deploy", "Services and chassis"),
    ("chassis", "relay.py", "import contracts.casefile", "The chassis knows"),
    ("chassis", "relay.py", "import intake", "The chassis knows"),
    ("chassis", "store/store.py", "import chassis.http", "Inside the chassis"),
    ("contracts", "codes.py", "import chassis", "Contracts import nothing"),
]


def lint(cache: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`lint-imports` over what is installed, or over changed copies that stand before it in the path."""
    environment = {**os.environ, "COLUMNS": "300"} | ({"PYTHONPATH": str(path)} if path else {})
    return subprocess.run(
        [str(LINT), "--no-logo", "--config", str(ROOT / ".importlinter"), "--cache-dir", str(cache)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_everybody_keeps_the_import_rules(tmp_path: Path) -> None:
    found = lint(tmp_path)
    assert found.returncode == 0, found.stdout


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of each rule about copies in which everything is done that is forbidden."""
    folder = tmp_path_factory.mktemp("breaches")
    for member in {member for member, _, _, _ in BREACHES}:
        shutil.copytree(MEMBERS[member] / member, folder / "path" / member)
    for member, file, line, _ in dict.fromkeys(BREACHES):
        with (folder / "path" / member / file).open("a", encoding="utf-8") as changed:
            changed.write(f"\n{line}\n")
    (folder / "path" / "intake" / "misc.py").touch()
    said = lint(folder / "cache", folder / "path")
    assert said.returncode == 1
    _, _, details = said.stdout.partition("Broken contracts\n")
    paragraphs: dict[str, str] = {}
    rule = ""
    for line, following in zip(details.splitlines(), [*details.splitlines()[1:], ""], strict=True):
        if line and following == "-" * len(line):
            rule = line
        paragraphs[rule] = paragraphs.get(rule, "") + line + "\n"
    return paragraphs


@pytest.mark.parametrize(("member", "file", "line", "rule"), BREACHES)
def test_a_breach_is_found(found: dict[str, str], member: str, file: str, line: str, rule: str) -> None:
    """The negative control of each rule."""
    said = "".join(text for name, text in found.items() if name.startswith(rule))
    importer = ".".join((member, *Path(file).with_suffix("").parts))
    target = line.removeprefix("import ").removeprefix("from ").replace(" import ", ".")
    assert f"{importer} -> {target}" in said or f"{importer} imports {target}" in said, said


def test_a_file_outside_the_skeleton_is_found(found: dict[str, str]) -> None:
    said = "".join(text for name, text in found.items() if name.startswith("Inside a service"))
    assert "misc" in said


def test_contracts_stand_on_pydantic_and_the_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "contracts", "pydantic", "pydantic_core"}
    strange = {
        f"{module} uses {name}"
        for module in modules("contracts")
        for name, _ in used(module.tree)
        if name.partition(".")[0] not in allowed
    }
    assert strange == set()
