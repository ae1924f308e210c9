"""Runs the tests against servers that are not ours: Debian's PostgreSQL, and nats-server started by itself.

::

    apt-get install postgresql
    .waakvlam/env/bin/python -m tests.support.external tests/chassis

Whatever follows goes to pytest. The servers live in a temporary folder and are gone afterwards.
"""

from __future__ import annotations

import glob
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.infrastructure import accounts_for_tests

from deploy.embedded.nats import configuration_text

DEBIAN = "/usr/lib/postgresql/*/bin"


class NotInstalled(SystemExit):
    """Something must be installed first."""


def main(arguments: list[str]) -> int:
    """Start both, run pytest, stop both; pytest's exit code."""
    password = "w" + secrets.token_hex(16)
    with ExitStack() as running:
        postgres = running.enter_context(debian_postgres(password))
        nats = running.enter_context(nats_by_itself(password))
        environment = {
            **os.environ,
            "WAAKVLAM_TEST_INFRA": "external",
            "WAAKVLAM_POSTGRES_URL": postgres,
            "WAAKVLAM_NATS_URL": nats,
            "WAAKVLAM_TEST_BUS_PASSWORD": password,
        }
        return subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], env=environment, check=False
        ).returncode


@contextmanager
def debian_postgres(password: str) -> Iterator[str]:
    """A cluster of Debian's newest PostgreSQL; the superuser's address."""
    found = sorted(glob.glob(DEBIAN), key=lambda path: int(path.split("/")[4]))
    if not found:
        raise NotInstalled("Debian's PostgreSQL is not here: apt-get install postgresql")
    binaries, port = Path(found[-1]), free_port()
    # PostgreSQL refuses to run as root; Debian's own user is there for it.
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="waakvlam-external-"))
    try:
        secret = folder / "password"
        secret.write_text(password, encoding="ascii")
        if os.getuid() == 0:
            shutil.chown(folder, user)
            shutil.chown(secret, user)
        who = user if os.getuid() == 0 else None
        cluster = str(folder / "cluster")
        made = ("-D", cluster, "-U", "postgres", "-k", "-A", "scram-sha-256", "--pwfile", str(secret))
        _run([str(binaries / "initdb"), *made, "--encoding", "UTF8", "--no-locale"], folder, who)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c max_connections=200 -k {folder}"
        control = (str(binaries / "pg_ctl"), "-D", cluster, "-w", "-l", str(folder / "log"))
        _run([*control, "-o", options, "start"], folder, who)
        try:
            yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], folder, who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path, user: str | None) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user)


@contextmanager
def nats_by_itself(password: str) -> Iterator[str]:
    """The wheel's nats-server, started as any other program; its address without a user."""
    program = Path(sys.executable).with_name("nats-server")
    port, http = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="waakvlam-external-") as folder:
        accounts = accounts_for_tests()
        configuration = Path(folder, "nats-server.conf")
        configuration.write_text(
            configuration_text(
                accounts,
                listen=f"127.0.0.1:{port}",
                http=f"127.0.0.1:{http}",
                store=str(Path(folder, "data")),
            ),
            encoding="utf-8",
        )
        passwords = {user.variable(account.name): password for account in accounts for user in account.users}
        server = subprocess.Popen(
            [program, "-c", configuration],
            env={**os.environ, **passwords},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield f"nats://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
