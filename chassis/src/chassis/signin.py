"""Who is asking: an access token of one of our issuers, checked here.

There are two: the **staff issuer**, an organisation's identity provider, and the **person issuer**, which
signs for people whose own case it is. A token is checked against the issuer that it names, with that issuer's
keys, audience and roles only. So the staff issuer can make nobody a resident, and the person issuer nobody a
coordinator, whatever they sign.

The token is a signed JWT with ``kid``; ``iss``, ``aud``, ``exp``, ``sub``, ``azp`` and ``jti`` are required
(OAuth NL GOV). Roles stand in ``roles`` (RFC 9068). A staff token has its one organisation in a URI-named
claim; a person's token has the person's id in another, and ``represents`` when they ask for somebody else.
None is ever taken from a request. Names and other claims are not read.

Tokens live in real time: give the verifier a `SystemClock`, also where the domain's clock is adjustable.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64decode

from chassis import signin_claims
from chassis.access.asking import Asking
from chassis.clock import Clock
from chassis.signin_claims import ORGANISATION_CLAIM, PERSON_CLAIM, REPRESENTS_CLAIM, NotSignedIn
from chassis.signin_keys import KeyFileBroken, ProviderKeys
from chassis.signin_principal import (
    ACTING_AS,
    NO_ORGANISATION,
    Kind,
    Principal,
    RoleNotChosen,
    RoleNotHeld,
    acting_as,
)

__all__ = [
    "ACTING_AS",
    "ORGANISATION_CLAIM",
    "PERSON_CLAIM",
    "Caller",
    "Issuer",
    "NotSignedIn",
    "Principal",
    "RoleNotChosen",
    "RoleNotHeld",
    "Verifier",
    "acting_as",
]

MAX_TOKEN_BYTES = 8 * 1024
LEEWAY_SECONDS = 30
_KEY_KINDS: dict[str, type[ECKey | RSAKey]] = {"ES256": ECKey, "RS256": RSAKey, "PS256": RSAKey}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a change, under which idempotency key, with which body.

    ``body_hmac`` stands for method, path and body under a secret key: equal requests have equal values, and
    it tells nothing about the body. ``traceparent`` goes along with the events that come of it. ``request``
    is the request that it came in.
    """

    principal: Principal
    key: str
    body_hmac: bytes = field(repr=False)
    traceparent: str | None = None
    request: Asking | None = field(default=None, repr=False, compare=False)

    @property
    def asking(self) -> Asking:
        """The request, with its access record in the making."""
        if self.request is None:
            raise RuntimeError("this caller did not come over HTTP")
        return self.request

    @property
    def organisation(self) -> str:
        return self.principal.organisation

    @property
    def subject(self) -> str:
        return self.principal.subject


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who may sign tokens: its name in ``iss``, its keys, the audience that is us, the roles it can give."""

    name: str
    jwks_file: Path
    audience: str
    roles: frozenset[str]
    kind: Kind = "staff"


class Verifier:
    """Checks tokens against their issuer's public keys; key files are read again when they change.

    Raises ValueError for issuers that could be taken for each other: one name, one key file, or one role for
    two kinds.
    """

    def __init__(self, *issuers: Issuer, clock: Clock, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._issuers = {each.name: (each, ProviderKeys(each.jwks_file, elapsed=elapsed)) for each in issuers}
        self._roles: dict[Kind, frozenset[str]] = {
            kind: frozenset().union(*(each.roles for each in issuers if each.kind == kind))
            for kind in ("staff", "person")
        }
        files = {each.jwks_file.resolve() for each in issuers}
        if len(self._issuers) != len(issuers) or len(files) != len(issuers):
            raise ValueError("issuers need names and key files of their own")
        if self._roles["staff"] & self._roles["person"]:
            raise ValueError("a role belongs to staff or to persons")

    def readiness(self) -> list[str]:
        """Why somebody cannot sign in now, as codes; empty when all is well."""
        reasons = []
        for _, keys in self._issuers.values():
            try:
                keys.current()
            except KeyFileBroken as broken:
                reasons.append(broken.code)
        return reasons

    def verify(self, token: str) -> Principal:
        """Who holds this token. Raises `NotSignedIn`; the token is never in the exception."""
        issuer, claims = self._checked(token)
        return self._staff(issuer, claims) if issuer.kind == "staff" else self._person(issuer, claims)

    def identity(self, token: str) -> tuple[str, str]:
        """Issuer and subject of a good token, whatever else it says. Raises `NotSignedIn`."""
        issuer, claims = self._checked(token)
        return issuer.name, signin_claims.subject(claims)

    def _checked(self, token: str) -> tuple[Issuer, Mapping[str, Any]]:
        issuer, claims = self._signed_claims(token)
        self._check_times(claims)
        audience = claims.get("aud")
        if issuer.audience not in (audience if isinstance(audience, list) else [audience]):
            raise NotSignedIn("wrong-audience")
        for claim in ("azp", "jti"):
            signin_claims.text(claims, claim)
        return issuer, claims

    def _staff(self, issuer: Issuer, claims: Mapping[str, Any]) -> Principal:
        if PERSON_CLAIM in claims or REPRESENTS_CLAIM in claims:
            raise NotSignedIn("person-in-a-staff-token")
        return Principal(
            signin_claims.subject(claims),
            signin_claims.organisation(claims),
            self._roles_from(issuer, claims, "person"),
            issuer=issuer.name,
        )

    def _person(self, issuer: Issuer, claims: Mapping[str, Any]) -> Principal:
        if ORGANISATION_CLAIM in claims:
            raise NotSignedIn("organisation-in-a-person-token")
        person = signin_claims.person_id(claims, PERSON_CLAIM)
        represents = signin_claims.person_id(claims, REPRESENTS_CLAIM)
        if person is None:
            raise NotSignedIn("no-person")
        if represents == person:
            raise NotSignedIn("represents-oneself")
        return Principal(
            signin_claims.subject(claims),
            NO_ORGANISATION,
            self._roles_from(issuer, claims, "staff"),
            kind="person",
            person=person,
            represents=represents,
            issuer=issuer.name,
        )

    def _roles_from(self, issuer: Issuer, claims: Mapping[str, Any], other: Kind) -> frozenset[str]:
        # A provider may name roles of other programs: they mean nothing here. One that names a role of the
        # other issuer is set up wrongly, or misused: then nobody is signed in.
        named = signin_claims.roles(claims)
        if named & self._roles[other]:
            raise NotSignedIn("role-of-another-issuer")
        return named & issuer.roles

    def _signed_claims(self, token: str) -> tuple[Issuer, Mapping[str, Any]]:
        if len(token) > MAX_TOKEN_BYTES:
            raise NotSignedIn("token-too-large")
        try:
            compact = jws.extract_compact(token.encode("ascii"))
            header = signin_claims.no_claim_twice(urlsafe_b64decode(compact.segments["header"]))
            algorithm, kid = header.get("alg"), header.get("kid")
            if "crit" in header:
                raise NotSignedIn("not-a-valid-token")
            if not isinstance(algorithm, str) or algorithm not in _KEY_KINDS:
                raise NotSignedIn("algorithm-not-allowed")
            if not isinstance(kid, str) or not kid:
                raise NotSignedIn("no-kid")
            claims = signin_claims.no_claim_twice(compact.payload)
            issuer, keys = self._issuer_named(claims.get("iss"))
            key = keys.current().get(kid)
            if not isinstance(key, _KEY_KINDS[algorithm]):
                raise NotSignedIn("unknown-kid")
            if not jws.validate_compact(compact, key, algorithms=[algorithm]):
                raise NotSignedIn("not-a-valid-token")
            return issuer, claims
        except (JoseError, ValueError, RecursionError):
            raise NotSignedIn("not-a-valid-token") from None
        except KeyFileBroken as broken:
            raise NotSignedIn(broken.code) from broken

    def _issuer_named(self, name: object) -> tuple[Issuer, ProviderKeys]:
        found = self._issuers.get(name) if isinstance(name, str) else None
        if found is None:
            raise NotSignedIn("wrong-issuer")
        return found

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        if (expires := signin_claims.moment(claims, "exp")) is None:
            raise NotSignedIn("no-exp")
        if expires + LEEWAY_SECONDS <= now:
            raise NotSignedIn("expired")
        for claim in ("nbf", "iat"):
            begins = signin_claims.moment(claims, claim)
            if begins is not None and begins - LEEWAY_SECONDS > now:
                raise NotSignedIn("not-yet-valid")
