"""`waakvlam balance`: is every published event accounted for?"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

from rich.table import Table

from deploy.balance import Balance, balances
from deploy.commands.options import DATA, Data, Json, addresses, answers
from deploy.exits import Exit, Finished
from deploy.operating import Operations


def balance(data: Data = DATA, as_json: Json = False) -> None:
    """Count every published event: applied, discarded, parked, dead or on its way; tell what is lost.

    Exit code 1 when an event is lost: published, and neither applied nor waiting anywhere.

    Examples:
      ./waakvlam balance
      ./waakvlam balance --json
    """
    found = asyncio.run(balances(Operations(data, addresses())))
    if as_json:
        answers.print(json.dumps([told(one) for one in found], indent=2), markup=False)
    else:
        answers.print(table_of(found))
    lost = sum(one.lost for one in found)
    if lost:
        raise Finished(
            Exit.WRONG, f"{lost} events are lost on the bus: send them again with ./waakvlam rebuild-bus"
        )


def told(one: Balance) -> dict[str, object]:
    """A consumer's account for scripts."""
    return {**asdict(one), "pending": one.pending, "lost": one.lost, "settled": one.settled}


def table_of(found: list[Balance]) -> Table:
    """The accounts, a row each."""
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    titles = ("consumer", "published", "applied", "discarded", "parked", "dead", "pending", "lost")
    for title in titles:
        table.add_column(title, justify="left" if title == "consumer" else "right")
    for one in found:
        counts = (one.published, one.applied, one.discarded, one.parked, one.dead, one.pending, one.lost)
        table.add_row(one.consumer, *map(str, counts))
    return table
