"""Tokens that we sign ourselves, for people who proved to us who they are."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.clock import Clock
from chassis.signin_claims import PERSON_CLAIM, REPRESENTS_CLAIM

__all__ = ["PersonTokens"]


class PersonTokens:
    """Signs as the person issuer (`chassis.signin`). Every service trusts the public half of the key.

    The key file is read for each token, so that a new key needs no restart: publish its public half first,
    and take the old one away when its last token has expired. ``clock`` is real time.
    """

    def __init__(self, key_file: Path, *, issuer: str, audience: str, clock: Clock) -> None:
        self._file, self._issuer, self._audience, self._clock = key_file, issuer, audience, clock

    def sign(
        self,
        person: UUID,
        *,
        subject: str,
        roles: Collection[str],
        lifetime: timedelta,
        represents: UUID | None = None,
    ) -> str:
        """An access token for this person, or for this person on behalf of another."""
        key = ECKey.import_key(json.loads(self._file.read_bytes()))
        now = self._clock.now()
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "azp": self._audience,
            "jti": str(uuid4()),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "roles": sorted(roles),
            PERSON_CLAIM: str(person),
            **({REPRESENTS_CLAIM: str(represents)} if represents else {}),
        }
        header = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, key, algorithms=["ES256"])
