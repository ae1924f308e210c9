"""An identity provider for tests: it has a key, publishes it in a file, and signs tokens."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from chassis.clock import Clock, SystemClock
from chassis.signin import ORGANISATION_CLAIM, Verifier

ISSUER = "https://aanmelden.example"
AUDIENCE = "lamps"


class ProviderForTests:
    """Signs what a test asks, also what a good provider would never sign."""

    def __init__(self, folder: Path, *, kid: str = "key-1", clock: Clock | None = None) -> None:
        self.file = folder / "jwks.json"
        self.clock = clock or SystemClock()
        self.key: ECKey | RSAKey = ECKey.generate_key("P-256", {"kid": kid})
        self.publish(self.key)

    def publish(self, *keys: Key) -> None:
        """Write the public halves of these keys, as the only ones."""
        self.file.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))

    def verifier(self) -> Verifier:
        return Verifier(self.file, issuer=ISSUER, audience=AUDIENCE, clock=self.clock)

    def claims(self, now: datetime, **changed: Any) -> dict[str, Any]:
        """The claims of a good token; a change to None leaves one out."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "f81d4fae",
            "azp": "portal",
            "jti": "token-1",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "roles": ["coordinator"],
            ORGANISATION_CLAIM: "welzijn",
        } | changed
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, *, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A signed token."""
        wanted = {"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"} | (header or {})
        wanted = {name: value for name, value in wanted.items() if value is not None}
        return jwt.encode(
            wanted, self.claims(self.clock.now(), **changed), self.key, algorithms=[wanted["alg"]]
        )

    def headers(self, **changed: Any) -> dict[str, str]:
        """Headers that sign in."""
        return {"Authorization": f"Bearer {self.token(**changed)}"}
