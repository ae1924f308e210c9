"""A test worker's own part of the run's servers.

Databases have the worker's prefix; the bus has an account per worker, so that the stream and its subjects
have their real names in every one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.support.infrastructure import ACCOUNTS, Infrastructure

from deploy.parties import KEYRING, NAMES, SERVICES, STREAM, Service, service
from deploy.provision.bus import BusAdmin, provision_bus, stream_wanted
from deploy.provision.databases import LOCK, Database, grant_connections, provision_databases
from deploy.provision.report import Report
from deploy.provision.service_database import (
    accepts,
    adjustable_clock,
    database_of,
    fill_keyring_database,
    fill_service_database,
    keyring_database,
)

STREAM_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class ServiceDatabase:
    """A freshly provisioned database of one service."""

    name: str
    service: Service
    admin_url: str
    password: str

    def url(self, role: Literal["api", "worker", "admin"]) -> str:
        """How to connect in a role; `admin` is the superuser, for looking and for breaking things."""
        if role == "admin":
            return self.admin_url
        user = self.service.api if role == "api" else self.service.worker
        return make_conninfo(self.admin_url, user=user, password=self.password)

    @property
    def parameters(self) -> dict[str, Any]:
        """host, port, dbname and the administrator's user and password, one by one."""
        return psycopg.conninfo.conninfo_to_dict(self.admin_url)


class PostgresForTests:
    """A test worker's databases on the run's server, all with its own prefix and removed at the end."""

    def __init__(self, servers: Infrastructure, worker: str) -> None:
        self._servers = servers
        self._prefix = f"t_{servers.run}_{worker}"
        self._counter = itertools.count(1)
        self._templates: dict[str, str] = {}

    @property
    def url(self) -> str:
        """The superuser's address of the maintenance database."""
        return self._servers.postgres_url

    def database(self, name: str = "scratch") -> str:
        """A new empty database; gives the superuser's address of it."""
        full = self._new_name(name)
        with self._admin() as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(full)))
        return self._url_of(full)

    def service_database(self, name: str) -> ServiceDatabase:
        """A new database with all that `provision` makes for a service of that name (an invented one too).

        `keyring` gives the key ring. The clock may be moved. It is copied from a template that is made the
        first time.
        """
        found = service(name) if name in NAMES else Service(name)
        template = self._templates.get(name) or self._make_template(found)
        wanted = self._wanted(found, self._new_name(name))
        with self._admin() as connection:
            connection.execute(
                sql.SQL("create database {} owner {} template {}").format(
                    sql.Identifier(wanted.name), sql.Identifier(wanted.owner), sql.Identifier(template)
                )
            )
            grant_connections(connection, wanted)
        return ServiceDatabase(wanted.name, found, self._url_of(wanted.name), self._servers.password)

    def remove(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        with self._admin() as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database))
            )

    def remove_all(self) -> None:
        """Remove every database of this worker."""
        with self._admin() as connection:
            rows = connection.execute(
                "select datname from pg_database where datname like %s",
                [self._prefix.replace("_", r"\_") + r"\_%"],
            ).fetchall()
        for (name,) in rows:
            self.remove(str(name))

    def _make_template(self, found: Service) -> str:
        wanted = self._wanted(found, f"{self._prefix}_template_{found.name}")
        report = Report(fix=True)
        with self._admin() as connection:
            connection.execute("select pg_advisory_lock(%s)", [LOCK])
            provision_databases(
                connection, [wanted], report, lambda database, login: accepts(self.url, database, login)
            )
        with psycopg.connect(self._url_of(wanted.name), autocommit=True) as connection:
            if found.name == KEYRING:
                fill_keyring_database(connection, wanted.name, report)
            else:
                fill_service_database(connection, found, wanted.name, report)
                adjustable_clock(connection, wanted.name, report)
                if found.name not in {service.name for service in SERVICES}:
                    connection.execute("update store.binding set required = false")
        self._templates[found.name] = wanted.name
        return wanted.name

    def _wanted(self, found: Service, name: str) -> Database:
        if found.name == KEYRING:
            return keyring_database(lambda _role: self._servers.password, name)
        return database_of(found, lambda _role: self._servers.password, name)

    def _new_name(self, name: str) -> str:
        return f"{self._prefix}_{name}_{next(self._counter)}"

    def _url_of(self, database: str) -> str:
        return make_conninfo(self.url, dbname=database)

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url, autocommit=True)


@dataclass(frozen=True)
class BusForTests:
    """A test worker's account on the run's bus."""

    url: str
    password: str
    prefix: str
    stream: str = STREAM

    @property
    def admin(self) -> BusAdmin:
        """The user of this account that may do everything."""
        return BusAdmin(self.url, f"{self.prefix}admin", self.password, "_INBOX_admin")

    def user(self, name: str) -> tuple[str, str]:
        """User name and password of a service, of `provision`, `monitor` or `admin`.

        A service's inbox prefix is `_INBOX_<service>`.
        """
        return f"{self.prefix}{name}", self.password

    def provision(self, services: Sequence[Service] = SERVICES, *, max_bytes: int = STREAM_BYTES) -> None:
        """Make the stream and the consumers anew: whatever was on the bus is gone."""
        asyncio.run(self._provision(services, max_bytes))

    def clear(self) -> None:
        """Remove every stream of this account."""
        asyncio.run(self._clear())

    async def _provision(self, services: Iterable[Service], max_bytes: int) -> None:
        await self._clear()
        await provision_bus(self.admin, services, Report(), wanted=stream_wanted(max_bytes))

    async def _clear(self) -> None:
        client = await self.admin.connect()
        try:
            jetstream = client.jetstream()
            for found in await jetstream.streams_info():
                await jetstream.delete_stream(str(found.config.name))
        finally:
            await client.close()


def bus_for(servers: Infrastructure, worker: str) -> BusForTests:
    """The account of a test worker (`gw3`, or `main` without workers)."""
    number = int(worker.removeprefix("gw")) if worker.startswith("gw") else 0
    return BusForTests(servers.nats_url, servers.password, f"t{number % ACCOUNTS}-")
