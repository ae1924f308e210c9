"""`waakvlam dead-letters`: what could not be applied, why, and the two ways out."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from chassis.inbox import dead_letters as letters
from deploy.commands.options import DATA, Data, Json, addresses, answers
from deploy.exits import Exit, Finished
from deploy.operating import ON_BUS, Operations
from deploy.parties import Service

app = typer.Typer(
    no_args_is_help=True,
    help="Messages that could not be applied: what, why, and the two ways out.",
    rich_markup_mode="rich",
)
Id = Annotated[str, typer.Argument(help="Id of the dead letter, or its beginning when that is unique.")]
All = Annotated[bool, typer.Option("--all", help="Also those that were retried or discarded.")]
Why = Annotated[str, typer.Option("--why", help="Why it may be passed over; kept with it.", min=1)]


@app.command("list")
def list_(data: Data = DATA, decided: All = False, as_json: Json = False) -> None:
    """List what waits for a decision, in all services, oldest first. Exit code 0, also when there is none.

    Examples:
      ./waakvlam dead-letters list
      ./waakvlam dead-letters list --all --json
    """
    found = _letters(Operations(data, addresses()), decided)
    if as_json:
        rows = [{"service": service.name, **asdict(letter)} for service, letter in found]
        answers.print(json.dumps(rows, indent=2, default=str), markup=False)
        return
    if not found:
        answers.print("There are no dead letters.")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("id", "service", "from", "type", "cause", "attempts", "died at", "state"):
        table.add_column(title)
    for service, letter in found:
        kind = (letter.event_type or "unreadable").removeprefix("nl.ondersteuningsvragen.")
        died = f"{letter.died_at:%Y-%m-%d %H:%M}"
        table.add_row(
            str(letter.id)[:8],
            service.name,
            letter.source,
            kind,
            letter.cause,
            str(letter.attempts),
            died,
            letter.state,
        )
    answers.print(table)


@app.command()
def show(letter_id: Id, data: Data = DATA, as_json: Json = False) -> None:
    """Show one dead letter, without what it says: codes and ids are enough to decide.

    Example:
      ./waakvlam dead-letters show 3f2a9c01
    """
    service, letter = _find(Operations(data, addresses()), letter_id)
    facts = {"service": service.name, **asdict(letter)}
    if as_json:
        answers.print(json.dumps(facts, indent=2, default=str), markup=False)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), "–" if value is None else str(value))
    answers.print(table)


@app.command()
def retry(letter_id: Id, data: Data = DATA) -> None:
    """Try it again, for instance after a repair; what waited behind it follows in order.

    Example:
      ./waakvlam dead-letters retry 3f2a9c01
    """
    operations = Operations(data, addresses())
    service, letter = _find(operations, letter_id)
    with operations.connected(service, "worker") as conn:
        try:
            letters.retry(conn, letter.id)
        except letters.LetterNotWaiting:
            raise Finished(Exit.WRONG, f"it was {letter.state} already") from None
        except letters.LetterHasNoPlace:
            raise Finished(
                Exit.WRONG,
                "it could not be read, so it cannot be tried again; its source sends the right one by itself",
            ) from None
    answers.print("It is tried again within seconds; ./waakvlam dead-letters list tells what came of it.")


@app.command()
def discard(letter_id: Id, why: Why, data: Data = DATA) -> None:
    """Pass over it for ever, with the reason; what waited behind it goes on.

    Example:
      ./waakvlam dead-letters discard 3f2a9c01 --why "sent twice by hand"
    """
    operations = Operations(data, addresses())
    service, letter = _find(operations, letter_id)
    with operations.connected(service, "worker") as conn:
        try:
            letters.discard(conn, letter.id, why)
        except letters.LetterNotWaiting:
            raise Finished(Exit.WRONG, f"it was {letter.state} already") from None
    answers.print("It is passed over; its reason is kept.")


def _letters(operations: Operations, decided: bool) -> list[tuple[Service, letters.DeadLetter]]:
    found: list[tuple[Service, letters.DeadLetter]] = []
    for service in ON_BUS:
        with operations.connected(service, "worker") as conn:
            found += [(service, letter) for letter in letters.waiting(conn, decided=decided)]
    return sorted(found, key=lambda pair: pair[1].died_at)


def _find(operations: Operations, letter_id: str) -> tuple[Service, letters.DeadLetter]:
    wanted = letter_id.lower()
    matching = [pair for pair in _letters(operations, True) if str(pair[1].id).startswith(wanted)]
    if len(matching) > 1 and not _is_whole(wanted):
        raise Finished(
            Exit.USAGE, f"{len(matching)} dead letters begin with {letter_id}; give more of the id"
        )
    if not matching:
        raise Finished(Exit.WRONG, f"there is no dead letter {letter_id}; see ./waakvlam dead-letters list")
    return matching[0]


def _is_whole(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
