"""A personal value as it travels and is stored: encrypted under the person's own data key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from contracts.values import StoredId

Capacity = Literal["resident", "carer", "supporter", "employee"]


class Sealed(BaseModel):
    """One value of one person in one capacity; unreadable for ever once that data key is destroyed.

    ``box`` is base64 of nonce and ciphertext; ``commitment`` binds it to one key, so that nobody can show
    another plaintext for it (P16). Nothing in here tells what was written, and both are too long to be
    mistaken for it: nonce and tag of AES-GCM alone take 38 characters.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    person: StoredId
    capacity: Capacity
    field: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]
    value_id: StoredId
    key_id: StoredId
    box: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9+/_-]+={0,2}$", min_length=38, max_length=24_000)
    ]
    commitment: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/_-]{40,128}={0,2}$")]
