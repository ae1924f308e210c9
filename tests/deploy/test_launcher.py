"""The launcher finds its clone and a Python, installs once, and needs nothing of the caller's surroundings.

What it installs with is a stand-in that writes down how it was asked; everything else is the real thing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy import environment
from deploy.home import ROOT

UV = """#!/bin/sh
[ "$1" = --version ] && exit 0
echo "$@" >> "$ASKED"
[ -n "$AWAY" ] && { echo "no network" >&2; exit 2; }
if [ "$1" = venv ]; then
    for folder; do :; done
    mkdir -p "$folder/bin"
    echo "version_info = VERSION" > "$folder/pyvenv.cfg"
    printf '#!/bin/sh\\necho "ran $*"\\n' > "$folder/bin/python"
    chmod +x "$folder/bin/python"
fi
"""


@dataclass
class Clone:
    """A copy of what the launcher needs, in a folder with a space in its name."""

    root: Path
    path: Path
    asked_file: Path

    def run(
        self, *arguments: str, launcher: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(launcher or self.root / "waakvlam"), *arguments],
            cwd="/", env={"PATH": f"{self.path}:/usr/bin:/bin", "ASKED": str(self.asked_file), **more},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @property
    def asked(self) -> list[str]:
        return self.asked_file.read_text().splitlines() if self.asked_file.exists() else []


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    root = tmp_path / "a clone"
    for name in (
        "waakvlam",
        "deploy/src/deploy/environment.py",
        "requirements/run.txt",
        "requirements/dev.txt",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for member in environment.MEMBERS:
        (root / member).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / member / "pyproject.toml", root / member)
    path = tmp_path / "path"
    path.mkdir()
    (path / "python3").symlink_to(sys.executable)
    uv = path / "uv"
    uv.write_text(UV.replace("VERSION", ".".join(map(str, sys.version_info[:3]))))
    uv.chmod(0o755)
    return Clone(root, path, tmp_path / "asked")


def snapshot(folder: Path) -> set[Path]:
    return {Path(parent) / name for parent, folders, files in os.walk(folder) for name in (*folders, *files)}


def test_the_first_start_installs_by_hash_and_hands_over(clone: Clone) -> None:
    done = clone.run("status", "--data", "two words")
    assert (done.returncode, done.stdout) == (0, "ran -m deploy status --data two words\n")
    assert "installing" in done.stderr
    venv, packages, members = clone.asked
    assert venv.startswith("venv")
    assert "--require-hashes -r" in packages
    assert packages.endswith("requirements/run.txt")
    assert "--no-deps" in members
    assert "--offline" in members
    assert all(f"/{member}" in members for member in environment.MEMBERS)


def test_nothing_is_written_outside_its_own_folder(clone: Clone, tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    clone.run("status", HOME=str(tmp_path / "home"))
    new = {path for path in snapshot(tmp_path) - before if not path.is_relative_to(clone.root / ".waakvlam")}
    assert new == {clone.asked_file}


def test_later_starts_ask_nobody(clone: Clone) -> None:
    clone.run("status")
    done = clone.run("status", AWAY="yes", PATH=f"{clone.path}:/nowhere:/usr/bin:/bin")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran -m deploy status\n", "")
    assert len(clone.asked) == 3


def test_it_works_through_a_symbolic_link_and_with_anothers_environment(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a clone/waakvlam")
    done = clone.run(
        "up",
        launcher=tmp_path / "link",
        VIRTUAL_ENV="/elsewhere",
        PYTHONPATH="/elsewhere",
        PYTHONHOME="/elsewhere",
    )
    assert (done.returncode, done.stdout) == (0, "ran -m deploy up\n")


def test_tests_get_what_tests_need_and_running_is_content_with_it(clone: Clone) -> None:
    clone.run("status")
    clone.run("test", "-x")
    assert clone.asked[3].endswith("requirements/dev.txt")
    clone.run("status")
    clone.run("test")
    assert len(clone.asked) == 5


@pytest.mark.parametrize("changed", ["requirements/run.txt", "services/intake/pyproject.toml"])
def test_changed_pins_or_members_are_installed_again(clone: Clone, changed: str) -> None:
    clone.run("status")
    with (clone.root / changed).open("a") as file:
        file.write("# another line\n")
    clone.run("status")
    assert len(clone.asked) == 5
    assert not any(line.startswith("venv") for line in clone.asked[3:])


def test_an_install_that_failed_is_done_again(clone: Clone) -> None:
    failed = clone.run("status", AWAY="yes")
    assert failed.returncode == 1
    assert "no network" in failed.stderr
    assert clone.run("status").returncode == 0


def test_two_at_once_install_once(clone: Clone) -> None:
    with ThreadPoolExecutor(4) as at_once:
        done = list(at_once.map(lambda _: clone.run("status"), range(4)))
    assert [each.returncode for each in done] == [0] * 4
    assert len(clone.asked) == 3


def test_without_a_python_it_says_what_is_needed(clone: Clone) -> None:
    for name in ("sh", "readlink", "dirname"):
        (clone.path / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    (clone.path / "python3").unlink()
    (clone.path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (clone.path / "python3").chmod(0o755)
    done = clone.run("status", PATH=str(clone.path))
    assert done.returncode == 1
    assert "Python 3.11, 3.12, 3.13 or 3.14 is needed" in done.stderr


def test_without_uv_venv_and_pip_it_says_what_to_do(clone: Clone, tmp_path: Path) -> None:
    shutil.copy(ROOT / "requirements/uv.txt", clone.root / "requirements")
    (clone.path / "uv").unlink()
    found = environment.Environment(clone.root)
    bare = tmp_path / "path" / "bare"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(0o755)
    done = subprocess.run(
        [
            sys.executable, "-I", "-c",
            "import sys, runpy; sys.executable = sys.argv.pop(1); sys.argv = sys.argv[1:];"
            "runpy.run_path(sys.argv[0], run_name='__main__')",
            str(bare), str(clone.root / "deploy/src/deploy/environment.py"), str(clone.root), "status",
        ],
        env={"PATH": "/nowhere"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert not found.python.exists()
