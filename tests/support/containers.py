"""The same servers as containers, where Docker is there."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.infrastructure import InfrastructureAbsent

from deploy.embedded.bus_accounts import BusAccount
from deploy.embedded.nats_configuration import configuration_text

POSTGRES_IMAGE, NATS_IMAGE = "postgres:18", "nats:2.15"
DOCKER_SOCKET = Path("/var/run/docker.sock")


@contextmanager
def containers(accounts: Sequence[BusAccount]) -> Iterator[tuple[str, str, str]]:
    """PostgreSQL's superuser address, the bus address and its users' password.

    Raises InfrastructureAbsent where Docker does not answer.
    """
    _look_for_docker()
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import wait_for_logs

    password = "w" + secrets.token_hex(16)
    with ExitStack() as running, tempfile.TemporaryDirectory(prefix="waakvlam-test-") as folder:
        configuration = Path(folder, "nats-server.conf")
        # Every address of its own container; Docker decides who reaches it.
        text = configuration_text(accounts, listen=":4222", http=":8222", store="/data")
        configuration.write_text(text, encoding="utf-8")
        configuration.chmod(0o644)
        Path(folder).chmod(0o755)
        postgres = (
            DockerContainer(POSTGRES_IMAGE)
            .with_env("POSTGRES_PASSWORD", password)
            .with_env("POSTGRES_INITDB_ARGS", "--data-checksums")
            .with_command("postgres -c max_connections=200 -c fsync=off")
            .with_exposed_ports(5432)
        )
        nats = (
            DockerContainer(NATS_IMAGE)
            .with_volume_mapping(str(configuration), "/nats-server.conf", "ro")
            .with_command("-c /nats-server.conf")
            .with_exposed_ports(4222)
        )
        for account in accounts:
            for user in account.users:
                nats = nats.with_env(user.variable(account.name), password)
        running.enter_context(postgres)
        running.enter_context(nats)
        wait_for_logs(postgres, r"init process complete(.|\n)*ready to accept connections", 60)
        wait_for_logs(nats, "Server is ready", 60)
        host = postgres.get_container_host_ip()
        yield (
            f"postgresql://postgres:{password}@{host}:{postgres.get_exposed_port(5432)}/postgres",
            f"nats://{nats.get_container_host_ip()}:{nats.get_exposed_port(4222)}",
            password,
        )


def _look_for_docker() -> None:
    """Ask Docker itself, before testcontainers is loaded: without Docker its client leaves sockets open."""
    import http.client
    import os
    import socket

    class OverSocket(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(5)
            self.sock.connect(str(DOCKER_SOCKET))

    if "DOCKER_HOST" in os.environ:
        return
    connection = OverSocket("localhost")
    try:
        connection.request("GET", "/_ping")
        connection.getresponse().read()
    except OSError as fault:
        reason = f"WAAKVLAM_TEST_INFRA=containers needs Docker: {DOCKER_SOCKET} does not answer"
        raise InfrastructureAbsent(reason) from fault
    finally:
        if connection.sock is not None:
            connection.sock.close()
