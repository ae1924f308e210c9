"""A fault between the parts of a configuration, and the words for the usual ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.network.organisation import EVERYWHERE

Where = tuple[str | int, ...]
"""A path of field names and numbers from 0: ``("doors", 0, "routes", 1, "receives")``."""


@dataclass(frozen=True, slots=True)
class Incoherence:
    """What is wrong where, as the end of a sentence that begins with the field."""

    where: Where
    reason: str


Incoherences = Iterator[Incoherence]


def unknown(what: str, wanted: str, known: Iterable[str]) -> str:
    """The reason for a reference that leads nowhere, with the id that was probably meant."""
    near = difflib.get_close_matches(wanted, sorted(known), n=1)
    return f"names {wanted}, which is no {what} in this file" + (f"; {near[0]} is" if near else "")


def municipalities_known(where: Where, named: tuple[str, ...], known: frozenset[str]) -> Incoherences:
    """Faults in a list of municipalities; ``all`` stands alone."""
    if EVERYWHERE in named:
        if len(named) > 1:
            yield Incoherence(where, f"has {EVERYWHERE} beside others; {EVERYWHERE} stands alone")
        return
    for place, each in enumerate(named):
        if known and each not in known:
            yield Incoherence((*where, place), unknown("municipality", each, known))
