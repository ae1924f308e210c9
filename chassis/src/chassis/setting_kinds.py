"""Kinds of values that settings have, each refused with a reason that never shows the value."""

from __future__ import annotations

import base64
import binascii
import json
import re
import stat
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from chassis.key_wrapping import FileWrapping, KekFileBroken

__all__ = [
    "HttpUrl",
    "KekFile",
    "KeyFile",
    "Name",
    "NatsUrl",
    "Password",
    "Port",
    "PublicFile",
    "RoleNames",
    "SigningKeyFile",
    "SourceUrnPrefix",
    "read_key",
]

KEY_BYTES = 32


def _refuse(reason: str) -> PydanticCustomError:
    return PydanticCustomError("setting", reason)


def _readable(path: Path) -> Path:
    try:
        with path.open("rb"):
            return path
    except FileNotFoundError:
        raise _refuse("names a file that does not exist") from None
    except OSError:
        raise _refuse("names a file that this user cannot read") from None


def _secret_file(path: Path) -> Path:
    if stat.S_IMODE(_readable(path).stat().st_mode) & stat.S_IRWXO:
        raise _refuse("names a secret file that everybody on this machine may read; run chmod o= on it")
    return path


def _key_file(path: Path) -> Path:
    read_key(_secret_file(path))
    return path


def _kek_file(path: Path) -> Path:
    try:
        FileWrapping(_secret_file(path))
    except KekFileBroken as broken:
        raise _refuse(f"names a file of wrapping keys that cannot be used: {broken}") from None
    return path


def _signing_key_file(path: Path) -> Path:
    try:
        entry = json.loads(_secret_file(path).read_bytes())
        usable = entry["crv"] == "P-256" and bool(entry["kid"]) and ECKey.import_key(entry).is_private
    except (ValueError, KeyError, TypeError, JoseError):
        usable = False
    if not usable:
        raise _refuse("must name a file that holds a private key for ES256, as a JWK with a kid")
    return path


def _url(*schemes: str) -> AfterValidator:
    allowed = " or ".join(scheme + "://" for scheme in schemes)

    def check(value: str) -> str:
        try:
            parts = urlsplit(value)
            complete = parts.scheme in schemes and bool(parts.hostname)
        except ValueError:
            complete = False
        if not complete:
            raise _refuse(f"must be a whole address that begins with {allowed}")
        return value

    return AfterValidator(check)


def _source_urn(value: str) -> str:
    if not re.fullmatch(r"urn:nld:(kvknr:\d{8}|oin:\d{20}):systeem:", value):
        raise _refuse('must look like "urn:nld:kvknr:<8 digits>:systeem:" (or oin:<20 digits>)')
    return value


def _role_names(value: object) -> frozenset[str]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple | set | frozenset):
        raise _refuse("must be names of roles with commas between them")
    found = frozenset(name.strip() for name in names if isinstance(name, str))
    # These two begin what rights are granted to, where a role's name may stand as well.
    if not all(re.fullmatch(r"[a-z][a-z_]{0,63}", name) for name in found) or found & {"staff", "person"}:
        raise _refuse("must be names of roles, in small letters, with commas between them")
    return found


def read_key(path: Path) -> bytes:
    """The key in a key file: base64 of exactly 32 bytes, white space around it ignored."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (binascii.Error, OSError):
        key = b""
    if len(key) != KEY_BYTES:
        raise _refuse(f"must name a file that holds the base64 of {KEY_BYTES} random bytes")
    return key


Port = Annotated[int, Field(ge=1, le=65535)]
Name = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[a-z][a-z0-9_]*$")]
Password = Annotated[SecretStr, Field(min_length=1)]
RoleNames = Annotated[frozenset[str], NoDecode, BeforeValidator(_role_names)]
PublicFile = Annotated[Path, AfterValidator(_readable)]
KekFile = Annotated[Path, AfterValidator(_kek_file)]
KeyFile = Annotated[Path, AfterValidator(_key_file)]
SigningKeyFile = Annotated[Path, AfterValidator(_signing_key_file)]
HttpUrl = Annotated[str, _url("https", "http")]
NatsUrl = Annotated[str, _url("nats", "tls")]
SourceUrnPrefix = Annotated[str, AfterValidator(_source_urn)]
