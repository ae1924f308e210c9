"""Intake's settings: variables that begin with ``INTAKE_``."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; intake needs nothing more."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_")
