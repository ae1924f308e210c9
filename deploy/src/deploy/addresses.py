"""Where the servers are, from the environment: empty for the embedded ones, else the addresses of real ones.

::

    WAAKVLAM_POSTGRES_URL      postgresql://admin:password@host:5432/postgres  (may make databases and roles)
    WAAKVLAM_NATS_URL          nats://host:4222; accounts as `waakvlam provision --bus-accounts` prints
    WAAKVLAM_NATS_MONITOR_URL  http://host:8222, only for `status` and `doctor`
    WAAKVLAM_STREAM_BYTES      bound of the stream CASES (2 GiB)
    WAAKVLAM_STREAM_REPLICAS   copies of the stream in a cluster (1)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from deploy.provision.bus import GIBIBYTE

PREFIX = "WAAKVLAM_"
KNOWN = ("POSTGRES_URL", "NATS_URL", "NATS_MONITOR_URL", "STREAM_BYTES", "STREAM_REPLICAS")
OURS_TOO = ("DATA", "PYTHON", "TEST_INFRA", "TEST_BUS_PASSWORD", "TEST_POSTGRES_BIN")


class BrokenAddresses(Exception):
    """Settings of the command that cannot be used; the text names every one of them, without its value."""


@dataclass(frozen=True)
class Addresses:
    """What the environment says; None means embedded."""

    postgres_url: str | None = None
    nats_url: str | None = None
    nats_monitor_url: str | None = None
    stream_bytes: int = 2 * GIBIBYTE
    stream_replicas: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Addresses:
        """Read and check all of them; raises BrokenAddresses with every fault at once."""
        values = {name: environment.get(PREFIX + name) or None for name in KNOWN}
        faults = [
            f"{name} is not a setting of this command"
            for name in sorted(environment)
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in (*KNOWN, *OURS_TOO)
        ]
        if (url := values["POSTGRES_URL"]) is not None and not _is_conninfo(url):
            faults.append(
                "WAAKVLAM_POSTGRES_URL must look like postgresql://user:password@host:port/database"
            )
        for name, schemes in (("NATS_URL", ("nats", "tls")), ("NATS_MONITOR_URL", ("http", "https"))):
            if (url := values[name]) is not None and not _is_url(url, schemes):
                faults.append(f"{PREFIX}{name} must begin with {schemes[0]}:// and name a host")
        numbers = {"STREAM_BYTES": 2 * GIBIBYTE, "STREAM_REPLICAS": 1}
        for name in numbers:
            text = values[name]
            if text is not None and text.isdigit() and int(text) > 0:
                numbers[name] = int(text)
            elif text is not None:
                faults.append(f"{PREFIX}{name} must be a whole number above 0")
        if faults:
            raise BrokenAddresses("\n".join(faults))
        return cls(
            values["POSTGRES_URL"],
            values["NATS_URL"],
            values["NATS_MONITOR_URL"],
            numbers["STREAM_BYTES"],
            numbers["STREAM_REPLICAS"],
        )


def _is_conninfo(url: str) -> bool:
    try:
        return url.startswith(("postgresql://", "postgres://")) and bool(conninfo_to_dict(url).get("host"))
    except ProgrammingError:
        return False


def _is_url(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname)
    except ValueError:
        return False
