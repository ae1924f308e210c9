"""Working on what runs: its servers, a connection to a service's database in a role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.addresses import Addresses
from deploy.exits import Exit, Finished
from deploy.folder import DataFolder
from deploy.parties import SERVICES, Service
from deploy.run_file import RunFile
from deploy.servers import NotRunning, Servers, running_servers

ON_BUS = tuple(service for service in SERVICES if service.on_bus)


class Operations:
    """What another command runs on a data folder. Raises NotRunning when nothing does."""

    def __init__(self, data: Path, addresses: Addresses) -> None:
        self.folder = DataFolder(data)
        running = RunFile.read(self.folder.run_file) if self.folder.is_held() else None
        if running is None:
            raise NotRunning(f"nothing runs on {self.folder.path}; start it with ./waakvlam up")
        self.running = running
        self.servers: Servers = running_servers(self.folder, addresses, running)

    @contextmanager
    def connected(
        self, service: Service, role: Literal["worker", "owner"]
    ) -> Iterator[psycopg.Connection[Any]]:
        """A connection to the service's database, in autocommit; the administrator acts as the owner."""
        if role == "owner":
            dsn = make_conninfo(self.servers.admin_url, dbname=service.name)
        else:
            host, port = self.servers.database_host
            dsn = make_conninfo(
                host=host,
                port=port,
                dbname=service.name,
                user=service.worker,
                password=self.servers.role_password(service.worker),
            )
        with psycopg.connect(
            dsn, autocommit=True, connect_timeout=3, application_name="waakvlam"
        ) as connection:
            if role == "owner":
                connection.execute(sql.SQL("set role {}").format(sql.Identifier(service.owner)))
            yield connection


def service_named(name: str) -> Service:
    """The service on the bus of that name. Raises Finished (wrong usage)."""
    for service in ON_BUS:
        if service.name == name:
            return service
    known = ", ".join(service.name for service in ON_BUS)
    raise Finished(Exit.USAGE, f"there is no service named {name}; there are {known}")
