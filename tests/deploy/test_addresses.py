"""Addresses of real servers replace the embedded ones; every fault is named at once, without its value."""

from __future__ import annotations

import pytest

from deploy.addresses import Addresses, BrokenAddresses
from deploy.provision.bus import GIBIBYTE


def test_nothing_said_means_embedded() -> None:
    found = Addresses.from_environment({"PATH": "/bin", "WAAKVLAM_POSTGRES_URL": ""})
    assert (found.postgres_url, found.nats_url, found.stream_bytes) == (None, None, 2 * GIBIBYTE)


def test_addresses_are_taken_as_given() -> None:
    found = Addresses.from_environment(
        {
            "WAAKVLAM_POSTGRES_URL": "postgresql://admin:secret@db.example:5433/postgres",
            "WAAKVLAM_NATS_URL": "tls://bus.example:4222",
            "WAAKVLAM_STREAM_BYTES": "1048576",
            "WAAKVLAM_STREAM_REPLICAS": "3",
        }
    )
    assert found.nats_url == "tls://bus.example:4222"
    assert (found.stream_bytes, found.stream_replicas) == (1048576, 3)


def test_every_fault_is_named_at_once_and_no_secret_is_shown() -> None:
    with pytest.raises(BrokenAddresses) as broken:
        Addresses.from_environment(
            {
                "WAAKVLAM_POSTGRES_URL": "mysql://admin:hunter2@db/x",
                "WAAKVLAM_NATS_URL": "http://hunter2@bus",
                "WAAKVLAM_STREAM_BYTES": "lots",
                "WAAKVLAM_NAST_URL": "hunter2",
            }
        )
    told = str(broken.value)
    assert len(told.splitlines()) == 4
    for name in ("POSTGRES_URL", "NATS_URL", "STREAM_BYTES", "NAST_URL"):
        assert f"WAAKVLAM_{name}" in told
    assert "hunter2" not in told
