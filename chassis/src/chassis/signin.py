"""Who is asking: an access token of the organisation's identity provider, checked here.

The token is a signed JWT with ``kid``; ``iss``, ``aud``, ``exp``, ``sub``, ``azp`` and ``jti`` are required
(OAuth NL GOV). Roles stand in ``roles`` (RFC 9068), the one organisation in a URI-named claim. Neither is
ever taken from a request. Names and other claims are not read.

Tokens live in real time: give the verifier a `SystemClock`, also where the domain's clock is adjustable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from chassis.clock import Clock
from chassis.signin_keys import KeyFileBroken, ProviderKeys
from chassis.signin_principal import ACTING_AS, Principal, RoleNotChosen, RoleNotHeld, acting_as

__all__ = [
    "ACTING_AS",
    "ORGANISATION_CLAIM",
    "Caller",
    "NotSignedIn",
    "Principal",
    "RoleNotChosen",
    "RoleNotHeld",
    "Verifier",
    "acting_as",
]

ORGANISATION_CLAIM = "https://waakvlam.example/claims/organisation"
MAX_TOKEN_BYTES = 8 * 1024
MAX_ROLES = 64
LEEWAY_SECONDS = 30
_KEY_KINDS: dict[str, type[ECKey | RSAKey]] = {"ES256": ECKey, "RS256": RSAKey, "PS256": RSAKey}


class NotSignedIn(Exception):
    """The token does not prove who is asking. ``code`` says why, for logs and tests; the asker gets 401."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a change, under which idempotency key, with which body.

    ``body_hmac`` stands for method, path and body under a secret key: equal requests have equal values, and
    it tells nothing about the body. ``traceparent`` goes along with the events that come of it.
    """

    principal: Principal
    key: str
    body_hmac: bytes = field(repr=False)
    traceparent: str | None = None

    @property
    def organisation(self) -> str:
        return self.principal.organisation

    @property
    def subject(self) -> str:
        return self.principal.subject


class Verifier:
    """Checks tokens against the provider's public keys; the key file is read again when it changes."""

    def __init__(self, jwks_file: Path, *, issuer: str, audience: str, clock: Clock) -> None:
        self._keys = ProviderKeys(jwks_file)
        self._issuer, self._audience, self._clock = issuer, audience, clock

    def readiness(self) -> list[str]:
        """Why nobody can sign in now, as codes; empty when all is well."""
        try:
            self._keys.current()
        except KeyFileBroken as broken:
            return [broken.code]
        return []

    def verify(self, token: str) -> Principal:
        """Who holds this token. Raises `NotSignedIn`; the token is never in the exception."""
        claims = self._signed_claims(token)
        self._check_times(claims)
        if claims.get("iss") != self._issuer:
            raise NotSignedIn("wrong-issuer")
        audience = claims.get("aud")
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise NotSignedIn("wrong-audience")
        for claim in ("azp", "jti"):
            _text(claims, claim)
        return Principal(_subject(claims), _text(claims, ORGANISATION_CLAIM), _roles(claims))

    def _signed_claims(self, token: str) -> Mapping[str, Any]:
        if len(token) > MAX_TOKEN_BYTES:
            raise NotSignedIn("token-too-large")
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
            algorithm, kid = header.get("alg"), header.get("kid")
            if not isinstance(algorithm, str) or algorithm not in _KEY_KINDS:
                raise NotSignedIn("algorithm-not-allowed")
            if not isinstance(kid, str) or not kid:
                raise NotSignedIn("no-kid")
            key = self._keys.current().get(kid)
            if not isinstance(key, _KEY_KINDS[algorithm]):
                raise NotSignedIn("unknown-kid")
            return jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, RecursionError):
            raise NotSignedIn("not-a-valid-token") from None
        except KeyFileBroken as broken:
            raise NotSignedIn(broken.code) from broken

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        if (expires := _moment(claims, "exp")) is None:
            raise NotSignedIn("no-exp")
        if expires + LEEWAY_SECONDS <= now:
            raise NotSignedIn("expired")
        for claim in ("nbf", "iat"):
            if (begins := _moment(claims, claim)) is not None and begins - LEEWAY_SECONDS > now:
                raise NotSignedIn("not-yet-valid")


def _moment(claims: Mapping[str, Any], claim: str) -> float | None:
    value = claims.get(claim)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise NotSignedIn(f"malformed-{claim}")
    return value


def _text(claims: Mapping[str, Any], claim: str) -> str:
    value = claims.get(claim)
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        raise NotSignedIn("no-organisation" if claim == ORGANISATION_CLAIM else f"no-{claim}")
    return value


def _subject(claims: Mapping[str, Any]) -> str:
    subject = _text(claims, "sub")
    if re.fullmatch(r"[0-9]{8,9}", subject):
        raise NotSignedIn("sub-may-be-a-citizen-number")
    return subject


def _roles(claims: Mapping[str, Any]) -> frozenset[str]:
    roles = claims.get("roles", [])
    if not isinstance(roles, list) or len(roles) > MAX_ROLES:
        raise NotSignedIn("malformed-roles")
    if not all(isinstance(role, str) and 0 < len(role) <= 64 for role in roles):
        raise NotSignedIn("malformed-roles")
    return frozenset(roles)
