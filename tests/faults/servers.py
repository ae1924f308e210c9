"""A PostgreSQL and a nats-server of this folder's own: they are killed here, so nobody else may use them."""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from tests.support.infrastructure import Infrastructure
from tests.support.stack import PostgresForTests

from deploy.embedded.bus_accounts import services_account
from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.folder import DataFolder
from deploy.parties import Service
from deploy.provision.bus import BusAdmin

LAMPS = Service("lamps")
SWITCHBOARD = Service("switchboard", hears=("lamps",))
PARTIES = (LAMPS, SWITCHBOARD)


@dataclass
class OwnServers:
    """Both servers, and what is needed to make databases and streams on them."""

    postgres: EmbeddedPostgres
    nats: EmbeddedNats
    password: str
    folder: Path

    def databases(self, worker: str) -> PostgresForTests:
        """Freshly provisioned databases on this PostgreSQL, by service."""
        found = Infrastructure(self.postgres.url(), self.nats.url, self.password, secrets.token_hex(2))
        return PostgresForTests(found, worker)

    def bus_user(self, name: str) -> BusAdmin:
        """A user of the bus: a service, `provision` or `monitor`."""
        return BusAdmin(self.nats.url, name, self.password, f"_INBOX_{name}")

    def kill_postgres(self) -> None:
        """kill -9 of the server: its children notice and end, what was only in memory is gone."""
        kill_family(self.postgres.process.pid if self.postgres.process else 0)

    def kill_nats(self) -> None:
        """kill -9 of the bus server."""
        kill_family(self.nats.process.pid if self.nats.process else 0)


def kill_family(pid: int) -> None:
    """kill -9 of a process and everything that it started, and wait until they are gone."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    # The parent's own code is for whoever started it: a zombie is gone enough.
    psutil.wait_procs(family[1:], timeout=10)


@contextmanager
def own_servers() -> Iterator[OwnServers]:
    """Up for as long as the context lasts, on ports of their own."""
    password = "w" + secrets.token_hex(16)
    account = services_account(PARTIES, "LAMPS")
    with (
        tempfile.TemporaryDirectory(prefix="waakvlam-faults-") as path,
        DataFolder(Path(path) / "data") as folder,
    ):
        postgres = EmbeddedPostgres(
            folder.postgres,
            ports=folder.ports,
            log=folder.logs / "postgres.log",
            superuser_password=folder.secrets.password("postgres"),
            preferred_port=None,
        )
        nats = EmbeddedNats(
            folder.nats,
            ports=folder.ports,
            log=folder.logs / "nats.log",
            accounts=[account],
            passwords={user.name: password for user in account.users},
            preferred_port=None,
            preferred_monitor_port=None,
        )
        try:
            postgres.start()
            nats.start()
            yield OwnServers(postgres, nats, password, folder.path)
        finally:
            nats.stop()
            postgres.stop()
