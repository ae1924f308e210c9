"""An identity provider for tests: it has a key, publishes it in a file, and signs tokens."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from chassis.clock import Clock, SystemClock
from chassis.signin import ORGANISATION_CLAIM, PERSON_CLAIM, Issuer, Verifier

ISSUER = "https://aanmelden.example"
PERSON_ISSUER = "https://inwoners.example"
AUDIENCE = "lamps"
PERSON_ROLES = frozenset({"resident", "role_resident", "role_representative"})
STAFF_ROLES = frozenset(
    {
        "auditor",
        "coordinator",
        "supporter",
        "role_administrator",
        "role_auditor",
        "role_backup",
        "role_case_manager",
        "role_coordinator",
        "role_network_coordinator",
        "role_policy_adviser",
        "role_supporter",
        "role_volunteer_manager",
    }
)


class ProviderForTests:
    """Two issuers, one for staff and one for persons; signs what a test asks, also what no good one would."""

    def __init__(self, folder: Path, *, kid: str = "key-1", clock: Clock | None = None) -> None:
        self.file, self.person_file = folder / "jwks.json", folder / "person-jwks.json"
        self.clock = clock or SystemClock()
        self.key: ECKey | RSAKey = ECKey.generate_key("P-256", {"kid": kid})
        self.person_key = ECKey.generate_key("P-256", {"kid": f"person-{kid}"})
        self.publish(self.key)
        publish(self.person_file, self.person_key)
        self.person_key_file = folder / "person.jwk"
        self.person_key_file.write_text(json.dumps(self.person_key.as_dict(private=True)))
        self.person_key_file.chmod(0o600)

    def publish(self, *keys: Key) -> None:
        """Write the public halves of these keys, as the only ones of the staff issuer."""
        publish(self.file, *keys)

    def verifier(self, **more: Any) -> Verifier:
        return Verifier(
            Issuer(ISSUER, self.file, AUDIENCE, STAFF_ROLES),
            Issuer(PERSON_ISSUER, self.person_file, AUDIENCE, PERSON_ROLES, "person"),
            clock=self.clock,
            **more,
        )

    def claims(self, now: datetime, **changed: Any) -> dict[str, Any]:
        """The claims of a good token of staff; a change to None leaves one out."""
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

    def person_claims(self, now: datetime, person: UUID, **changed: Any) -> dict[str, Any]:
        """The claims of a good token of a person; a change to None leaves one out."""
        persons = {
            "iss": PERSON_ISSUER,
            "sub": f"sign-in-of-{person}",
            "roles": ["role_resident"],
            ORGANISATION_CLAIM: None,
            PERSON_CLAIM: str(person),
        }
        return self.claims(now, **(persons | changed))

    def token(self, *, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A signed token of the staff issuer."""
        return self.signed(self.claims(self.clock.now(), **changed), self.key, header)

    def person_token(self, person: UUID, *, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A signed token of the person issuer; ``represents`` names on whose behalf."""
        return self.signed(self.person_claims(self.clock.now(), person, **changed), self.person_key, header)

    def signed(
        self, claims: dict[str, Any], key: ECKey | RSAKey, header: dict[str, Any] | None = None
    ) -> str:
        """These claims, signed with this key."""
        wanted = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"} | (header or {})
        wanted = {name: value for name, value in wanted.items() if value is not None}
        return jwt.encode(wanted, claims, key, algorithms=[wanted["alg"]])

    def headers(self, **changed: Any) -> dict[str, str]:
        """Headers that sign in as staff."""
        return {"Authorization": f"Bearer {self.token(**changed)}"}

    def person_headers(self, person: UUID, **changed: Any) -> dict[str, str]:
        """Headers that sign in as that person."""
        return {"Authorization": f"Bearer {self.person_token(person, **changed)}"}


def publish(file: Path, *keys: Key) -> None:
    """Write the public halves of these keys, as the only ones of an issuer."""
    file.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))
