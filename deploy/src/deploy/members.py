"""Runs each member's tests in an environment that holds that member, contracts and chassis, and nothing else.

In the shared environment every import works; here a forgotten dependency or an import of another service
fails. Used by continuous integration::

    python -m deploy.members                 # all of them
    python -m deploy.members intake -- -x    # one, with arguments for pytest
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.environment import CannotInstall, Environment, say
from deploy.home import PRIVATE, ROOT
from deploy.pins import MEMBERS

STANDS_ON = {"contracts": ("contracts",), "chassis": ("contracts", "chassis")}
NO_TESTS = 5


def folders(member: str) -> tuple[str, ...]:
    """The workspace folders that a member's environment holds."""
    return STANDS_ON.get(member, ("contracts", "chassis", f"services/{member}"))


def make(member: str) -> Path:
    """A fresh environment from the member's own pins; gives its Python. Raises CannotInstall."""
    place = PRIVATE / "members" / member
    shutil.rmtree(place, ignore_errors=True)
    uv = Environment(ROOT).uv()
    _run(uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(place))
    python = place / "bin" / "python"
    install = ("pip", "install", "--quiet", "--python", str(python))
    _run(uv, *install, "--require-hashes", "-r", str(ROOT / "requirements" / f"{member}.txt"))
    editable = [part for folder in folders(member) for part in ("-e", str(ROOT / folder))]
    _run(uv, *install, "--no-deps", "--no-build-isolation", "--offline", *editable)
    return python


def run_tests(member: str, arguments: list[str]) -> int:
    """Run the member's tests in its own environment; the exit code is pytest's, none at all is well."""
    say(f"{member}: its own environment")
    python = make(member)
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{member}", *arguments]
    code = subprocess.run(command, cwd=ROOT, env=own, check=False).returncode  # noqa: S603
    return 0 if code == NO_TESTS else code


def main(arguments: list[str]) -> int:
    """The named members, or all; 0 when every one is well."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    names, rest = arguments[:at], arguments[at + 1 :]
    unknown = [name for name in names if name not in MEMBERS]
    if unknown:
        say(f"there is no member named {', '.join(unknown)}; there are {', '.join(MEMBERS)}")
        return 2
    try:
        failed = [name for name in names or MEMBERS if run_tests(name, rest) != 0]
    except CannotInstall as fault:
        say(str(fault))
        return 1
    if failed:
        say(f"not well in its own environment: {', '.join(failed)}")
    return 1 if failed else 0


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise CannotInstall(f"{Path(command[0]).name} {command[1]} did not succeed:\n{done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
