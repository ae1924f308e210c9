"""Everything running on one data folder: servers, what is provisioned on them, and the services."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import httpx2
import psutil
from psycopg.conninfo import make_conninfo

from deploy.addresses import Addresses
from deploy.embedded.faults import ServerCannotStart
from deploy.embedded.server import last_lines
from deploy.folder import DataFolder
from deploy.parties import KEYRING, SERVICES, Service
from deploy.provision.everything import Target, provision_everything
from deploy.provision.report import Report
from deploy.run_file import RunFile, Running
from deploy.servers import Servers
from deploy.service_environment import http_port, service_environment
from deploy.sign_in_check import check as check_sign_in
from deploy.sign_in_check import chosen as chosen_sign_in
from deploy.supervisor import ServiceProcess, Supervisor

READY_WITHIN = 60.0
Tell = Callable[[str], None]


def silent(_line: str) -> None:
    """Says nothing."""


class Stack:
    """A whole Waakvlam; a context from the first server up to the last one down.

    Entering raises AlreadyRunning, DataFolderRefused, ServerCannotStart, ProvisionRefused, with nothing left
    running. Enter it,
    leave it and call `watch_until` in the main thread; other threads may use the addresses.
    """

    def __init__(
        self,
        data: Path,
        addresses: Addresses,
        *,
        adjustable: bool = False,
        split: bool = False,
        services: Sequence[Service] = SERVICES,
        before_services: Callable[[Servers], None] | None = None,
        tell: Tell = silent,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.folder = DataFolder(data)
        self.urls: dict[str, str] = {}
        self.processes: list[ServiceProcess] = []
        self._addresses, self._adjustable, self._split, self._tell = addresses, adjustable, split, tell
        self._services, self._before_services, self._cancelled = services, before_services, cancelled
        self._servers: Servers | None = None
        self._started_at = datetime.now(UTC)
        self.supervisor = Supervisor(tell, self._write_run_file)

    @property
    def servers(self) -> Servers:
        """The servers, once they run."""
        if self._servers is None:
            raise RuntimeError("the stack was not started")
        return self._servers

    def __enter__(self) -> Stack:
        self.folder.hold()
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def watch_until(self, finished: Callable[[], bool]) -> None:
        """Keep everything running until something else is finished."""
        self.supervisor.watch_until(finished)

    def _start(self) -> None:
        sign_in = chosen_sign_in(SERVICES, os.environ)
        self._tell("starting PostgreSQL and the bus")
        self._servers = servers = Servers(self.folder, self._addresses)
        servers.start()
        for name, server in (("PostgreSQL", servers.postgres), ("nats-server", servers.nats)):
            if server is not None:
                self.supervisor.watch(name, server)
        self._tell("provisioning databases, streams and rights")
        provision_everything(target_of(servers, adjustable=self._adjustable), Report(tell=self._tell))
        keyring = make_conninfo(servers.admin_url, dbname=KEYRING)
        check_sign_in(keyring, self.folder.secrets, sign_in)
        if self._before_services is not None:
            self._before_services(servers)
        self._start_services(servers)

    def _start_services(self, servers: Servers) -> None:
        ports = {service.name: http_port(self.folder, service) for service in self._services}
        for service in self._services:
            roles = ("api", "worker") if self._split and service.on_bus else ("all",)
            for role in roles:
                part = "worker" if role == "worker" else ""
                port = http_port(self.folder, service, part) if part else ports[service.name]
                self._start_service(servers, service, role, port, ports)
        self._write_run_file()
        self._wait_for_all()

    def _start_service(
        self, servers: Servers, service: Service, role: str, port: int, ports: dict[str, int]
    ) -> None:
        environment = service_environment(
            service, self.folder, servers, ports, port=port, adjustable=self._adjustable
        )
        name = service.name if role in ("all", "api") else f"{service.name} {role}"
        settings = environment.get(f"{service.name.upper()}_HTTP_PORT", str(port))
        host = environment.get(f"{service.name.upper()}_HTTP_HOST", "127.0.0.1")
        command = [sys.executable, "-m", service.name, "serve", *(() if role == "all" else ("--role", role))]
        log = self.folder.logs / f"{name.replace(' ', '-')}.log"
        process = ServiceProcess(name, command, environment, log, f"http://{host}:{settings}")
        process.start()
        self.urls[name] = process.address
        self.processes.append(process)
        self.supervisor.watch(name, process)

    def _wait_for_all(self) -> None:
        until = time.monotonic() + READY_WITHIN
        waiting = {process.name: process for process in self.processes}
        with httpx2.Client(timeout=2.0, trust_env=False) as client:
            while waiting and not self._cancelled():
                for name, process in list(waiting.items()):
                    if not process.is_running():
                        raise ServerCannotStart(
                            f"{name} ended while starting (code {process.code}).\n{last_lines(process.log)}"
                        )
                    if listens_itself(process.pid, process.address) and is_ready(client, process.address):
                        del waiting[name]
                        self._tell(f"{name} is ready at {process.address}")
                if waiting and time.monotonic() > until:
                    names = ", ".join(waiting)
                    log = next(iter(waiting.values())).log
                    raise ServerCannotStart(
                        f"not ready within {READY_WITHIN:.0f} s: {names}.\n{last_lines(log)}"
                    )
                time.sleep(0.05)

    def _stop(self) -> None:
        for process in self.processes:
            process.ask_to_stop()
        for process in self.processes:
            process.stop()
        if self._servers is not None:
            self._servers.stop()
        with suppress(OSError):
            self.folder.run_file.unlink(missing_ok=True)
        self.folder.release()

    def _write_run_file(self) -> None:
        servers, restarts = self.servers, self.supervisor.restarts
        host, port = servers.database_host
        running = [
            Running(name, server.process.pid, f"{server.host}:{server.port}", restarts.get(name, 0))
            for name, server in (("PostgreSQL", servers.postgres), ("nats-server", servers.nats))
            if server is not None and server.process is not None
        ]
        services = [
            Running(each.name, each.pid, each.address, restarts.get(each.name, 0)) for each in self.processes
        ]
        RunFile(
            os.getpid(),
            self._started_at.isoformat(timespec="seconds"),
            f"{host}:{port}",
            servers.nats_url,
            servers.nats_monitor_url,
            self._adjustable,
            running,
            services,
        ).write(self.folder.run_file)


def target_of(servers: Servers, *, adjustable: bool = False) -> Target:
    """What to provision on these servers."""
    return Target(
        servers.admin_url,
        servers.bus_admin,
        servers.role_password,
        servers.addresses.stream_bytes,
        servers.addresses.stream_replicas,
        adjustable,
        whole_server=servers.postgres is not None,
    )


def is_ready(client: httpx2.Client, address: str) -> bool:
    """Whether a service says that it can serve."""
    try:
        return client.get(f"{address}/v1/health/ready").status_code == 200
    except httpx2.HTTPError:
        return False


def listens_itself(pid: int, address: str) -> bool:
    """Whether that very process listens at the address: a stranger who took the port first is not ours."""
    port = urlsplit(address).port
    try:
        sockets = psutil.Process(pid).net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in sockets)
