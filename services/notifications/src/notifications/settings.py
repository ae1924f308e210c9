"""Notifications' settings: variables that begin with ``NOTIFICATIONS_``."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.erasure.settings import ErasureSettings
from chassis.settings import ServiceSettings


class Settings(ErasureSettings, ServiceSettings):
    """What every service has, and where erasures are listed."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_")
