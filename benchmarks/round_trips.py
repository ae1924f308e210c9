"""How often a program waits for PostgreSQL: a door in front of the server that counts questions."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHUNK = 65536


class RoundTrips:
    """Listens on `port` and hands everything on. `count`: how often a side spoke after it was answered."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.count = 0
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let everybody go."""
        for one in (self._listening, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = self._connect()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open += [client, server]
                answered = threading.Event()
                answered.set()
                for one, other, asks in ((client, server, True), (server, client, False)):
                    threading.Thread(
                        target=self._pass_on, args=(one, other, asks, answered), daemon=True
                    ).start()

    def _connect(self) -> socket.socket:
        if self._host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(Path(self._host) / f".s.PGSQL.{self._port}"))
            return server
        server = socket.create_connection((self._host, self._port))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    def _pass_on(
        self, one: socket.socket, other: socket.socket, asks: bool, answered: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := one.recv(CHUNK):
                if not asks:
                    answered.set()
                elif answered.is_set():
                    answered.clear()
                    with self._lock:
                        self.count += 1
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


@contextmanager
def counted(host: str, port: int) -> Iterator[RoundTrips]:
    """A door for as long as the context lasts."""
    door = RoundTrips(host, port)
    try:
        yield door
    finally:
        door.close()
