"""Numbered migrations: SQL files applied once each, in order, and never changed afterwards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

import psycopg
from psycopg import sql

from deploy.provision.report import ProvisionRefused, Report

FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")
PLACE = re.compile(r"\{\{\s*([a-z_]*)\s*\}\}")


@dataclass(frozen=True)
class Migration:
    """One SQL file with `{{owner}}`, `{{api}}`, `{{worker}}` where role names go."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Of the file as written, before names are filled in."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def filled(self, roles: Mapping[str, str]) -> str:
        """The text with quoted role names in their places; ProvisionRefused on a place without one."""

        def name_of(place: re.Match[str]) -> str:
            if place.group(1) not in roles:
                raise ProvisionRefused(f"migration {self} asks for {place.group(0)}, which is not known")
            return sql.Identifier(roles[place.group(1)]).as_string(None)

        return PLACE.sub(name_of, self.text)

    def __str__(self) -> str:
        return f"{self.number:04d}_{self.name}"


def packaged_migrations(package: str, folder: str) -> tuple[Migration, ...]:
    """The migrations in a folder of a package, by number.

    Raises ProvisionRefused for a file of another name, a number used twice or a number left out.
    """
    found: list[Migration] = []
    for entry in files(package).joinpath(folder).iterdir():
        if not entry.name.endswith(".sql"):
            continue
        named = FILE_NAME.fullmatch(entry.name)
        if named is None:
            raise ProvisionRefused(f"{entry.name} is not named like 0001_what_it_does.sql")
        found.append(Migration(int(named["number"]), named["name"], entry.read_text(encoding="utf-8")))
    found.sort(key=lambda migration: migration.number)
    for expected, migration in enumerate(found, start=1):
        if migration.number != expected:
            raise ProvisionRefused(f"migration {expected:04d} is missing or there twice (found {migration})")
    return tuple(found)


def migrate(
    connection: psycopg.Connection[tuple[object, ...]],
    migrations: Iterable[Migration],
    roles: Mapping[str, str],
    database: str,
    report: Report,
) -> None:
    """Apply what was not applied yet, each file in one transaction of its own.

    `roles` maps a place's name (`owner`, `api`, …) to a role; `owner` owns the list of what was applied.
    Raises ProvisionRefused
    when a file that was applied has changed or is gone, and when a file cannot be applied (which leaves
    nothing of it).
    """
    known = _applied(connection, roles["owner"])
    wanted = list(migrations)
    for number in sorted(set(known) - {migration.number for migration in wanted}):
        raise ProvisionRefused(
            f"database {database} has migration {number:04d}_{known[number][0]}, "
            "which this version does not know; it was made by a newer one"
        )
    for migration in wanted:
        if migration.number in known:
            if known[migration.number][1] != migration.sha256:
                raise ProvisionRefused(
                    f"migration {migration} was applied to database {database} and has changed since. "
                    "Put the file back as it was, and write the change as a new migration."
                )
            continue
        try:
            with connection.transaction():
                connection.execute(migration.filled(roles).encode())
                connection.execute(
                    "insert into store.migration (number, name, sha256) values (%s, %s, %s)",
                    [migration.number, migration.name, migration.sha256],
                )
        except psycopg.Error as fault:
            line = fault.diag.context or ""
            raise ProvisionRefused(
                f"migration {migration} cannot be applied to database {database}: "
                f"{fault.diag.message_primary or fault}{'; ' + line if line else ''}"
            ) from fault
        report.did(f"database {database}: migration {migration} applied")


def _applied(connection: psycopg.Connection[tuple[object, ...]], owner: str) -> dict[int, tuple[str, str]]:
    with connection.transaction():
        role = sql.Identifier(owner)
        connection.execute(sql.SQL("create schema if not exists store authorization {}").format(role))
        connection.execute(
            "create table if not exists store.migration (number integer primary key, name text not null,"
            " sha256 text not null, applied_at timestamptz not null default now())"
        )
        connection.execute(sql.SQL("alter table store.migration owner to {}").format(role))
    rows = connection.execute("select number, name, sha256 from store.migration").fetchall()
    return {int(str(number)): (str(name), str(sha256)) for number, name, sha256 in rows}
