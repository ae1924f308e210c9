"""How a case is found by its network and its id or number, to tell that it is there and no more."""

from __future__ import annotations

import hashlib

CASE_IN_NETWORK, NUMBER_IN_NETWORK = "case-in-network", "number-in-network"
"""Kinds of digests that lead to a case."""


def in_network(network: str, name: str) -> bytes:
    """The digest of a case's id or number within its network."""
    return hashlib.sha256(f"{network}\x00{name}".encode()).digest()
