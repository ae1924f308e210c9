"""Asking casefile over its public API, on behalf of who signed in."""

from __future__ import annotations

import logging
from typing import TypeVar
from uuid import UUID

import httpx2
from pydantic import BaseModel, ValidationError

from chassis import telemetry
from portal.answers import Case, CasePage, HistoryPage
from portal.token_file import TokenFile

log = logging.getLogger(__name__)
A = TypeVar("A", bound=BaseModel)
TIMEOUT = httpx2.Timeout(3.0, connect=1.0)
# Casefile closes a connection that was silent for five seconds; ours are given up before.
LIMITS = httpx2.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=4.0)


class CaseUnknown(Exception):
    """Casefile knows no such case, or none that may be shown."""


class NothingToSee(Exception):
    """Casefile knows who asks, and shows them nothing in this role."""


class CursorUnknown(Exception):
    """Casefile did not hand this cursor out for this list."""


class NotWelcome(Exception):
    """Casefile does not accept the token (any more)."""


class CasefileAway(Exception):
    """Casefile does not answer now, or not in words that are understood here. ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Casefile:
    """Casefile's read side. Every method raises NoToken, NotWelcome, NothingToSee or CasefileAway."""

    def __init__(self, address: str, token: TokenFile) -> None:
        self._token = token
        self._client = httpx2.AsyncClient(
            base_url=address.rstrip("/") + "/v1/",
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
            limits=LIMITS,
            trust_env=False,
        )

    async def cases(self, limit: int, after: str | None = None) -> CasePage:
        """The cases after that cursor, last changed first. Raises CursorUnknown."""
        try:
            return await self._get(CasePage, "cases", "/v1/cases", _paging(limit, after))
        except CaseUnknown:  # a role that sees no cases: for it there is no list
            raise NothingToSee from None
        except CursorUnknown:
            if after is None:  # several roles, and it is not said which
                raise NothingToSee from None
            raise

    async def case(self, name: UUID | str) -> Case:
        """A case by its id or number. Raises CaseUnknown."""
        return await self._get(Case, f"cases/{name}", "/v1/cases/{id_or_number}")

    async def history(self, name: UUID | str, limit: int, after: str | None = None) -> HistoryPage:
        """What happened in a case after that cursor, oldest first. Raises CaseUnknown, CursorUnknown."""
        route = "/v1/cases/{id_or_number}/history"
        return await self._get(HistoryPage, f"cases/{name}/history", route, _paging(limit, after))

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _get(self, kind: type[A], path: str, route: str, asked: dict[str, str] | None = None) -> A:
        token = self._token.current()
        noted = {"http.request.method": "GET", "http.route": route}
        with telemetry.span_from(None, f"GET casefile {route}", "client", noted) as span:
            headers = {"Authorization": f"Bearer {token}"}
            if span.traceparent:
                headers["traceparent"] = span.traceparent
            try:
                answer = await self._once_more_if_cut(path, asked, headers)
            except httpx2.TransportError as fault:
                span.failed(type(fault).__name__)
                raise self._away(f"no-answer-{type(fault).__name__}") from None
            span.note({"http.response.status_code": answer.status_code})
            return self._understood(kind, answer)

    async def _once_more_if_cut(
        self, path: str, asked: dict[str, str] | None, headers: dict[str, str]
    ) -> httpx2.Response:
        try:
            return await self._client.get(path, params=asked, headers=headers)
        except httpx2.RemoteProtocolError:  # a kept connection that casefile had just closed
            return await self._client.get(path, params=asked, headers=headers)

    def _understood(self, kind: type[A], answer: httpx2.Response) -> A:
        match answer.status_code:
            case 200:
                try:
                    return kind.model_validate_json(answer.content)
                except ValidationError as error:
                    places = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
                    log.error("casefile's answer is not understood: %s", ", ".join(places)[:500])
                    raise self._away("not-understood") from None
            case 400:
                raise CursorUnknown
            case 404 | 410:
                raise CaseUnknown
            case 401:
                raise NotWelcome
            case 403:
                raise NothingToSee
            case status:
                raise self._away(f"status-{status}")

    def _away(self, code: str) -> CasefileAway:
        log.warning("casefile is away: %s", code)
        return CasefileAway(code)


def _paging(limit: int, after: str | None) -> dict[str, str]:
    return {"limit": str(limit)} | ({"cursor": after} if after else {})
