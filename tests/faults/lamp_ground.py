"""What lamps and switchboard stand on: databases, a stream, keys and settings of their own."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from tests.faults.lamp_service import VIEWS
from tests.faults.servers import PARTIES, OwnServers
from tests.support.stack import PostgresForTests
from tests.support.tokens import AUDIENCE, ISSUER, STAFF_ROLES, ProviderForTests

from chassis.key_wrapping import kek_line
from chassis.views import provision
from deploy.parties import STREAM
from deploy.provision.bus import BusAdmin, consumer_wanted, provision_bus, stream_wanted
from deploy.provision.report import Report

NAMES = ("lamps", "switchboard")
ACK_WAIT = 1.5
"""Shorter than in the product, so that what a killed process had in hand comes again within the test."""


class Ground:
    """Fresh databases and an empty stream; ``give_back`` at the end."""

    def __init__(self, servers: OwnServers, databases: PostgresForTests, folder: Path) -> None:
        self.servers, self.folder = servers, folder
        self.provider = ProviderForTests(folder)
        self.databases = {name: databases.service_database(name) for name in NAMES}
        self._keyring = databases.service_database("keyring")
        self._made_by = databases
        for name, found in self.databases.items():
            with self.as_owner(name) as conn:
                provision(conn, VIEWS[name], api=found.service.api, worker=found.service.worker)
        self.provision_bus()

    def give_back(self) -> None:
        """Remove the databases, whoever is still connected."""
        for found in (*self.databases.values(), self._keyring):
            self._made_by.remove(found.name)

    def url(self, name: str) -> str:
        """A service's database, with all rights."""
        return self.databases[name].url("admin")

    def setting(self, name: str) -> str:
        """A setting of PostgreSQL, as a new connection finds it."""
        with psycopg.connect(self.url("lamps")) as conn:
            row = conn.execute("select current_setting(%s)", (name,)).fetchone()
        return str(row[0]) if row else ""

    @contextmanager
    def as_owner(self, name: str) -> Iterator[psycopg.Connection[Any]]:
        """A connection that acts as the owner of a service's tables."""
        with psycopg.connect(self.url(name), autocommit=True) as conn:
            conn.execute(sql.SQL("set role {}").format(sql.Identifier(self.databases[name].service.owner)))
            yield conn

    def provision_bus(self, *, max_deliver: int = -1) -> None:
        """Make the stream and the consumer anew: whatever was on the bus is gone."""
        asyncio.run(self._provision_bus(max_deliver))

    async def _provision_bus(self, max_deliver: int) -> None:
        admin = self.servers.bus_user("provision")
        await self._remove_stream(admin)
        await provision_bus(admin, (), Report(), wanted=stream_wanted(64 * 1024 * 1024))
        client = await admin.connect()
        consumer = consumer_wanted(PARTIES[1], "lamps")
        consumer.ack_wait, consumer.max_deliver = ACK_WAIT, max_deliver
        await client.jetstream().add_consumer(STREAM, consumer)
        await client.close()

    def remove_stream(self) -> None:
        """Remove the stream with all that is in it, and its consumer."""
        asyncio.run(self._remove_stream(self.servers.bus_user("provision")))

    async def _remove_stream(self, admin: BusAdmin) -> None:
        client = await admin.connect()
        try:
            jetstream = client.jetstream()
            if STREAM in [str(found.config.name) for found in await jetstream.streams_info()]:
                await jetstream.delete_stream(STREAM)
        finally:
            await client.close()

    def remove_consumer(self) -> None:
        """Remove the switchboard's consumer."""

        async def remove() -> None:
            client = await self.servers.bus_user("provision").connect()
            await client.jetstream().delete_consumer(STREAM, PARTIES[1].consumer("lamps"))
            await client.close()

        asyncio.run(remove())

    def on_the_bus(self) -> int:
        """How many messages the bus has for the switchboard, or awaits an acknowledgement of."""

        async def ask() -> int:
            client = await self.servers.bus_user("monitor").connect()
            info = await client.jetstream().consumer_info(STREAM, PARTIES[1].consumer("lamps"))
            await client.close()
            return (info.num_pending or 0) + (info.num_ack_pending or 0)

        return asyncio.run(ask())

    def values(self, name: str, port: int) -> dict[str, str]:
        """The settings of a service, as texts."""
        where, keys = self.databases[name].parameters, self._keyring.parameters
        return {
            "http_port": str(port),
            "database_host": str(where["host"]),
            "database_port": str(where["port"]),
            "database_name": self.databases[name].name,
            "api_password": self.servers.password,
            "worker_password": self.servers.password,
            "nats_url": self.servers.nats.url,
            "nats_user": name,
            "nats_password": self.servers.password,
            "source_urn_prefix": "urn:nld:kvknr:00000000:systeem:",
            "jwks_file": str(self.provider.file),
            "issuer": ISSUER,
            "audience": AUDIENCE,
            "staff_roles": ",".join(STAFF_ROLES),
            "body_hmac_key_file": self._secret("body.key", base64.b64encode(b"k" * 32).decode()),
            "codes_key_file": self._secret("codes.key", base64.b64encode(b"c" * 32).decode()),
            "keyring_host": str(keys["host"]),
            "keyring_port": str(keys["port"]),
            "keyring_name": self._keyring.name,
            "keyring_password": self.servers.password,
            "kek_file": self._secret("kek", kek_line("kek-1", b"k" * 32)),
        }

    def _secret(self, name: str, text: str) -> str:
        path = self.folder / name
        if not path.exists():
            path.write_text(text)
            path.chmod(0o600)
        return str(path)
