"""Casefile's settings: variables that begin with ``CASEFILE_``."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import SettingsConfigDict

from chassis.clock import Clock
from chassis.erasure.settings import DecidingSettings
from chassis.setting_kinds import HttpUrl, KeyFile, PublicFile, RoleNames, SigningKeyFile
from chassis.settings import ServiceSettings
from chassis.signin import Issuer, Verifier


class Settings(DecidingSettings, ServiceSettings):
    """What every service has, how people are found, and how residents sign in: here (design §1)."""

    model_config = SettingsConfigDict(env_prefix="CASEFILE_")

    search_key_file: KeyFile = Field(description="Key of the tokens by which people are found.")

    person_jwks_file: PublicFile = Field(description="Public half of PERSON_KEY_FILE, and of the key before.")
    person_issuer: HttpUrl = Field(description="The issuer for residents: casefile itself.")
    person_roles: RoleNames = Field(description="Roles that the issuer for residents may give.")
    person_key_file: SigningKeyFile = Field(description="Key with which casefile signs residents in.")
    session_minutes: int = Field(30, ge=5, le=60, description="How long a resident stays signed in.")
    code_hours: int = Field(24, ge=1, le=72, description="How long a code works that was handed over.")
    letter_days: int = Field(14, ge=1, le=30, description="How long a code works that came by letter.")

    resident_jwks_file: PublicFile | None = Field(
        None, description="Public keys of a provider through which residents may sign in, after a code."
    )
    resident_issuer: HttpUrl | None = Field(None, description="The issuer of that provider.")
    resident_audience: str = Field("", description="The audience of its tokens that are meant for us.")

    @model_validator(mode="after")
    def _provider_whole(self) -> Self:
        provider = (self.resident_jwks_file, self.resident_issuer, self.resident_audience)
        if any(provider) and not all(provider):
            raise PydanticCustomError(
                "setting", "RESIDENT_JWKS_FILE, RESIDENT_ISSUER and RESIDENT_AUDIENCE go together"
            )
        if self.resident_issuer in (self.issuer, self.person_issuer):
            raise PydanticCustomError("setting", "RESIDENT_ISSUER must be another one than the other two")
        return self

    def residents_provider(self, clock: Clock) -> Verifier | None:
        """Checks tokens of the provider through which residents may sign in; None when there is none."""
        if not (self.resident_issuer and self.resident_jwks_file):
            return None
        issuer = Issuer(
            self.resident_issuer, self.resident_jwks_file, self.resident_audience, frozenset(), "person"
        )
        return Verifier(issuer, clock=clock)
