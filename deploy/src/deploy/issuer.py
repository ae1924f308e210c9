"""A made-up identity provider for this machine: its key pair, and tokens as a real one would give.

Real deployments name their own provider's keys and issuer in each service's settings, and never use this.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.signin import ORGANISATION_CLAIM
from deploy.secret_files import Secrets

ISSUER = "https://sign-in.waakvlam.example"
AUDIENCE = "waakvlam"
PRIVATE, PUBLIC = "issuer.jwk", "issuer.jwks.json"


def issuer_keys(secrets: Secrets, public_file: Path) -> Path:
    """Make the key pair the first time; gives the public file, which every service reads."""
    private = ECKey.import_key(json.loads(secrets.text(PRIVATE, _new_key)))
    text = json.dumps({"keys": [private.as_dict(private=False)]}, indent=2, sort_keys=True) + "\n"
    if not public_file.exists() or public_file.read_text(encoding="utf-8") != text:
        public_file.write_text(text, encoding="utf-8")
        public_file.chmod(0o644)
    return public_file


def mint(
    secrets: Secrets,
    *,
    subject: str,
    organisation: str,
    roles: Sequence[str],
    now: datetime,
    lifetime: timedelta = timedelta(hours=8),
) -> str:
    """An access token for an invented person; `now` is real time, also where the domain's clock is moved."""
    key = ECKey.import_key(json.loads(secrets.path(PRIVATE).read_text(encoding="utf-8")))
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "azp": "waakvlam-demo",
        "jti": str(uuid4()),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "roles": list(roles),
        ORGANISATION_CLAIM: organisation,
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}, claims, key, algorithms=["ES256"])


def _new_key() -> str:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": uuid4().hex}, private=True)
    return json.dumps(key.as_dict(private=True), sort_keys=True)
