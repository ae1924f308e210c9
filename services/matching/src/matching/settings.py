"""Matching's settings: variables that begin with ``MATCHING_``."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; matching needs nothing more."""

    model_config = SettingsConfigDict(env_prefix="MATCHING_")
