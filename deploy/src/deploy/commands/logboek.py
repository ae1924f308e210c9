"""`waakvlam logboek`: the Logboek Dataverwerkingen of a service, from its access records."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any

import psycopg
import typer

from chassis.access.logboek import write_lines
from deploy.commands.options import DATA, Data, addresses, aside
from deploy.exits import Exit, Finished
from deploy.operating import Operations, service_named

ServiceName = Annotated[str, typer.Option("--service", help="Whose access records.")]
From = Annotated[datetime, typer.Option("--from", help="The first moment, in UTC.")]
To = Annotated[datetime | None, typer.Option("--to", help="Up to this moment, in UTC.", show_default="now")]
Output = Annotated[
    Path | None,
    typer.Option("--output", help="File to write to.", show_default="standard output", dir_okay=False),
]
RegisterUri = Annotated[
    str | None,
    typer.Option(
        "--register",
        help="Public address of the register of processing.",
        show_default="the running service's own",
    ),
]
EVERY = 1000
FAR = datetime(9999, 1, 1, tzinfo=UTC)


def logboek(
    service: ServiceName,
    first: From,
    to: To = None,
    output: Output = None,
    register: RegisterUri = None,
    data: Data = DATA,
) -> None:
    """Write the Logboek Dataverwerkingen as JSON lines: one record per person, never sampled, in their order.

    Examples:
      ./waakvlam logboek --service casefile --from 2026-11-01
      ./waakvlam logboek --service casefile --from 2026-11-01 --to 2026-12-01 --output logboek.jsonl
    """
    found = service_named(service)
    operations = Operations(data, addresses())
    address = operations.running.address(found.name)
    if register is None and address is None:
        raise Finished(Exit.USAGE, f"{found.name} does not run here: name its register with --register")
    register_uri = (register or f"{address}/v1/processing-activities").rstrip("/") + "/"
    with operations.connected(found, "worker") as conn, _opened(output) as file:
        seen, written = write_lines(
            entries_between(conn, _utc(first), _utc(to) if to else FAR),
            file,
            service=found.name,
            register_uri=register_uri,
            progress=_tell,
        )
    aside.print(f"{seen} access records, {written} records in the logboek", markup=False)


def entries_between(conn: psycopg.Connection[Any], first: datetime, to: datetime) -> Iterator[dict[str, Any]]:
    """Access records from ``first`` up to ``to``, in their order, some at a time."""
    with conn.transaction(), conn.cursor("logboek") as cursor:
        cursor.itersize = EVERY
        cursor.execute(
            "select entry::jsonb from store.access_record where recorded_at >= %s and recorded_at < %s"
            " order by recorded_at, number",
            (first, to),
        )
        for (entry,) in cursor:
            yield entry


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _tell(seen: int, written: int) -> None:
    if seen % (10 * EVERY) == 0:
        aside.print(f"{seen} access records, {written} records in the logboek …", markup=False)


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    # Whole or not at all: a file that broke off must not pass for the whole log.
    draft = output.with_name(output.name + ".part")
    with draft.open("w", encoding="utf-8") as file:
        yield file
    draft.replace(output)
