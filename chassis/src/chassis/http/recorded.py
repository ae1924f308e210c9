"""One access record per answer to whoever signed in, committed before the first byte leaves (promise P11).

A read writes its record in its own transaction, an applied command in its save. What then has none gets it
here: denied or absent, malformed, refused, answered again. Where it cannot be written the answer is 503 and
nothing of the other one is sent. Pure ASGI: the answer is not buffered, its start is kept back. An answer to
nobody (401, health, descriptions) has no record.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.access.asking import Asking, Handling, Outcome, handling
from chassis.http.problems import problem
from chassis.store.errors import Unavailable

__all__ = ["RETRY_AFTER_SECONDS", "RecordedAnswers", "outcome_of"]

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = "2"
Record = Callable[[str], None]
SignIn = Callable[[Scope], Asking | None]
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_OUTCOMES = {
    400: "malformed",
    403: "not_found",
    404: "not_found",
    409: "refused",
    410: "erased",
    429: "limited",
}


class RecordedAnswers:
    """``sign_in`` tells who asks where an answer was made before anybody looked at the token."""

    def __init__(self, app: ASGIApp, *, record: Record, sign_in: SignIn) -> None:
        self.app, self._record, self._sign_in = app, record, sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        with handling() as request:
            is_replaced = False

            async def when_recorded(message: Message) -> None:
                nonlocal is_replaced
                if message["type"] == "http.response.start" and not is_replaced:
                    is_replaced = not await self._has_record(request, scope, message["status"])
                    if is_replaced:
                        unavailable = problem(503, headers={"Retry-After": RETRY_AFTER_SECONDS})
                        return await unavailable(scope, receive, send)
                if not is_replaced:
                    await send(message)

            await self.app(scope, receive, when_recorded)

    async def _has_record(self, request: Handling, scope: Scope, status: int) -> bool:
        asking = request.asking
        if asking is None and status != 401:
            asking = request.asking = await run_in_threadpool(self._sign_in, scope)
        if asking is None or asking.is_recorded or (asking.is_guest and status == 429):
            return True
        if asking.open_looks:
            log.error("an answer began before its look had ended: nothing is shown")
            return False
        try:
            await run_in_threadpool(_write, self._record, asking, outcome_of(scope["method"], status))
        except Unavailable:
            return False
        except Exception as error:
            log.error("an access record could not be made (%s): nothing is shown", type(error).__name__)
            return False
        return True


def _write(record: Record, asking: Asking, outcome: Outcome) -> None:
    record(asking.text(outcome))
    asking.written()


def outcome_of(method: str, status: int) -> Outcome:
    """What an answer came to, for its record. Denied and absent are one."""
    if status < 400:
        return "ok" if method in _READS else "replayed"
    if status >= 500:
        return "failed"
    return _OUTCOMES.get(status, "malformed")
