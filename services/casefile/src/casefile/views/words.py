"""What a network calls things, for whoever writes a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What the network calls things: its word for a supporter, and its organisations' names by id."""

    supporter: str
    organisations: Mapping[str, str]

    def organisation(self, organisation_id: object) -> str:
        """The name, or the id when the network no longer knows it."""
        return self.organisations.get(str(organisation_id), str(organisation_id))
