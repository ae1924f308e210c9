"""Settings of services that keep what people said: where erasures are listed, and who may destroy keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode

from chassis.setting_kinds import KeyFile, Name, Password

__all__ = ["DecidingSettings", "ErasureSettings"]


def _folders(value: object) -> tuple[Path, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple):
        raise PydanticCustomError("setting", "must be folders with commas between them")
    return tuple(Path(each) for each in value)


def _log(value: object) -> Path:
    path = Path(str(value))
    if not path.parent.is_dir():
        raise PydanticCustomError("setting", "names a file in a folder that does not exist")
    return path


Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_folders)]


class ErasureSettings(BaseSettings):
    """Every service that holds sealed values, its own or heard ones."""

    erasure_log: Annotated[Path, BeforeValidator(_log)] = Field(
        description="File that lists erasures; outside every database folder, the same one for all services."
    )
    erasure_copies: Folders = Field(
        (), description="Folders on other disks or machines, with a copy of that file each."
    )
    keyring_eraser: Name = Field("keyring_eraser", description="User of the key ring that destroys keys.")
    keyring_eraser_password: Password | None = Field(
        None, description="Password of that user; without it this service waits for one that has it."
    )


class DecidingSettings(ErasureSettings):
    """A service that decides about erasing, and certifies that it was done."""

    certificate_key_file: KeyFile = Field(description="Key that signs certificates of erasure.")
