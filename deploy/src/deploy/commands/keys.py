"""`waakvlam keys`: the keys that wrap people's data keys, renewed without touching what was stored."""

from __future__ import annotations

import secrets as chance
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from psycopg import sql
from psycopg.conninfo import make_conninfo
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.key_wrapping import FileWrapping, KekFileBroken, KekUnknown, kek_line
from chassis.rewrapping import AnotherRotation, Rewrapping, StillInUse, next_id
from deploy.commands.options import DATA, Data, addresses, answers, aside
from deploy.exits import Exit, Finished
from deploy.operating import Operations
from deploy.parties import KEYRING
from deploy.secret_files import Secrets

KEK_FILE = "key-encrypting-keys"
Id = Annotated[str, typer.Argument(metavar="ID", help="As `keys status` shows it.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Key-encrypting keys: which there are, a new one, an old one gone.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def status(data: Data = DATA) -> None:
    """Which keys there are, and how many people's data keys each wraps.

    Example:
      ./waakvlam keys status
    """
    with _at_work(data) as (rewrapping, wrapping, _secrets):
        many, retired = rewrapping.wrapped_by(), rewrapping.retired()
        for kek_id in dict.fromkeys([*wrapping.ids, *many]):
            words = [f"{kek_id:<24} wraps {many.get(kek_id, 0)} data keys"]
            words += ["wraps new ones"] if kek_id == wrapping.present else []
            words += ["retired"] if kek_id in retired else []
            words += [] if kek_id in wrapping.ids else ["NOT IN THE FILE"]
            answers.print("; ".join(words), markup=False)


@app.command()
def rotate(data: Data = DATA) -> None:
    """Make a new key and wrap every data key by it, while everything runs; it can be killed and run again.

    A rotation that was broken off is finished first: then no further key is made.

    Example:
      ./waakvlam keys rotate
    """
    with _at_work(data) as (rewrapping, wrapping, secrets):
        many = rewrapping.wrapped_by()
        if set(many) <= {wrapping.present}:
            new = next_id(wrapping.present, {*wrapping.ids, *many, *rewrapping.retired()})
            line = kek_line(new, chance.token_bytes(32))
            secrets.write(KEK_FILE, f"{line}\n{secrets.path(KEK_FILE).read_text(encoding='ascii')}".encode())
            answers.print(f"{new} is new and wraps new data keys")
        else:
            answers.print(f"going on with {wrapping.present}")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=aside) as progress:
            task = progress.add_task("data keys", total=None)
            done = rewrapping.run(lambda so_far, all_: progress.update(task, completed=so_far, total=all_))
            progress.update(task, completed=done, total=max(done, 1))
        answers.print(f"{done} data keys are wrapped by {wrapping.present}")
        for old in wrapping.ids[1:]:
            answers.print(f"{old} wraps nothing; remove it with: waakvlam keys retire {old}")


@app.command()
def retire(kek_id: Id, data: Data = DATA) -> None:
    """Remove a key that wraps nothing any more.

    A backup of the key ring from before needs it: keep the line, apart from that backup, as long as it lives.

    Example:
      ./waakvlam keys retire local-1
    """
    with _at_work(data) as (rewrapping, wrapping, secrets):
        if kek_id not in wrapping.ids:
            raise Finished(Exit.USAGE, f"there is no {kek_id}; there are {', '.join(wrapping.ids)}")
        try:
            rewrapping.retire(kek_id)
        except StillInUse as used:
            raise Finished(Exit.WRONG, str(used)) from None
        lines = secrets.path(KEK_FILE).read_text(encoding="ascii").splitlines()
        kept = [line for line in lines if line.split(" ")[0] != kek_id]
        secrets.write(KEK_FILE, ("\n".join(kept) + "\n").encode())
        answers.print(f"{kek_id} is gone")


@contextmanager
def _at_work(data: Path) -> Iterator[tuple[Rewrapping, FileWrapping, Secrets]]:
    operations = Operations(data, addresses())
    secrets = operations.folder.secrets
    dsn = make_conninfo(operations.servers.admin_url, dbname=KEYRING)
    try:
        wrapping = FileWrapping(secrets.path(KEK_FILE))
        with psycopg.connect(
            dsn, autocommit=True, connect_timeout=3, application_name="waakvlam keys"
        ) as connection:
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(f"{KEYRING}_owner")))
            with Rewrapping(connection, wrapping) as rewrapping:
                yield rewrapping, wrapping, secrets
    except KekFileBroken as broken:
        raise Finished(Exit.WRONG, f"the file of key-encrypting keys cannot be used: {broken}") from None
    except (AnotherRotation, KekUnknown) as fault:
        raise Finished(Exit.WRONG, str(fault)) from None
