"""A made-up identity provider for this machine: its key pairs, and tokens as real ones would give.

Real deployments name their own provider's keys and issuer in each service's settings, and never use this;
`deploy.sign_in_check` refuses to start when the two are mixed.

Two issuers, as every service knows them: for staff, and for residents and who represents them. The second is
casefile, which signs for a resident who gave a code and a PIN; this command makes its key, and signs with it
only for a made-up resident (`waakvlam token`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from chassis.signin import ORGANISATION_CLAIM, PERSON_CLAIM
from deploy.secret_files import Secrets

ISSUER = "https://sign-in.waakvlam.example"
PERSON_ISSUER = "https://residents.waakvlam.example"
AUDIENCE = "waakvlam"
PRIVATE, PUBLIC = "issuer.jwk", "issuer.jwks.json"
PERSON_PRIVATE, PERSON_PUBLIC = "person-issuer.jwk", "person-issuer.jwks.json"
STAFF_ROLES = (
    "role_administrator",
    "role_auditor",
    "role_backup",
    "role_case_manager",
    "role_coordinator",
    "role_network_coordinator",
    "role_policy_adviser",
    "role_supporter",
    "role_volunteer_manager",
)
PERSON_ROLES = ("role_representative", "role_resident")


def issuer_keys(secrets: Secrets, public_file: Path) -> Path:
    """Make the staff issuer's key pair the first time; gives the public file, which every service reads."""
    return _keys(secrets, PRIVATE, public_file)


def person_issuer_keys(secrets: Secrets, public_file: Path) -> Path:
    """Make the key pair that casefile signs residents' tokens with; gives the public file."""
    return _keys(secrets, PERSON_PRIVATE, public_file)


def _keys(secrets: Secrets, name: str, public_file: Path) -> Path:
    private = ECKey.import_key(json.loads(secrets.text(name, _new_key)))
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
    own = {"iss": ISSUER, "sub": subject, "roles": list(roles), ORGANISATION_CLAIM: organisation}
    return _signed(secrets, PRIVATE, own, now, lifetime)


def mint_for_person(
    secrets: Secrets,
    *,
    person: UUID,
    now: datetime,
    represents: UUID | None = None,
    lifetime: timedelta = timedelta(minutes=30),
) -> str:
    """An access token for an invented resident, or for who represents that one."""
    own = {
        "iss": PERSON_ISSUER,
        "sub": str(person),
        "roles": ["role_representative" if represents else "role_resident"],
        PERSON_CLAIM: str(person),
        **({"represents": str(represents)} if represents else {}),
    }
    return _signed(secrets, PERSON_PRIVATE, own, now, lifetime)


def _signed(secrets: Secrets, name: str, own: Mapping[str, Any], now: datetime, lifetime: timedelta) -> str:
    key = ECKey.import_key(json.loads(secrets.path(name).read_text(encoding="utf-8")))
    claims = {
        **own,
        "aud": AUDIENCE,
        "azp": "waakvlam-demo",
        "jti": str(uuid4()),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}, claims, key, algorithms=["ES256"])


def _new_key() -> str:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": uuid4().hex}, private=True)
    return json.dumps(key.as_dict(private=True), sort_keys=True)
