"""Programs that serve HTTP as processes of their own, and the clients that ask them."""

from __future__ import annotations

import json
import multiprocessing
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from benchmarks.clients import Work

PATIENCE = 30.0
Question = tuple[str, dict[str, Any]]


def a_free_port() -> int:
    """A port on this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def served(serve: Callable[..., None], arguments: tuple[Any, ...], port: int) -> Iterator[None]:
    """A process that serves for as long as the context lasts."""
    process = multiprocessing.get_context("spawn").Process(target=serve, args=arguments, daemon=True)
    process.start()
    try:
        _until_it_listens(process, port)
        yield
    finally:
        process.terminate()
        process.join(15.0)
        if process.is_alive():
            process.kill()


def _until_it_listens(process: Any, port: int) -> None:
    ends = monotonic() + PATIENCE
    while monotonic() < ends and process.is_alive():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise RuntimeError("a program of the benchmark does not serve")


class NotDone(Exception):
    """A command was not applied; the text is the answer."""


class Asker:
    """One client with one connection that stays open."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30.0)
        self._headers = {"Content-Type": "application/json", **headers}

    def do(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command under a key of its own, that must be applied."""
        key = {"Idempotency-Key": uuid4().hex}
        self._connection.request("POST", path, json.dumps(body).encode(), self._headers | key)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 201:
            raise NotDone(f"{answer.status} {content[:500]!r}")
        found: dict[str, Any] = json.loads(content)
        return found

    def persist(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The same, of a program that has just been started: it may not have its connections yet."""
        ends = monotonic() + PATIENCE
        while True:
            try:
                return self.do(path, body)
            except (NotDone, HTTPException):
                if monotonic() > ends:
                    raise


def asking(port: int, headers: dict[str, str], questions: Sequence[Question]) -> Work:
    """A client that sends these commands, round and round."""
    asker, each = Asker(port, headers), cycle(questions)

    def ask() -> None:
        asker.do(*next(each))

    return ask
