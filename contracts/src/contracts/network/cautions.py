"""What a network should look at, although it is allowed: warn, do not block (MAT-13, MAT-14, PUB-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.network.network import Network


@dataclass(frozen=True, slots=True)
class Caution:
    """``code`` is for machines; ``municipality`` is None when it is about the whole network."""

    code: str
    reason: str
    municipality: str | None = None


def cautions(network: Network, on: date) -> Iterator[Caution]:
    """Everything to look at on that day, municipality by municipality (a check per region hides gaps)."""
    for place in network.municipalities:
        openly = {
            formality
            for organisation in network.organisations
            for formality in organisation.formalities(on, place.id, openly=True)
        }
        if "formal" not in openly:
            reason = f"{place.name} has no formal support that residents can always turn to"
            yield Caution("no_formal_backup", reason, place.id)
        if len(openly) == 1:
            reason = f"{place.name} has only {openly.pop()} support, so residents cannot choose"
            yield Caution("only_one_kind", reason, place.id)
    yield from _outside_covenants(network, on)
    if "client" in (word := network.word_for_supporter.casefold()) or "cliënt" in word:
        yield Caution("word_raises_a_barrier", "word_for_supporter speaks of clients; residents read it")


def _outside_covenants(network: Network, on: date) -> Iterator[Caution]:
    for organisation in network.organisations:
        helps = organisation.does("supports", on) or organisation.does("receives", on)
        if helps and not any(covenant.binds(organisation.id, on) for covenant in network.covenants):
            reason = f"{organisation.id} is in no covenant: nobody can refer or hand over to it"
            yield Caution("outside_covenants", reason)
