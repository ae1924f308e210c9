"""Casefile's settings: variables that begin with ``CASEFILE_``."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; casefile needs nothing more."""

    model_config = SettingsConfigDict(env_prefix="CASEFILE_")
