"""Settings from the environment: checked at start, every fault named at once, no secret with a default.

A service's own class names its prefix and adds what only it needs::

    class Settings(ServiceSettings):
        model_config = SettingsConfigDict(env_prefix="LAMPS_")

    settings = load(Settings)

`load` ends the process with exit code 2 when anything is missing, malformed or misspelt, and says for each
fault which variable it is and what to do. It never shows a value: the value may be a secret.
"""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from chassis.setting_kinds import (
    HttpUrl,
    KekFile,
    KeyFile,
    Name,
    NatsUrl,
    Password,
    Port,
    PublicFile,
    RoleNames,
    SourceUrnPrefix,
    read_key,
)
from chassis.signin import Issuer

__all__ = [
    "BrokenSettings",
    "Fault",
    "ProcessSettings",
    "ServiceSettings",
    "checked",
    "load",
    "read_key",
]


class Fault(NamedTuple):
    """What is wrong with one variable, in words a person can act on; never its value."""

    variable: str
    reason: str


class BrokenSettings(Exception):
    """The settings cannot be used; `faults` names every reason."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} faults in the settings")


class ProcessSettings(BaseSettings):
    """What every process has: where it serves and where its traces go."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    http_host: str = Field("127.0.0.1", min_length=1, description="Address to serve HTTP on.")
    http_port: Port = Field(description="Port to serve HTTP on.")
    traces_dir: Path | None = Field(None, description="Folder for traces when there is no OTLP address.")
    otlp_endpoint: HttpUrl | None = Field(
        default_factory=lambda: os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        validate_default=True,
        description="OTLP/HTTP address to send traces and metrics to; OTEL_EXPORTER_OTLP_ENDPOINT does too.",
    )


class ServiceSettings(ProcessSettings):
    """What every service with a store has. Database users are ``<service>_api`` and ``<service>_worker``."""

    database_host: str = Field(min_length=1, description="Host name or socket folder of PostgreSQL.")
    database_port: Port = Field(description="Port of PostgreSQL.")
    database_name: Name = Field(description="The service's own database.")
    api_password: Password = Field(description="Password of the service's _api user.")
    worker_password: Password = Field(description="Password of the service's _worker user.")

    nats_url: NatsUrl = Field(description="Address of NATS.")
    nats_user: str = Field(min_length=1, description="The service's own NATS user.")
    nats_password: Password = Field(description="Password of that NATS user.")
    stream: str = Field("CASES", pattern=r"^[A-Z][A-Z0-9_-]*$", description="The JetStream stream.")
    source_urn_prefix: SourceUrnPrefix = Field(
        description="Begin of the CloudEvents source; the service's name follows."
    )

    jwks_file: PublicFile = Field(description="Public keys (JWKS) of the staff's identity provider.")
    issuer: HttpUrl = Field(description="The issuer of that identity provider.")
    audience: str = Field(min_length=1, description="The audience that tokens for this service carry.")
    staff_roles: RoleNames = Field(description="Roles that the staff's identity provider may give.")
    person_jwks_file: PublicFile | None = Field(
        None, description="Public keys (JWKS) of the issuer for residents; without it no resident signs in."
    )
    person_issuer: HttpUrl | None = Field(None, description="The issuer for residents.")
    person_roles: RoleNames = Field(frozenset(), description="Roles that the issuer for residents may give.")
    body_hmac_key_file: KeyFile = Field(description="Key for comparing repeated requests.")
    codes_key_file: KeyFile = Field(description="Key under which handed out codes are kept.")

    keyring_host: str = Field(min_length=1, description="Host or socket folder of the key ring.")
    keyring_port: Port = Field(description="Port of the key ring.")
    keyring_name: Name = Field("keyring", description="The key ring's database.")
    keyring_user: Name = Field("keyring_service", description="User that may fetch keys.")
    keyring_password: Password = Field(description="Password of that user.")
    kek_file: KekFile = Field(description="Keys that wrap the data keys.")

    clock_adjustable: bool = Field(False, description="True only for demo and test databases.")

    @model_validator(mode="after")
    def _issuers_apart(self) -> Self:
        persons = (self.person_jwks_file, self.person_issuer, self.person_roles)
        if any(persons) and not all(persons):
            raise PydanticCustomError(
                "setting",
                "PERSON_JWKS_FILE, PERSON_ISSUER and PERSON_ROLES go together: set all three, or none",
            )
        if self.person_issuer == self.issuer or self.staff_roles & self.person_roles:
            raise PydanticCustomError(
                "setting", "ISSUER and PERSON_ISSUER must differ, and so must the roles that they may give"
            )
        if self.person_jwks_file and self.person_jwks_file.resolve() == self.jwks_file.resolve():
            raise PydanticCustomError("setting", "JWKS_FILE and PERSON_JWKS_FILE must be two files")
        return self

    def issuers(self) -> list[Issuer]:
        """Who may sign the tokens that are shown here."""
        found = [Issuer(self.issuer, self.jwks_file, self.audience, self.staff_roles)]
        if self.person_issuer and self.person_jwks_file:
            found.append(
                Issuer(self.person_issuer, self.person_jwks_file, self.audience, self.person_roles, "person")
            )
        return found

    @property
    def service(self) -> str:
        """The service's name: the prefix of its variables, in lower case."""
        return self.model_config.get("env_prefix", "").rstrip("_").lower()


S = TypeVar("S", bound=BaseSettings)

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a setting",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_parsing": "must be true or false",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "has characters that are not allowed there",
}


def checked(settings: type[S]) -> S:
    """The settings from the environment. Raises `BrokenSettings` with every fault."""
    prefix = settings.model_config.get("env_prefix", "")
    faults: list[Fault] = []
    try:
        loaded = settings()
    except ValidationError as error:
        faults += [_fault(settings, prefix, detail) for detail in error.errors(include_url=False)]
    except SettingsError:
        faults.append(Fault(f"{prefix}…", "one of the values that should be JSON is not"))
    if prefix:
        known = {prefix + field.upper() for field in settings.model_fields}
        faults += [
            Fault(name, f"is not a setting of this program{_suggestion(name, known)}")
            for name in sorted(os.environ)
            if name.upper().startswith(prefix.upper()) and name.upper() not in known
        ]
    if faults:
        raise BrokenSettings(faults)
    return loaded


def load(settings: type[S]) -> S:
    """The settings from the environment, or the end of the process with every fault on standard error."""
    try:
        return checked(settings)
    except BrokenSettings as broken:
        width = max(len(fault.variable) for fault in broken.faults)
        lines = [f"  {fault.variable:<{width}}  {fault.reason}" for fault in broken.faults]
        sys.stderr.write("\n".join(["The settings need attention:", *lines]) + "\n")
        raise SystemExit(2) from None


def _fault(settings: type[BaseSettings], prefix: str, detail: ErrorDetails) -> Fault:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    field: Any = settings.model_fields.get(name)
    kind = detail["type"]
    reason = detail["msg"] if kind == "setting" else _WORDS.get(kind, "has not the right form")
    purpose = f". {field.description}" if field is not None and field.description else ""
    return Fault(prefix + (name.upper() or "…"), reason + purpose)


def _suggestion(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name.upper(), known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
