"""The embedded servers are closed to everyone without a password and to every other machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.deploy.conftest import choose_ports

from deploy.addresses import Addresses
from deploy.embedded.account import server_account
from deploy.folder import DataFolder
from deploy.servers import Servers


@contextmanager
def running(data: Path) -> Iterator[Servers]:
    with DataFolder(data) as folder:
        servers = Servers(folder, Addresses())
        servers.start()
        try:
            yield servers
        finally:
            servers.stop()


def shown(connection: psycopg.Connection[tuple[object, ...]], name: str) -> object:
    row = connection.execute("select current_setting(%s)", [name]).fetchone()
    return row[0] if row else None


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_what_is_written_survives_a_restart_at_the_same_address(data: Path) -> None:
    choose_ports(data)
    with running(data) as servers:
        first = servers.admin_url, servers.nats_url
        with psycopg.connect(servers.admin_url) as connection:
            connection.execute("create table kept as select 42 as answer")
    with running(data) as servers:
        assert (servers.admin_url, servers.nats_url) == first
        with psycopg.connect(servers.admin_url) as connection:
            assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_taken_port_is_replaced(data: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with DataFolder(data) as folder:
            assert folder.ports.pick("postgres", port) != port
            (data / "ports.json").write_text(f'{{"postgres": {port}}}')
            assert folder.ports.pick("postgres") != port


def test_postgres_is_hardened(data: Path) -> None:
    with running(data) as servers, psycopg.connect(servers.admin_url) as connection:
        assert shown(connection, "data_checksums") == "on"
        assert shown(connection, "fsync") == "on"
        assert shown(connection, "full_page_writes") == "on"
        assert shown(connection, "synchronous_commit") == "on"
        assert shown(connection, "password_encryption") == "scram-sha-256"
        assert shown(connection, "listen_addresses") == "127.0.0.1"
        assert shown(connection, "unix_socket_directories") == ""
        rules = connection.execute("select auth_method, error from pg_hba_file_rules").fetchall()
        assert {method for method, _ in rules} == {"scram-sha-256", "reject"}
        assert all(error is None for _, error in rules)
        stored = connection.execute(
            "select rolpassword from pg_authid where rolpassword is not null"
        ).fetchall()
        assert all(str(password).startswith("SCRAM-SHA-256$") for (password,) in stored)


def test_what_was_loosened_by_hand_is_closed_at_the_next_start(data: Path) -> None:
    with running(data):
        pass
    hba, auto = data / "postgres" / "pg_hba.conf", data / "postgres" / "postgresql.auto.conf"
    hba.write_text("host all all 0.0.0.0/0 trust\n")
    auto.write_text("fsync = off\nlisten_addresses = '*'\n")
    with running(data) as servers, psycopg.connect(servers.admin_url) as connection:
        assert shown(connection, "fsync") == "on"
        assert shown(connection, "listen_addresses") == "127.0.0.1"
        assert (
            connection.execute("select 1 from pg_hba_file_rules where auth_method = 'trust'").fetchone()
            is None
        )


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_connects_without_the_password(data: Path, password: str) -> None:
    with running(data) as servers:
        url = make_conninfo(servers.admin_url, password=password, passfile="/nonexistent")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)


def test_servers_listen_on_loopback_only(data: Path) -> None:
    with running(data) as servers:
        assert servers.postgres is not None
        assert servers.nats is not None
        pids = {server.process.pid for server in (servers.postgres, servers.nats) if server.process}
        listening = [
            found.laddr
            for pid in pids
            for found in psutil.Process(pid).net_connections("inet")
            if found.status == psutil.CONN_LISTEN
        ]
        assert len(listening) == 3
        assert {address.ip for address in listening} == {"127.0.0.1"}


def test_secrets_and_server_files_are_closed_to_others(data: Path) -> None:
    data.parent.chmod(0o700)
    with running(data) as servers:
        servers.role_password("intake_api")
        assert mode(data / "secrets") == 0o700
        assert {mode(path) for path in (data / "secrets").iterdir()} == {0o600}
        assert mode(data / "postgres") == 0o700
        assert mode(data / "nats") == 0o700
        assert mode(data / "nats" / "nats-server.conf") == 0o600
        assert mode(data.parent) == 0o700
        assert mode(data) in (0o700, 0o711)
        logs = [path.read_text(errors="replace") for path in (data / "logs").iterdir()]
        configuration = (data / "nats" / "nats-server.conf").read_text()
        for path in (data / "secrets").iterdir():
            assert path.read_text() not in configuration
            assert not any(path.read_text() in log for log in logs)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_as_root_the_servers_run_as_somebody_else(data: Path) -> None:
    account = server_account()
    assert account is not None
    with running(data) as servers:
        for server in (servers.postgres, servers.nats):
            assert server is not None
            assert server.process is not None
            assert set(psutil.Process(server.process.pid).uids()) == {account.uid}


def test_bus_syncs_before_it_acknowledges_and_gives_no_account_to_strangers(data: Path) -> None:
    with running(data) as servers:
        text = (data / "nats" / "nats-server.conf").read_text()
        assert "sync_interval: always" in text
        assert f'listen: "127.0.0.1:{servers.nats_url.rpartition(":")[2]}"' in text
        assert "no_auth_user" not in text
