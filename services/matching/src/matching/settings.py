"""Matching's settings: variables that begin with ``MATCHING_``."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.erasure.settings import DecidingSettings
from chassis.settings import ServiceSettings


class Settings(DecidingSettings, ServiceSettings):
    """What every service has, and how it erases supporters."""

    model_config = SettingsConfigDict(env_prefix="MATCHING_")
