"""TCP ports on the loopback address, remembered so that addresses stay the same over restarts."""

from __future__ import annotations

import json
import secrets
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def any_free() -> int:
    """A free port below those lent to outgoing connections, so that a restart likely finds it free."""
    for _ in range(200):
        port = 20_000 + secrets.randbelow(12_000)
        if is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


class Ports:
    """The ports that this data folder uses, by name."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def pick(self, name: str, wanted: int | None = None) -> int:
        """The remembered port, else the wanted one, else any; a taken one is replaced. Remembers which."""
        known = self._known()
        others = {port for key, port in known.items() if key != name}
        for candidate in (known.get(name), wanted):
            if candidate is not None and candidate not in others and is_free(candidate):
                break
        else:
            candidate = any_free()
            while candidate in others:
                candidate = any_free()
        if known.get(name) != candidate:
            known[name] = candidate
            self._file.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="ascii")
        return candidate

    def forget(self, name: str) -> None:
        """Choose anew next time."""
        known = self._known()
        if known.pop(name, None) is not None:
            self._file.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="ascii")

    def _known(self) -> dict[str, int]:
        try:
            return {
                str(name): int(port)
                for name, port in json.loads(self._file.read_text(encoding="ascii")).items()
            }
        except (FileNotFoundError, ValueError, AttributeError):
            return {}
