"""What stands in one database: a service's tables and functions, or the key ring's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.parties import KEYRING, Service
from deploy.provision.databases import Database, Login
from deploy.provision.migrations import Migration, migrate, packaged_migrations
from deploy.provision.report import Report
from deploy.provision.service_views import provision_views

KEYRING_LOGIN = f"{KEYRING}_service"
KEYRING_ERASER = f"{KEYRING}_eraser"


def database_of(service: Service, password: Callable[[str], str], name: str | None = None) -> Database:
    """A service's database with its two logins; `password` gives a role's."""
    logins = tuple(Login(role, password(role)) for role in (service.api, service.worker))
    return Database(name or service.name, service.owner, logins)


def keyring_database(password: Callable[[str], str], name: str | None = None) -> Database:
    """The key ring's database: one login to fetch keys with, and another that only destroys them."""
    logins = tuple(Login(role, password(role)) for role in (KEYRING_LOGIN, KEYRING_ERASER))
    return Database(name or KEYRING, f"{KEYRING}_owner", logins)


def fill_service_database(
    connection: psycopg.Connection[tuple[object, ...]], service: Service, database: str, report: Report
) -> None:
    """Migrations and view tables; the connection is the administrator's, in that database."""
    close_public_schema(connection)
    roles = {"owner": service.owner, "api": service.api, "worker": service.worker}
    migrate(connection, service_migrations(), roles, database, report)
    with connection.transaction():
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(service.owner)))
        provision_views(connection, service, database, report)


def service_migrations() -> tuple[Migration, ...]:
    """What every service's database is made of; what is told to partners is numbered from 101."""
    sharing = packaged_migrations("chassis.sharing", "migrations")
    later = (Migration(100 + each.number, each.name, each.text) for each in sharing)
    return (*packaged_migrations("chassis.store", "migrations"), *later)


def fill_keyring_database(
    connection: psycopg.Connection[tuple[object, ...]], database: str, report: Report
) -> None:
    """The key ring's own tables; the connection is the administrator's, in that database."""
    close_public_schema(connection)
    roles: Mapping[str, str] = {
        "owner": f"{KEYRING}_owner",
        "service": KEYRING_LOGIN,
        "eraser": KEYRING_ERASER,
    }
    migrations = [
        Migration(number, name, files("chassis").joinpath(f"{name}.sql").read_text(encoding="utf-8"))
        for number, name in enumerate((KEYRING, f"{KEYRING}_erasing"), start=1)
    ]
    migrate(connection, migrations, roles, database, report)


def close_public_schema(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Nobody keeps anything in the schema that everyone finds first."""
    connection.execute("revoke all on schema public from public")


def adjustable_clock(
    connection: psycopg.Connection[tuple[object, ...]], database: str, report: Report
) -> None:
    """Let this database's clock be moved: for a demo or a test only, never where people are served."""
    changed = connection.execute("update clock.adjustment set adjustable = true where not adjustable")
    if changed.rowcount:
        report.did(f"database {database}: clock may be moved")


def accepts(url: str, database: Database, login: Login) -> bool:
    """Whether a login can connect to its database with its password."""
    conninfo = make_conninfo(
        url, dbname=database.name, user=login.name, password=login.password, connect_timeout=10
    )
    try:
        psycopg.connect(conninfo).close()
    except psycopg.OperationalError:
        return False
    return True
