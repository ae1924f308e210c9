"""`waakvlam provision`: every database, the key ring, the bus; may be begun again anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from contracts.network import Network
from deploy.home import NETWORKS
from deploy.networks import BrokenNetworks, load_all
from deploy.parties import SERVICES
from deploy.partners import partners_of
from deploy.provision.bus import BusAdmin, provision_bus, stream_wanted
from deploy.provision.databases import LOCK, admin_connection, close_to_everyone, provision_databases
from deploy.provision.network_versions import load_networks
from deploy.provision.report import ProvisionRefused, Report
from deploy.provision.service_database import (
    accepts,
    adjustable_clock,
    database_of,
    fill_keyring_database,
    fill_service_database,
    keyring_database,
)


@dataclass(frozen=True)
class Target:
    """What to provision: the administrator's addresses and the passwords to give."""

    postgres_url: str
    bus: BusAdmin
    role_password: Callable[[str], str]
    stream_bytes: int
    stream_replicas: int = 1
    adjustable: bool = False
    whole_server: bool = False
    networks: Path = NETWORKS


def provision_everything(target: Target, report: Report) -> None:
    """Make what is missing, compare what is there; raises ProvisionRefused when it cannot go on.

    With `adjustable`, the clocks of the services' databases may be moved (a demo). With `whole_server`, the
    server is ours alone
    and its maintenance databases are closed too.
    """
    try:
        networks = load_all(target.networks)
    except BrokenNetworks as broken:
        raise ProvisionRefused(f"a network's configuration cannot be used:\n{broken}") from None
    try:
        with closing(admin_connection(target.postgres_url)) as connection:
            # Held until this connection closes: a second provision waits, then finds nothing to do.
            connection.execute("select pg_advisory_lock(%s)", [LOCK])
            _databases(target, networks, connection, report)
            wanted = stream_wanted(target.stream_bytes, target.stream_replicas)
            partners = partners_of(networks)
            asyncio.run(provision_bus(target.bus, SERVICES, report, wanted=wanted, partners=partners))
    except psycopg.OperationalError as fault:
        raise ProvisionRefused(f"PostgreSQL cannot be reached: {_first_line(fault)}") from fault
    except psycopg.Error as fault:
        raise ProvisionRefused(f"PostgreSQL refuses: {_first_line(fault)}") from fault


def _databases(
    target: Target,
    networks: Sequence[Network],
    connection: psycopg.Connection[tuple[object, ...]],
    report: Report,
) -> None:
    databases = [database_of(service, target.role_password) for service in SERVICES]
    keyring = keyring_database(target.role_password)
    provision_databases(
        connection,
        [*databases, keyring],
        report,
        lambda database, login: accepts(target.postgres_url, database, login),
    )
    if target.whole_server:
        close_to_everyone(connection, ("postgres", "template1"), report)
    for service, database in zip(SERVICES, databases, strict=True):
        with closing(admin_connection(target.postgres_url, database.name)) as inside:
            fill_service_database(inside, service, database.name, report)
            load_networks(inside, networks, database.name, report)
            if target.adjustable:
                adjustable_clock(inside, database.name, report)
    with closing(admin_connection(target.postgres_url, keyring.name)) as inside:
        fill_keyring_database(inside, keyring.name, report)


def _first_line(fault: psycopg.Error) -> str:
    return str(fault.diag.message_primary or fault).splitlines()[0]
