"""The portal's settings: variables that begin with ``PORTAL_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.setting_kinds import HttpUrl
from chassis.settings import ProcessSettings


class Settings(ProcessSettings):
    """What every process has, where casefile is, and on whose behalf it is asked."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_")

    casefile_url: HttpUrl = Field(description="Address of casefile, without /v1.")
    token_file: Path | None = Field(
        None, description="File with the access token to read cases with, until people sign in themselves."
    )
    clock_adjustable: bool = Field(False, description="True only for demo and test: the pages say so.")
