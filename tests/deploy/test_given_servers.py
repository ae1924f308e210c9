"""Servers given by address are provisioned and used, and neither started nor stopped."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg

from deploy.addresses import Addresses
from deploy.folder import DataFolder
from deploy.run_file import RunFile
from deploy.servers import Servers
from deploy.stack import Stack


def test_given_servers_are_provisioned_and_left_running(data: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    with DataFolder(data) as theirs:
        servers = Servers(theirs, Addresses())
        servers.start()
        try:
            with DataFolder(ours) as folder:
                for password in theirs.secrets.folder.glob("bus-*"):
                    shutil.copy2(password, folder.secrets.path(password.name))
            admin = servers.bus_admin
            given = Addresses(
                postgres_url=servers.admin_url,
                nats_url=f"nats://{admin.user}:{admin.password}@{servers.nats_url.removeprefix('nats://')}",
            )
            told: list[str] = []
            with Stack(ours, given, services=(), tell=told.append) as stack:
                assert (stack.servers.postgres, stack.servers.nats) == (None, None)
                running = RunFile.read(stack.folder.run_file)
                assert running is not None
                assert running.servers == []
                assert running.nats == servers.nats_url
            assert "database casefile made" in told
            assert "stream CASES made" in told
            assert not (ours / "postgres").exists()
            assert not (ours / "nats").exists()
            psycopg.connect(servers.admin_url).close()
            assert servers.nats is not None
            assert servers.nats.is_running()
            # A server that others use too keeps its maintenance databases as they are.
            assert "database postgres closed to everyone" not in told
        finally:
            servers.stop()
