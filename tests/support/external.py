"""Servers for `WAAKVLAM_TEST_INFRA=external`: Debian's PostgreSQL, and nats-server with its accounts.

::

    apt-get install postgresql
    python -m tests.support.external tests/chassis tests/deploy      # runs pytest on them
    python -m tests.support.external --show                          # keeps them running, prints the settings

PostgreSQL is looked for in `WAAKVLAM_TEST_POSTGRES_BIN`, then where Debian puts it, then on the path.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from tests.support.infrastructure import accounts_for_tests

from deploy.commands.options import asked_to_stop
from deploy.embedded.account import capability_needed, server_account
from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.ports import LOOPBACK, Ports, any_free
from deploy.embedded.server import start_child, stop_child, wait_until


def postgres_programs() -> Path:
    """The folder with a real installation's `postgres` and `initdb`; ends the process when there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    named = os.environ.get("WAAKVLAM_TEST_POSTGRES_BIN")
    on_path = shutil.which("postgres")
    for folder in (named, *reversed(debian), on_path and Path(on_path).resolve().parent):
        if folder and Path(folder, "initdb").exists():
            return Path(folder)
    sys.exit("There is no PostgreSQL here. On Debian and Ubuntu: apt-get install postgresql")


@contextmanager
def postgres(folder: Path, password: str) -> Iterator[str]:
    """A cluster of that installation, as it comes; gives the superuser's address."""
    programs, account, log = postgres_programs(), server_account(), folder / "postgres.log"
    data, password_file, port = folder / "postgres", folder / "password", any_free()
    data.mkdir(mode=0o700)
    password_file.write_text(password)
    if account is not None:
        os.chown(data, account.uid, account.gid)
        os.chown(password_file, account.uid, account.gid)
    capability = capability_needed(account, [programs / "postgres", programs / "initdb"], folder)
    environment = {"PATH": f"{programs}:{os.defpath}", "LC_ALL": "C.UTF-8", "HOME": str(data)}

    def start(*command: str, end_signal: signal.Signals = signal.SIGTERM) -> subprocess.Popen[bytes]:
        return start_child(
            command,
            log,
            environment=environment,
            account=account,
            capability=capability,
            end_signal=end_signal,
        )

    initdb = start(
        str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=scram-sha-256",
        f"--pwfile={password_file}", "--encoding=UTF8", "--data-checksums",
    )  # fmt: skip
    if initdb.wait(120) != 0:
        sys.exit(log.read_text())
    password_file.unlink()
    server = start(
        str(programs / "postgres"), "-D", str(data), "-p", str(port), "-c", f"listen_addresses={LOOPBACK}",
        "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "fsync=off",
        end_signal=signal.SIGINT,
    )  # fmt: skip
    url = f"postgresql://postgres:{password}@{LOOPBACK}:{port}/postgres"
    try:
        wait_until(lambda: _answers(url), server, "PostgreSQL", log, 60)
        yield url
    finally:
        stop_child(server, ((signal.SIGINT, 30.0),))


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Both servers; gives the settings that name them."""
    password = "w" + secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="waakvlam-external-") as path:
        folder = Path(path)
        folder.chmod(0o711)
        with postgres(folder, password) as postgres_url:
            accounts = accounts_for_tests()
            bus = EmbeddedNats(
                folder / "nats",
                ports=Ports(folder / "ports.json"),
                log=folder / "nats.log",
                accounts=accounts,
                passwords={user.name: password for account in accounts for user in account.users},
                preferred_port=None,
                preferred_monitor_port=None,
            )
            bus.start()
            try:
                yield {
                    "WAAKVLAM_TEST_INFRA": "external",
                    "WAAKVLAM_POSTGRES_URL": postgres_url,
                    "WAAKVLAM_NATS_URL": bus.url,
                    "WAAKVLAM_TEST_BUS_PASSWORD": password,
                }
            finally:
                bus.stop()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Run pytest on the servers, or keep them until Ctrl-C; the exit code is pytest's."""
    with asked_to_stop() as asked, servers() as settings:
        if arguments == ["--show"]:
            sys.stdout.write("".join(f"export {name}={value}\n" for name, value in settings.items()))
            sys.stdout.flush()
            while not asked:
                signal.pause()
            return 0
        tests = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], env={**os.environ, **settings})
        try:
            return tests.wait()
        finally:
            stop_child(tests, ((signal.SIGTERM, 10.0),))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
