"""Intake's settings: variables that begin with ``INTAKE_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.erasure.settings import ErasureSettings
from chassis.setting_kinds import KeyFile
from chassis.settings import ServiceSettings


class Settings(ErasureSettings, ServiceSettings):
    """What every service has, and the key by which people are found."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")

    referral_days: int = Field(180, ge=1, le=730, description="How long a referrer's link works.")
    search_key_file: KeyFile = Field(description="Key of the tokens by which people are found.")
