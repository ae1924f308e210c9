"""The configuration of networks, as ``provision`` appended it: readable, never written, by every service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.store.errors import NotFound
from chassis.store.pools import Pool, connection


@dataclass(frozen=True, slots=True)
class NetworkVersion:
    """One version of a network's configuration; ``body`` is its canonical JSON, read."""

    network: str
    version: int
    valid_from: datetime
    body: dict[str, Any]


class Reference:
    """Reads versions; one that was read is kept, since versions never change."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._kept: dict[tuple[str, int], NetworkVersion] = {}

    def current(self, network: str, at: datetime) -> NetworkVersion:
        """The newest version in force at that moment. Raises NotFound."""
        with connection(self._pool) as conn:
            row = conn.execute(
                "select version from reference.network_version where network = %s and valid_from <= %s"
                " order by version desc limit 1",
                (network, at),
                prepare=True,
            ).fetchone()
        if row is None:
            raise NotFound("network")
        return self.version(network, row[0])

    def version(self, network: str, version: int) -> NetworkVersion:
        """Exactly this version: what an event was decided on. Raises NotFound."""
        kept = self._kept.get((network, version))
        if kept is not None:
            return kept
        with connection(self._pool) as conn:
            row = conn.execute(
                "select valid_from, body from reference.network_version where network = %s and version = %s",
                (network, version),
                prepare=True,
            ).fetchone()
        if row is None:
            raise NotFound("network")
        found = NetworkVersion(network, version, row[0], row[1])
        self._kept[network, version] = found
        return found

    def networks(self) -> list[str]:
        """The ids of all networks that are configured here."""
        with connection(self._pool) as conn:
            rows = conn.execute(
                "select distinct network from reference.network_version order by 1"
            ).fetchall()
        return [row[0] for row in rows]
