"""Who asks, as FastAPI dependencies: `AsReader` for a question, `AsCaller` for a change."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from chassis.access.asking import Asking, handled
from chassis.http.signing_in import Askings
from chassis.signin import ACTING_AS, Caller, acting_as
from chassis.telemetry import current_traceparent

__all__ = ["AsCaller", "AsReader", "caller", "reader"]


class _SignIn(HTTPBearer):
    """The library's scheme, for its place in the description, that verifies at once."""

    async def __call__(self, request: Request) -> Asking:  # type: ignore[override]  # more than credentials
        askings: Askings = request.app.state.askings
        asking = askings.of(request.scope)
        now_handling = handled()
        if now_handling is None:
            raise RuntimeError("a signed-in route is served without records")
        now_handling.asking = request.state.asking = asking
        return asking


signed_in = _SignIn(
    scheme_name="signIn",
    bearerFormat="JWT",
    description="Access token of the organisation's identity provider, or of the residents'.",
)

ActingAs = Annotated[
    str | None,
    Header(
        alias=ACTING_AS,
        pattern=r"^[a-z][a-z0-9_]{0,63}$",
        description="The role acted in, for who holds several.",
    ),
]


async def reader(asking: Annotated[Asking, Depends(signed_in)], role: ActingAs = None) -> Asking:
    """Who asks a question, in one role. Raises NotSignedIn (401), RoleNotChosen (400), RoleNotHeld (403)."""
    asking.act_as(acting_as(asking.principal, role))
    return asking


IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-.0-~]{1,200}$",
        description="Chosen by the asker, 1 to 200 visible ASCII characters without a slash. "
        "The same key and body give the same answer, however often sent.",
    ),
]


async def caller(request: Request, asking: Annotated[Asking, Depends(reader)], key: IdempotencyKey) -> Caller:
    """Who asks for a change, with key and fingerprint of the request (promise P3)."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    body = await request.body()
    fingerprint = hmac.digest(request.app.state.body_hmac_key, target + body, "sha256")
    return Caller(asking.principal, key, fingerprint, current_traceparent(), asking)


AsReader = Annotated[Asking, Depends(reader)]
AsCaller = Annotated[Caller, Depends(caller)]
