"""The organisations of the networks as partners on the bus: who has an account, who may be told anything."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from contracts.network import Network
from deploy.embedded.faults import ServerCannotStart
from deploy.home import NETWORKS
from deploy.networks import BrokenNetworks, load_all
from deploy.parties import Partner

NEVER_TOLD = frozenset({"steers", "finances"})
"""Who pays or steers sees counts and checkpoints, and never a case, whatever else it does (CON-08)."""


def partners_of(networks: Iterable[Network]) -> tuple[Partner, ...]:
    """Every organisation of the networks once, by id; of whenever, since a feed outlives a role."""
    does: dict[str, set[str]] = {}
    for network in networks:
        for organisation in network.organisations:
            done = {what for role in organisation.roles for what in role.does}
            does.setdefault(organisation.id, set()).update(done)
    return tuple(Partner(organisation, not done & NEVER_TOLD) for organisation, done in sorted(does.items()))


def partners_in(folder: Path = NETWORKS) -> tuple[Partner, ...]:
    """The partners of the networks in a folder. Raises ServerCannotStart for networks that cannot be used."""
    try:
        return partners_of(load_all(folder))
    except BrokenNetworks as broken:
        raise ServerCannotStart(f"a network's configuration cannot be used:\n{broken}") from None
