"""Makes the private environment that the command runs in, and hands over to it. Standard library only.

`./waakvlam` runs this file with any Python from 3.11. It writes inside `.waakvlam/` only (and in uv's own
cache), needs no
network when everything is installed, and may be started twice at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

MEMBERS = (
    "contracts", "chassis", "services/intake", "services/casefile", "services/matching",
    "services/notifications", "services/portal", "deploy",
)  # fmt: skip
CANNOT_INSTALL = 1
NEEDS_DEV = ("test",)


class CannotInstall(Exception):
    """Something that a person must do first; the text says what."""


def say(words: str) -> None:
    """One line of progress, where a script does not read it."""
    sys.stderr.write(f"waakvlam: {words}\n")
    sys.stderr.flush()


class Environment:
    """The environment of one clone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.private = root / ".waakvlam"
        self.folder = self.private / "env"
        self.python = self.folder / "bin" / "python"
        self._stamp = self.private / "env.installed"

    def prepare(self, name: str) -> None:
        """Install what `requirements/<name>.txt` says, unless it is there already; raises CannotInstall."""
        if self._is_ready(name):
            return
        self.private.mkdir(exist_ok=True)
        with (self.private / "install.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("another start is installing; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_ready(name):
                self._install(name)

    def _is_ready(self, name: str) -> bool:
        try:
            found = self._stamp.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            return False
        enough = {name, "dev"}
        return (
            self.python.exists()
            and found[:1] != []
            and found[0] in enough
            and found[1:] == [self.wanted(found[0])]
        )

    def wanted(self, name: str) -> str:
        """What an installed environment must match: the pins, the members, this folder and this Python."""
        digest = hashlib.sha256(f"{self.root}\n{sysconfig.get_python_version()}\n".encode())
        for path in (self.root / "requirements" / f"{name}.txt", *self._members()):
            try:
                digest.update(path.read_bytes())
            except OSError as fault:
                raise CannotInstall(
                    f"{path} cannot be read ({fault.strerror}); is this a whole clone?"
                ) from None
        return digest.hexdigest()

    def _members(self) -> list[Path]:
        return [self.root / member / "pyproject.toml" for member in MEMBERS]

    def _install(self, name: str) -> None:
        uv = self.uv()
        self._stamp.unlink(missing_ok=True)
        if not self._fits():
            say("making an environment in .waakvlam/env")
            shutil.rmtree(self.folder, ignore_errors=True)
            self._run(uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(self.folder))
        say(f"installing packages ({name}); the first time this takes a minute")
        pip = ("pip", "install", "--quiet", "--python", str(self.python))
        self._run(uv, *pip, "--require-hashes", "-r", str(self.root / "requirements" / f"{name}.txt"))
        editable = [part for path in self._members() for part in ("-e", str(path.parent))]
        self._run(uv, *pip, "--no-deps", "--no-build-isolation", "--offline", *editable)
        draft = self._stamp.with_suffix(f".{os.getpid()}")
        draft.write_text(f"{name} {self.wanted(name)}\n", encoding="ascii")
        draft.replace(self._stamp)
        say("installed")

    def _fits(self) -> bool:
        """Whether the environment that is there was made with this very Python."""
        try:
            lines = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        version = ".".join(map(str, sys.version_info[:3]))
        return self.python.exists() and any(
            line.replace(" ", "") == f"version_info={version}" for line in lines
        )

    def uv(self) -> str:
        """uv from the path, else our own copy, fetched the first time."""
        own = self.private / "uv" / "bin" / "uv"
        for candidate in (shutil.which("uv"), str(own)):
            if candidate and _answers(candidate):
                return candidate
        say("uv is not on this machine; getting it into .waakvlam/uv")
        folder = own.parent.parent
        shutil.rmtree(folder, ignore_errors=True)
        wanted = ["install", "--quiet", "--require-hashes", "-r", str(self.root / "requirements" / "uv.txt")]
        pip = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir")
        if _succeeds(sys.executable, "-m", "venv", str(folder)):
            self._run(str(folder / "bin" / "python"), *pip, *wanted)
        elif _succeeds(sys.executable, "-m", "pip", "--version"):
            self._run(sys.executable, *pip, *wanted, "--target", str(folder))
        else:
            raise CannotInstall(
                "this Python has neither venv nor pip, so uv cannot be fetched. Install uv "
                "(https://docs.astral.sh/uv/), or on Debian and Ubuntu: apt-get install python3-venv"
            )
        if not _answers(str(own)):
            raise CannotInstall(f"uv was fetched into {folder} but does not run on this machine")
        return str(own)

    def _run(self, *command: str) -> None:
        done = subprocess.run(  # noqa: S603
            command, env=_clean(), stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()
            raise CannotInstall(f"{Path(command[0]).name} {command[1]} did not succeed:\n{said}")


def _clean() -> dict[str, str]:
    """The caller's environment without what would make another Python's packages visible."""
    dropped = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "UV_PYTHON_DOWNLOADS": "never"}


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, env=_clean(), capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _answers(uv: str) -> bool:
    return _succeeds(uv, "--version")


def main() -> None:
    """`environment.py ROOT ARGUMENT…`: prepare, then become the command."""
    root, arguments = Path(sys.argv[1]), sys.argv[2:]
    environment = Environment(root)
    name = "dev" if arguments[:1] and arguments[0] in NEEDS_DEV else "run"
    try:
        environment.prepare(name)
    except CannotInstall as fault:
        say(str(fault))
        sys.exit(CANNOT_INSTALL)
    except KeyboardInterrupt:
        sys.exit(130)
    python = str(environment.python)
    os.execve(python, [python, "-m", "deploy", *arguments], _clean())  # noqa: S606


if __name__ == "__main__":
    main()
