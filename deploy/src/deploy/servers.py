"""PostgreSQL and the bus of one data folder: embedded and started here, or given by address."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from psycopg.conninfo import conninfo_to_dict

from deploy.addresses import Addresses
from deploy.embedded.bus_accounts import MONITOR, PROVISION, all_accounts
from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.postgres import SUPERUSER, EmbeddedPostgres
from deploy.folder import DataFolder
from deploy.parties import SERVICES
from deploy.partners import partners_in
from deploy.provision.bus import BusAdmin
from deploy.run_file import RunFile


class NotRunning(Exception):
    """Nothing runs on this data folder."""


class Servers:
    """Both servers; start them from the main thread, and only while the data folder is held."""

    def __init__(self, folder: DataFolder, addresses: Addresses) -> None:
        self._folder, self.addresses = folder, addresses
        self.postgres: EmbeddedPostgres | None = None
        self.nats: EmbeddedNats | None = None
        if addresses.postgres_url is None:
            self.postgres = EmbeddedPostgres(
                folder.postgres,
                ports=folder.ports,
                log=folder.logs / "postgres.log",
                superuser_password=folder.secrets.password("postgres"),
            )
        if addresses.nats_url is None:
            accounts = all_accounts(SERVICES, partners_in())
            self.nats = EmbeddedNats(
                folder.nats,
                ports=folder.ports,
                log=folder.logs / "nats.log",
                accounts=accounts,
                passwords={
                    user.name: self.bus_password(user.name) for account in accounts for user in account.users
                },
            )

    def start(self) -> None:
        """Start what is embedded; raises ServerCannotStart, with nothing left running."""
        try:
            if self.postgres is not None:
                self.postgres.start()
            if self.nats is not None:
                self.nats.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what is embedded: the bus first, since everything in it can be sent again."""
        if self.nats is not None:
            self.nats.stop()
        if self.postgres is not None:
            self.postgres.stop()

    @property
    def admin_url(self) -> str:
        """The database administrator's address; only provisioning uses it."""
        if self.postgres is not None:
            return self.postgres.url()
        return self.addresses.postgres_url or ""

    @property
    def database_host(self) -> tuple[str, int]:
        """Where the services find PostgreSQL."""
        parameters = conninfo_to_dict(self.admin_url)
        return str(parameters["host"]), int(parameters.get("port") or 5432)

    @property
    def nats_url(self) -> str:
        """The bus, without a user."""
        if self.nats is not None:
            return self.nats.url
        parts = urlsplit(self.addresses.nats_url or "")
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    @property
    def nats_monitor_url(self) -> str | None:
        """The bus server's own pages, when we know them."""
        if self.nats is not None:
            return f"http://{self.nats.host}:{self.nats.monitor_port}"
        return self.addresses.nats_monitor_url

    @property
    def bus_admin(self) -> BusAdmin:
        """The user that may make the stream: the one in the given address, else `provision`."""
        parts = urlsplit(self.addresses.nats_url or "")
        if parts.username and parts.password:
            return BusAdmin(self.nats_url, parts.username, parts.password)
        return BusAdmin(self.nats_url, PROVISION, self.bus_password(PROVISION))

    @property
    def bus_monitor(self) -> BusAdmin:
        """The user that only looks."""
        return BusAdmin(self.nats_url, MONITOR, self.bus_password(MONITOR), f"_INBOX_{MONITOR}")

    def bus_password(self, user: str) -> str:
        """The generated password of a bus user."""
        return self._folder.secrets.password(f"bus-{user}")

    def role_password(self, role: str) -> str:
        """The generated password of a database role."""
        return self._folder.secrets.password(f"database-{role}")


def running_servers(folder: DataFolder, addresses: Addresses, running: RunFile | None) -> Servers:
    """The servers that another command runs on this folder, to be used and not to be started or stopped.

    Raises NotRunning when there are none that we can tell.
    """
    if running is None:
        raise NotRunning(f"nothing runs on {folder.path}, or it is still starting")
    password = folder.secrets.password("postgres")
    given = Addresses(
        addresses.postgres_url or f"postgresql://{SUPERUSER}:{password}@{running.postgres}/postgres",
        addresses.nats_url or running.nats,
        addresses.nats_monitor_url or running.nats_monitor,
        addresses.stream_bytes,
        addresses.stream_replicas,
    )
    return Servers(folder, given)
