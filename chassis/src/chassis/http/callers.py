"""Who asks, as FastAPI dependencies: `AsReader` for a question, `AsCaller` for a change."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from chassis.signin import Caller, NotSignedIn, Principal, Verifier
from chassis.telemetry import current_traceparent

__all__ = ["AsCaller", "AsReader", "caller", "reader"]


class _SignIn(HTTPBearer):
    """The library's scheme, for its place in the description, that verifies at once."""

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]  # more than credentials
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSignedIn("no-token")
        verifier: Verifier = request.app.state.verifier
        return verifier.verify(token.strip())


reader = _SignIn(
    scheme_name="signIn",
    bearerFormat="JWT",
    description="Access token of the organisation's identity provider.",
)
"""Who asks a question: a dependency that gives a `Principal`, or raises `NotSignedIn`, answered with 401."""

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-.0-~]{1,200}$",
        description="Chosen by the asker, 1 to 200 visible ASCII characters without a slash. "
        "The same key and body give the same answer, however often sent.",
    ),
]


async def caller(
    request: Request, principal: Annotated[Principal, Depends(reader)], key: IdempotencyKey
) -> Caller:
    """Who asks for a change, with key and fingerprint of the request (promise P3)."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    body = await request.body()
    fingerprint = hmac.digest(request.app.state.body_hmac_key, target + body, "sha256")
    return Caller(principal, key, fingerprint, current_traceparent())


AsReader = Annotated[Principal, Depends(reader)]
AsCaller = Annotated[Caller, Depends(caller)]
