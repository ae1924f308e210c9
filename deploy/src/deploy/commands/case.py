"""`waakvlam case history`: one case's history in plain Dutch."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from deploy.casefile_api import ask, case_here
from deploy.commands.options import DATA, Data, Json, addresses, answers
from deploy.operating import Operations

app = typer.Typer(no_args_is_help=True, help="Look at one case.", rich_markup_mode="rich")
Number = Annotated[str, typer.Argument(help="Number or id of the case, e.g. 2741-9063.")]
HERE = ZoneInfo("Europe/Amsterdam")


@app.command()
def history(number: Number, data: Data = DATA, as_json: Json = False) -> None:
    """Print what happened in a case, oldest first, one sentence per event, in Dutch.

    Asked as an auditor of the organisation on whose list the case stands; the look is recorded as one.

    Example:
      ./waakvlam case history 2741-9063
    """
    operations = Operations(data, addresses())
    entries = entries_of(operations, number)
    if as_json:
        answers.print(json.dumps(entries, indent=2, ensure_ascii=False), markup=False)
        return
    for entry in entries:
        answers.print(line_of(entry), markup=False)


def line_of(entry: dict[str, Any]) -> str:
    """When, and what."""
    return f"{moment_of(entry['happenedAt'])}  {entry['sentence']}"


def entries_of(operations: Operations, number: str) -> list[dict[str, Any]]:
    """The whole history, page by page."""
    found: list[dict[str, Any]] = []
    case = case_here(operations, number)
    path: str | None = f"/v1/cases/{case.case_id}/history"
    while path:
        page = ask(operations, path, case.organisation)
        found += page["items"]
        path = (page["_links"].get("next") or {}).get("href")
    return found


def moment_of(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(HERE):%d-%m-%Y %H:%M}"
