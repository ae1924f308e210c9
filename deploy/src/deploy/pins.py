"""The exact packages of every environment, with hashes: `requirements/<name>.txt`, from the workspace's lock.

No file names where packages come from: that is each machine's own configuration.

- `run`: everything that `./waakvlam` needs to run; `dev`: that and what tests, linters and type checks need;
- one per member (`intake`, …, `contracts`, `chassis`): that member, what its tests need (pytest, hypothesis,
  the embedded servers) and no other service, so that a forgotten dependency or a forbidden import shows;
- `uv`: the installer, where a machine has none.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

MEMBERS = ("contracts", "chassis", "intake", "casefile", "matching", "notifications", "portal")
EXPORT = (
    "export", "--quiet", "--format", "requirements-txt", "--no-emit-workspace", "--no-header",
    "--no-annotate", "--no-default-groups",
)  # fmt: skip
HEADER = "# Made by `./waakvlam pins` from the workspace's pyproject.toml files; not edited by hand.\n"
ADDRESS = re.compile(r"^\s*(--?(extra-)?index|-i\b|--find-links|-f\b|--trusted-host)|://", re.IGNORECASE)


class PinsFailed(Exception):
    """The pins could not be made; the text is what uv said."""


def environments() -> Mapping[str, tuple[str, ...]]:
    """For each environment, what to ask uv to export."""
    rest = ("--prune", "waakvlam-deploy")
    tools = ("--group", "build", "--group", "test")
    named = {
        "run": ("--package", "waakvlam", "--group", "build"),
        "dev": ("--package", "waakvlam", *tools, "--group", "dev"),
        "uv": ("--only-group", "launcher"),
    }
    for member in MEMBERS:
        named[member] = ("--package", "waakvlam", "--package", f"waakvlam-{member}", *tools, *rest)
    return named


def exported(root: Path) -> dict[str, str]:
    """The text of every requirements file by name; brings uv.lock up to date first. Raises PinsFailed."""
    uv = shutil.which("uv") or str(root / ".waakvlam" / "uv" / "bin" / "uv")
    _run(uv, root, ("lock", "--quiet"))
    return {
        f"{name}.txt": HEADER + cleaned(_run(uv, root, (*EXPORT, *asked)))
        for name, asked in environments().items()
    }


def cleaned(text: str) -> str:
    """Without any line that names an index, a host or a folder of this machine."""
    return "".join(f"{line}\n" for line in text.splitlines() if line.strip() and not ADDRESS.search(line))


def changed(root: Path) -> list[str]:
    """The names of the files that `write` would write or remove."""
    return sorted(_changes(root))


def write(root: Path) -> list[str]:
    """Write what changed and remove what is no environment any more; the names of those files."""
    changes = _changes(root)
    folder = root / "requirements"
    folder.mkdir(exist_ok=True)
    for name, text in changes.items():
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text, encoding="utf-8")
    return sorted(changes)


def _changes(root: Path) -> dict[str, str | None]:
    wanted = exported(root)
    there = {path.name: path.read_text(encoding="utf-8") for path in (root / "requirements").glob("*.txt")}
    names = wanted.keys() | there.keys()
    return {name: wanted.get(name) for name in names if wanted.get(name) != there.get(name)}


def _run(uv: str, root: Path, arguments: tuple[str, ...]) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    try:
        done = subprocess.run(  # noqa: S603
            [uv, *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise PinsFailed(f"uv cannot be run: {fault}") from None
    if done.returncode != 0:
        raise PinsFailed(done.stderr.strip() or f"uv ended with code {done.returncode}")
    return done.stdout
