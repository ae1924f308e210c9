"""Where a request came in, and who takes care of it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from chassis.sealing import Sealed


class Source(BaseModel):
    """From which side a request came: a code of the fixed list, plus what else was said about it (INT-01)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    note: Sealed | None = None


class Route(BaseModel):
    """The way of a request through the network.

    It may come in at any partner (``entered_by``, INT-03); for its municipality and door the configuration
    ``network`` version ``network_version`` names the ``organisation`` that takes care of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: str
    network_version: int
    municipality: str
    door: str
    organisation: str
    entered_by: str
