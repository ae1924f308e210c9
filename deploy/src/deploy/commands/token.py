"""`waakvlam token`: sign in as an invented person, to try the API by hand."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from deploy.commands.options import DATA, Data, answers
from deploy.exits import Exit, Finished
from deploy.folder import DataFolder
from deploy.personas import ORGANISATION, PERSONAS, persona, token_for

Who = Annotated[str, typer.Option("--persona", help="; ".join(f"{p.name}: {p.does}" for p in PERSONAS) + ".")]
At = Annotated[str, typer.Option("--organisation", help="Where they work.")]
Subject = Annotated[
    str | None, typer.Option("--subject", help="Who they are for the provider.", show_default=False)
]
Person = Annotated[UUID | None, typer.Option("--person", help="A resident's id.", show_default=False)]
For = Annotated[UUID | None, typer.Option("--represents", help="For whom they ask.", show_default=False)]


def token(
    who: Who,
    organisation: At = ORGANISATION,
    subject: Subject = None,
    person: Person = None,
    represents: For = None,
    data: Data = DATA,
) -> None:
    """Print a token of an invented person, for `Authorization: Bearer`.

    Only where the made-up provider signs people in, as after `up` and `demo` without one of your own.

    Examples:
      ./waakvlam token --persona coordinator
      ./waakvlam token --persona supporter --subject 0b1f…
      ./waakvlam token --persona representative --represents 5c2d… --data .waakvlam/demo
    """
    found = persona(who)
    if found is None:
        raise Finished(Exit.USAGE, f"there is no {who}; there are {', '.join(p.name for p in PERSONAS)}")
    answers.print(
        token_for(
            DataFolder(data).secrets,
            found,
            organisation=organisation,
            subject=subject,
            person=person,
            represents=represents,
        ),
        markup=False,
    )
