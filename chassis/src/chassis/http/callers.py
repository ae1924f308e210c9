"""Who asks, as FastAPI dependencies: `AsReader` for a question, `AsCaller` for a change."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from chassis.signin import Caller, NotSignedIn, Principal, Verifier
from chassis.telemetry import current_traceparent

__all__ = ["AsCaller", "AsReader", "caller", "reader"]

_bearer = HTTPBearer(
    scheme_name="signIn",
    bearerFormat="JWT",
    description="Access token of the organisation's identity provider.",
    auto_error=False,
)
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-.0-~]{1,200}$",
        description="Chosen by the asker, 1 to 200 visible ASCII characters without a slash. "
        "The same key and body give the same answer, however often sent.",
    ),
]


async def reader(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """Who asks a question. Raises `NotSignedIn`, answered with 401."""
    if credentials is None:
        raise NotSignedIn("no-token")
    verifier: Verifier = request.app.state.verifier
    return verifier.verify(credentials.credentials)


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
