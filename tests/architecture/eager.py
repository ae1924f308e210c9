"""A module as ours must not be: it opens something when it is imported (a negative control)."""

from __future__ import annotations

import socket

OPEN = socket.create_server(("127.0.0.1", 0))
OPEN.close()
