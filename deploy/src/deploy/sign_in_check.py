"""Made-up people and real ones never meet: whose sign-in a database was filled under is written in it.

The made-up identity provider of this command signs in whoever asks. So it starts on nothing that was filled
under a real one, and a real one on nothing that was filled by made-up people. What tells is the key ring: it
holds a key for everybody about whom anything was ever said. Its database carries the mark as its comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import psycopg
from psycopg import sql

from deploy.embedded.faults import DataFolderRefused
from deploy.issuer import ISSUER, PRIVATE
from deploy.parties import Service
from deploy.secret_files import Secrets

OWN_SETTINGS = ("ISSUER", "JWKS_FILE", "STAFF_ROLES")
"""What names a provider of one's own, behind a service's prefix; all together, or none of them."""

_PEOPLE = (
    "select exists (select from keyring.data_key) or exists (select from keyring.tombstone),"
    " shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
)


class SignIn(StrEnum):
    """Who signs people in."""

    MADE_UP = "waakvlam: people sign in through the made-up provider"
    OWN = "waakvlam: people sign in through a provider of their own"


class SignInMixed(DataFolderRefused):
    """Two providers, or data that belong to the other one; the text says what to do."""


def chosen(services: Iterable[Service], ours: Mapping[str, str]) -> SignIn:
    """The made-up provider, unless every service names another. Raises SignInMixed when only some do."""
    wanted = {
        f"{service.name.upper()}_{name}" for service in services if service.on_bus for name in OWN_SETTINGS
    }
    named = {name for name in wanted if ours.get(name)}
    if not named:
        return SignIn.MADE_UP
    if missing := sorted(wanted - named):
        raise SignInMixed(
            f"{sorted(named)[0]} names an identity provider of your own, but {missing[0]} is not set. "
            "Set ISSUER, JWKS_FILE and STAFF_ROLES for every service, or for none of them."
        )
    for name in sorted(named):
        if name.endswith("_ISSUER") and ours[name] == ISSUER:
            raise SignInMixed(
                f"{name} is the made-up provider of this command: name your own, or leave it out."
            )
    return SignIn.OWN


def check(keyring_url: str, secrets: Secrets, wanted: SignIn) -> None:
    """Mark the data with who signs people in, or refuse what belongs to the other (SignInMixed)."""
    with psycopg.connect(keyring_url, autocommit=True) as connection:
        row = connection.execute(_PEOPLE).fetchone()
        has_people, mark = row if row is not None else (False, None)
        if has_people and mark != wanted and not (mark is None and wanted is SignIn.OWN):
            raise SignInMixed(_DATA_OF_MADE_UP if wanted is SignIn.OWN else _DATA_OF_REAL)
        if mark != wanted:
            connection.execute(
                sql.SQL("comment on database {} is {}").format(
                    sql.Identifier(connection.info.dbname), sql.Literal(str(wanted))
                )
            )
    if wanted is SignIn.OWN:
        # Nobody is signed in by a key that a demo made.
        secrets.path(PRIVATE).unlink(missing_ok=True)


_DATA_OF_REAL = (
    "These databases were filled by people who signed in through a provider of their own, and the made-up "
    "provider of this command would let everybody in. Set ISSUER, JWKS_FILE and STAFF_ROLES of every service "
    "(INTAKE_ISSUER and so on), or give another folder with --data and other databases."
)
_DATA_OF_MADE_UP = (
    "These databases were filled by invented people through the made-up provider of this command. Real "
    "people begin on empty ones: give another folder with --data and other databases, or leave the settings "
    "of your own provider (INTAKE_ISSUER and so on) out."
)
