"""Looks at every case again and again, as auditors, and notes each part that nobody is there for."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event, Thread
from types import TracebackType
from typing import Any

import httpx2

from deploy.casefile_api import auditor_token
from deploy.operating import Operations

BUSY = 503


class Sampling:
    """A context; ``looks``: how many times it looked at a case, ``alone``: what was wrong (design §8.2)."""

    def __init__(self, casefile: str, operations: Operations, organisations: Iterable[str]) -> None:
        self.looks = 0
        self.alone: list[str] = []
        self.fault: BaseException | None = None
        self._tokens = [auditor_token(operations, organisation) for organisation in organisations]
        self._client = httpx2.Client(base_url=casefile, timeout=10.0, trust_env=False)
        self._enough = Event()
        self._thread = Thread(target=self._run, name="sampling")

    def __enter__(self) -> Sampling:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._enough.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        try:
            while not self._enough.wait(0.1):
                for token in self._tokens:
                    self._look({"Authorization": f"Bearer {token}"})
        except BaseException as fault:  # a test shows it
            self.fault = fault

    def _look(self, headers: dict[str, str]) -> None:
        following: str | None = "/v1/cases?limit=100"
        while following:
            answer = self._client.get(following, headers=headers)
            if answer.status_code == BUSY:  # nothing is shown without a record; the next round looks again
                return
            answer.raise_for_status()
            page = answer.json()
            for case in page["items"]:
                self.looks += 1
                self.alone += [f"{case['number']} at {case['changedAt']}" for _ in parts_alone(case)]
            following = (page["_links"].get("next") or {}).get("href")


def parts_alone(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The open parts without a responsible person and without a place on a coordinator's list."""
    return [
        part
        for part in case["parts"]
        if part["closedFor"] is None and part["responsible"] is None and not part["onList"]
    ]
