"""Networks' configurations as versions that every service reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import psycopg

from contracts.network import Network
from deploy.networks import append
from deploy.provision.report import Report


def load_networks(
    connection: psycopg.Connection[tuple[object, ...]],
    networks: Iterable[Network],
    database: str,
    report: Report,
) -> None:
    """Store each network that is new or has changed as a new version, valid from the database's now."""
    for network in networks:
        before = _newest_version(connection, network.id)
        row = connection.execute("select clock.now()").fetchone()
        now = row[0] if row else None
        assert isinstance(now, datetime)  # noqa: S101
        version = append(connection, network, now)
        if version != before:
            report.did(f"database {database}: network {network.id} has version {version}")


def _newest_version(connection: psycopg.Connection[tuple[object, ...]], network: str) -> object:
    row = connection.execute(
        "select max(version) from reference.network_version where network = %s", [network]
    ).fetchone()
    return row[0] if row else None
