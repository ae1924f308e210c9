"""Notifications' settings: variables that begin with ``NOTIFICATIONS_``."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; notifications needs nothing more."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_")
