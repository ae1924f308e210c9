"""A port that a stranger took first does not make a service ready."""

from __future__ import annotations

import os
import socket

from deploy.stack import listens_itself


def test_a_stranger_on_the_port_is_not_our_service() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert listens_itself(os.getpid(), address)
        assert not listens_itself(os.getppid(), address)
    assert not listens_itself(os.getpid(), address)
