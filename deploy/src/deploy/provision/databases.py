"""Databases and roles: each service has its own database, and its roles may connect to no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.provision.report import Report

# Two provisions at once wait for each other here.
LOCK = 7_709_246_531_001
ATTRIBUTES = ("rolsuper", "rolcreatedb", "rolcreaterole", "rolreplication", "rolbypassrls", "rolinherit")
HARMLESS = (False, False, False, False, False, True)


@dataclass(frozen=True)
class Login:
    """A role that signs in with a password."""

    name: str
    password: str
    connections: int = -1


@dataclass(frozen=True)
class Database:
    """A database, the role that owns it and never signs in, and the logins that may connect."""

    name: str
    owner: str
    logins: tuple[Login, ...]


def admin_connection(url: str, database: str | None = None) -> psycopg.Connection[tuple[object, ...]]:
    """The administrator's connection, committing each statement; loud about nothing but faults."""
    where = {} if database is None else {"dbname": database}
    conninfo = make_conninfo(url, application_name="waakvlam provision", connect_timeout=10, **where)
    return psycopg.connect(conninfo, autocommit=True)


def provision_databases(
    connection: psycopg.Connection[tuple[object, ...]],
    databases: Sequence[Database],
    report: Report,
    signs_in: Callable[[Database, Login], bool],
) -> None:
    """Make what is missing, compare what is there. The connection is the administrator's, in any database."""
    for database in databases:
        _role(connection, database.owner, None, report)
        for login in database.logins:
            if _role(connection, login.name, login, report):
                continue
            if not signs_in(database, login) and report.differs(
                f"role {login.name} does not accept its password"
            ):
                _run(
                    connection,
                    "alter role {} login password {}",
                    sql.Identifier(login.name),
                    sql.Literal(login.password),
                )
        _database(connection, database, report)


def grant_connections(connection: psycopg.Connection[tuple[object, ...]], database: Database) -> None:
    """The database's own logins may connect and nobody else may (the administrator always can)."""
    name = sql.Identifier(database.name)
    _run(connection, "revoke all on database {} from public", name)
    for login in database.logins:
        _run(connection, "grant connect on database {} to {}", name, sql.Identifier(login.name))


def close_to_everyone(
    connection: psycopg.Connection[tuple[object, ...]], names: Sequence[str], report: Report
) -> None:
    """Take away the right, given to everyone by default, to connect to databases that nobody needs."""
    for name in names:
        if _open_to_everyone(connection, name):
            _run(connection, "revoke connect on database {} from public", sql.Identifier(name))
            report.did(f"database {name} closed to everyone")


def _open_to_everyone(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    row = connection.execute(
        "select 1 from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a"
        " where d.datname = %s and a.grantee = 0 and a.privilege_type = 'CONNECT'",
        [name],
    ).fetchone()
    return row is not None


def _role(
    connection: psycopg.Connection[tuple[object, ...]], name: str, login: Login | None, report: Report
) -> bool:
    """Make a role or compare it; True when it was made now."""
    found = connection.execute(
        "select rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit"
        " from pg_roles where rolname = %s",
        [name],
    ).fetchone()
    role = sql.Identifier(name)
    if found is None:
        if login is None:
            _run(connection, "create role {} nologin", role)
        else:
            _run(connection, "create role {} login password {}", role, sql.Literal(login.password))
        report.did(f"role {name} made")
        return True
    if found[0] is not (login is not None):
        wanted = "sign in" if login is not None else "not sign in"
        if report.differs(f"role {name} should {wanted}"):
            _run(connection, "alter role {} login" if login is not None else "alter role {} nologin", role)
    for attribute, is_, should in zip(ATTRIBUTES, found[1:], HARMLESS, strict=True):
        if is_ is not should:
            word = attribute.removeprefix("rol")
            if report.differs(f"role {name} has {word}: {is_}, should be {should}"):
                _run(connection, f"alter role {{}} {'' if should else 'no'}{_KEYWORDS[word]}", role)
    return False


_KEYWORDS = {
    "super": "superuser", "createdb": "createdb", "createrole": "createrole",
    "replication": "replication", "bypassrls": "bypassrls", "inherit": "inherit",
}  # fmt: skip


def _database(connection: psycopg.Connection[tuple[object, ...]], database: Database, report: Report) -> None:
    name = sql.Identifier(database.name)
    found = connection.execute(
        "select pg_get_userbyid(datdba) from pg_database where datname = %s", [database.name]
    ).fetchone()
    if found is None:
        # Sorted by code point and the same on every machine; before PostgreSQL 17 the system's
        # C.UTF-8 does that.
        locale = (
            "locale_provider builtin builtin_locale" if connection.info.server_version >= 170000 else "locale"
        )
        _run(
            connection,
            f"create database {{}} owner {{}} template template0 encoding 'UTF8' {locale} 'C.UTF-8'",
            name,
            sql.Identifier(database.owner),
        )
        grant_connections(connection, database)
        report.did(f"database {database.name} made")
        return
    if found[0] != database.owner and report.differs(
        f"database {database.name} belongs to {found[0]}, should belong to {database.owner}"
    ):
        _run(connection, "alter database {} owner to {}", name, sql.Identifier(database.owner))
    _connections(connection, database, report)


def _connections(
    connection: psycopg.Connection[tuple[object, ...]], database: Database, report: Report
) -> None:
    may = {
        str(row[0])
        for row in connection.execute(
            "select r.rolname from pg_roles r where not r.rolsuper and r.rolcanlogin"
            " and has_database_privilege(r.oid, %s, 'connect')",
            [database.name],
        )
    }
    public = _open_to_everyone(connection, database.name)
    if public and report.differs(f"everyone may connect to database {database.name}"):
        grant_connections(connection, database)
    should = {login.name for login in database.logins}
    if not public:
        for name in sorted(may - should):
            if report.differs(f"role {name} may connect to database {database.name}"):
                _run(
                    connection,
                    "revoke all on database {} from {}",
                    sql.Identifier(database.name),
                    sql.Identifier(name),
                )
    for name in sorted(should - may):
        if report.differs(f"role {name} may not connect to database {database.name}"):
            grant_connections(connection, database)


def _run(
    connection: psycopg.Connection[tuple[object, ...]], statement: LiteralString, *parts: sql.Composable
) -> None:
    connection.execute(sql.SQL(statement).format(*parts))
