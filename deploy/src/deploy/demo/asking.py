"""Asking services over their public HTTP API, as any client would: with tokens, keys and bounded patience."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from threading import Event
from typing import Any, TypeVar

import httpx2

from deploy.demo.voices import Tokens, Voice

T = TypeVar("T")
Answer = dict[str, Any]
PATIENCE = 30.0
"""Seconds that a step across services, or a service that says 503, is waited for."""


class NotDone(Exception):
    """A step was not done; the text names the case's number, the step and why, and nobody."""


class Stopped(Exception):
    """Somebody asked the demo to stop."""


class Refusal(Exception):
    """A service refused a command: 4xx; ``title`` is its reason."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status, self.title = status, title
        super().__init__(f"{status} {title}: {detail}")


class Asking:
    """The services by name, and one connection pool; threads may share it."""

    def __init__(self, urls: Mapping[str, str], tokens: Tokens, run: str, stopping: Event) -> None:
        self.urls, self.run, self.stopping = dict(urls), run, stopping
        self._tokens = tokens
        # Services close a connection that was silent for five seconds; ours are given up before.
        limits = httpx2.Limits(max_connections=16, keepalive_expiry=4.0)
        self._client = httpx2.Client(timeout=15.0, trust_env=False, limits=limits)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def do(self, voice: Voice, service: str, path: str, body: Answer, key: str) -> Answer:
        """A command. The same key on the same run is the same command, so that it can be sent again.

        Raises Refusal, and NotDone when the service does not answer in time.
        """
        headers = {"Idempotency-Key": f"{self.run}-{key}"}
        answer = self._send(voice, "POST", service, path, json=body, headers=headers)
        if answer.status_code >= 400:
            told = _told(answer)
            faults = "; ".join(str(fault) for fault in told.get("faults", []))
            detail = " ".join(filter(None, [str(told.get("detail", "")), faults]))
            raise Refusal(answer.status_code, str(told.get("title", "")), detail)
        return _told(answer)

    def look(self, voice: Voice, service: str, path: str) -> Answer | None:
        """A question; None when there is no such thing (yet). Raises NotDone."""
        answer = self._send(voice, "GET", service, path)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code != 200:
            raise NotDone(f"{service} answers {answer.status_code} to a question ({_told(answer)})")
        return _told(answer)

    def items(self, voice: Voice, service: str, path: str) -> Iterator[Answer]:
        """Every item of a list, page by page. Raises NotDone."""
        following: str | None = f"{path}{'&' if '?' in path else '?'}limit=100"
        while following:
            page = self.look(voice, service, following)
            if page is None:
                return
            yield from page["items"]
            following = (page["_links"].get("next") or {}).get("href", "").removeprefix("/v1") or None

    def until(self, fact: Callable[[], T | None], within: float = PATIENCE) -> T | None:
        """The fact's first value that is not None; None when it did not come in time. Raises Stopped."""
        ends, pause = time.monotonic() + within, 0.01
        while (found := fact()) is None:
            if time.monotonic() > ends:
                return None
            if self.stopping.wait(pause):
                raise Stopped
            pause = min(pause * 1.3, 0.25)
        return found

    def _send(self, voice: Voice, method: str, service: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self._tokens.of(voice)}", **more.pop("headers", {})}
        seen = ""

        def answered() -> httpx2.Response | None:
            nonlocal seen
            if self.stopping.is_set():
                raise Stopped
            try:
                url = f"{self.urls[service]}/v1{path}"
                answer = self._client.request(method, url, headers=headers, **more)
            except httpx2.TransportError as fault:
                seen = type(fault).__name__
                return None
            seen = str(answer.status_code)
            return None if answer.status_code == 503 else answer

        found = self.until(answered)
        if found is None or found.status_code >= 500:
            raise NotDone(f"{service} does not answer ({seen})")
        return found


def _told(answer: httpx2.Response) -> Answer:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
