"""Clients that try again: one key per intention, until somebody answers or their patience ends."""

from __future__ import annotations

import random
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import httpx2
from tests.faults.oracle import same_answer
from tests.faults.record import Command, Record

Headers = Callable[[], Mapping[str, str]]
TRY_SECONDS = 4.0
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once: each client would read all certificates of this machine, and none is ever needed."""


class Client:
    """One person's client; not for several threads at once.

    ``loses`` is the share of answers that never reach it: the server did its work, the reply got lost.
    """

    def __init__(
        self,
        name: str,
        address: str,
        headers: Headers,
        record: Record,
        chance: random.Random,
        *,
        loses: float = 0.0,
    ) -> None:
        self.name, self.record, self.chance = name, record, chance
        self.http = httpx2.Client(base_url=address, timeout=TRY_SECONDS, trust_env=False, verify=NO_TLS)
        self._headers, self._loses = headers, loses
        self._pause = threading.Event()

    def ask(self, path: str, body: Mapping[str, Any] | None = None, *, patience: float = 30.0) -> Command:
        """Send a command until it is answered below 500, at most for ``patience`` seconds."""
        command = self.record.begin(path, body or {}, self.new_key())
        ends = monotonic() + patience
        while True:
            self.before_try(command)
            command.tries += 1
            response = self._try(command)
            if response is not None and response.status_code < 500:
                command.status = response.status_code
                command.outcome = "applied" if response.status_code < 300 else "refused"
                command.answer = response.json() if response.status_code < 300 else None
                return command
            if monotonic() > ends:
                return command
            self._pause.wait(self.chance.uniform(0.02, 0.2))

    def new_key(self) -> str:
        """A key for an intention."""
        return f"{self.name}-{self.chance.getrandbits(96):x}"

    def before_try(self, command: Command) -> None:
        """The key stays the same at every try. (A control changes this.)"""

    def _try(self, command: Command) -> httpx2.Response | None:
        headers = {**self._headers(), "Idempotency-Key": command.key}
        try:
            response = self.http.post(command.path, json=dict(command.body), headers=headers)
        except httpx2.HTTPError:
            return None
        return None if self.chance.random() < self._loses else response

    def get(self, path: str) -> httpx2.Response:
        """Ask a question, once."""
        return self.http.get(path, headers=dict(self._headers()))

    def settle(self, command: Command, within: float = 30.0) -> None:
        """P2: ask what became of a command that nobody answered."""
        ends = monotonic() + within
        while command.outcome == "unknown":
            try:
                response = self.get(f"/v1/commands/{command.key}")
            except httpx2.HTTPError:
                response = None
            if response is not None and response.status_code == 200:
                found = response.json()
                command.outcome = "applied" if found["status"] == "applied" else "not applied"
                command.answer = found["answer"]
            elif monotonic() > ends:
                return
            else:
                self._pause.wait(0.1)

    def ask_again(self, commands: Sequence[Command]) -> list[str]:
        """P3: the same key and body, the same answer; the same key and another body, 409."""
        objections = []
        for command in commands:
            headers = {**self._headers(), "Idempotency-Key": command.key}
            again = self.http.post(command.path, json=dict(command.body), headers=headers)
            given = command.answer if command.outcome == "applied" else None
            if command.status is not None and again.status_code != command.status:
                objections.append(f"P3: {command.path} gave {command.status}, again {again.status_code}")
            elif given is not None and not same_answer(given, again.json()):
                objections.append(f"P3: {command.path} gave another answer to the same key")
            # Another path stands for another request as well as another body does.
            other = self.http.post(command.path + "?other=1", json=dict(command.body), headers=headers)
            if other.status_code not in (400, 409):
                objections.append(f"P3: {command.path} took a key for another request: {other.status_code}")
        return objections

    def close(self) -> None:
        """Leave."""
        self.http.close()


class ForgetfulClient(Client):
    """CONTROL: makes a new key at each try, so that a command whose reply was lost is applied twice."""

    def before_try(self, command: Command) -> None:
        command.key = self.new_key()


Story = Callable[[Client], None]
P = TypeVar("P")


class Crowd:
    """Clients at work in threads, each telling its story again and again until it is told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._faults: list[BaseException] = []

    def add(self, client: P, story: Callable[[P], None]) -> None:
        """One more at work."""

        def work() -> None:
            try:
                while not self._stopping.is_set():
                    story(client)
            except BaseException as fault:
                self._faults.append(fault)

        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    @property
    def busy(self) -> bool:
        """Whether somebody is still finishing."""
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Ask all of them to finish their present story."""
        self._stopping.set()

    def check(self) -> None:
        """Raises what went wrong in a client, if anything did."""
        for fault in self._faults:
            raise fault


@contextmanager
def crowd() -> Iterator[Crowd]:
    """Clients that never outlive the context."""
    found = Crowd()
    try:
        yield found
    finally:
        found.stop()
        for thread in found._threads:
            thread.join(60.0)
