"""What a checked token says, read claim by claim; anything that is not as it must be signs nobody in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any
from uuid import UUID

from chassis.signin_principal import NO_ORGANISATION

__all__ = [
    "ORGANISATION_CLAIM",
    "PERSON_CLAIM",
    "REPRESENTS_CLAIM",
    "NotSignedIn",
    "moment",
    "no_claim_twice",
    "organisation",
    "person_id",
    "roles",
    "subject",
    "text",
]

ORGANISATION_CLAIM = "https://waakvlam.example/claims/organisation"
PERSON_CLAIM = "https://waakvlam.example/claims/person"
REPRESENTS_CLAIM = "represents"
MAX_ROLES = 64


class NotSignedIn(Exception):
    """The token does not prove who is asking. ``code`` says why, for logs and tests; the asker gets 401."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def no_claim_twice(content: bytes) -> dict[str, Any]:
    """The JSON object in these bytes. Raises ValueError, also when a name stands in it twice.

    Two readers of one token must never see two different tokens.
    """
    found = json.loads(content, object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def moment(claims: Mapping[str, Any], claim: str) -> float | None:
    """A moment in seconds since 1970, or None when the claim is not there."""
    value = claims.get(claim)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise NotSignedIn(f"malformed-{claim}")
    return value


def text(claims: Mapping[str, Any], claim: str) -> str:
    """A text that must be there."""
    value = claims.get(claim)
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        raise NotSignedIn("no-organisation" if claim == ORGANISATION_CLAIM else f"no-{claim}")
    return value


def subject(claims: Mapping[str, Any]) -> str:
    """Who it is for the provider; never a number that may be somebody's citizen number (BSN)."""
    found = text(claims, "sub")
    if re.fullmatch(r"[0-9]{8,9}", found):
        raise NotSignedIn("sub-may-be-a-citizen-number")
    return found


def organisation(claims: Mapping[str, Any]) -> str:
    """The one organisation of somebody of the staff."""
    found = text(claims, ORGANISATION_CLAIM)
    if found == NO_ORGANISATION:
        raise NotSignedIn("no-organisation")
    return found


def person_id(claims: Mapping[str, Any], claim: str) -> UUID | None:
    """The id of a person in its one written form, or None when the claim is not there."""
    value = claims.get(claim)
    if value is None:
        return None
    try:
        found = UUID(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or str(found) != value:
        raise NotSignedIn("malformed-person")
    return found


def roles(claims: Mapping[str, Any]) -> frozenset[str]:
    """Every role that the token names."""
    found = claims.get("roles", [])
    if not isinstance(found, list) or len(found) > MAX_ROLES:
        raise NotSignedIn("malformed-roles")
    if not all(isinstance(role, str) and 0 < len(role) <= 64 for role in found):
        raise NotSignedIn("malformed-roles")
    return frozenset(found)
