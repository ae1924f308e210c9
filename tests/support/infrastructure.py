"""Which servers a test run uses: the embedded ones, given addresses, or containers.

`WAAKVLAM_TEST_INFRA` chooses:

- `embedded` (default): from the wheels, started for this run and gone after it;
- `external`: at `WAAKVLAM_POSTGRES_URL` (a superuser's) and `WAAKVLAM_NATS_URL`, whose users have the
  password `WAAKVLAM_TEST_BUS_PASSWORD`; `python -m tests.support.external` starts such servers;
- `containers`: with testcontainers, where Docker is there.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded.bus_accounts import BusAccount, BusUser, services_account
from deploy.embedded.nats import EmbeddedNats
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.folder import DataFolder
from deploy.parties import SERVICES

ACCOUNTS = 16


class InfrastructureAbsent(Exception):
    """The chosen kind of servers is not there; the text says what is missing."""


@dataclass(frozen=True)
class Infrastructure:
    """Where the servers of this run are; `password` is that of every role and bus user made for tests."""

    postgres_url: str
    nats_url: str
    password: str
    run: str

    def to_json(self) -> str:
        """For handing to a test worker."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Infrastructure:
        """What `to_json` gave."""
        return cls(**json.loads(text))


def accounts_for_tests() -> list[BusAccount]:
    """One account per test worker, with the users of the real services and one that may do everything."""
    accounts = []
    for number in range(ACCOUNTS):
        prefix = f"t{number}-"
        real = services_account(SERVICES, f"T{number}", prefix)
        accounts.append(BusAccount(real.name, (*real.users, BusUser(f"{prefix}admin", (">",), (">",)))))
    return accounts


@contextmanager
def infrastructure() -> Iterator[Infrastructure]:
    """The servers of the chosen kind for as long as the context lasts; raises InfrastructureAbsent."""
    kind = os.environ.get("WAAKVLAM_TEST_INFRA", "embedded")
    kinds = {"embedded": _embedded, "external": _external, "containers": _containers}
    if kind not in kinds:
        raise InfrastructureAbsent(f"WAAKVLAM_TEST_INFRA={kind}: choose embedded, external or containers")
    with kinds[kind]() as servers:
        yield servers


@contextmanager
def _embedded() -> Iterator[Infrastructure]:
    password = "w" + secrets.token_hex(16)
    with (
        tempfile.TemporaryDirectory(prefix="waakvlam-test-") as path,
        DataFolder(Path(path) / "data") as folder,
    ):
        postgres = EmbeddedPostgres(
            folder.postgres,
            ports=folder.ports,
            log=folder.logs / "postgres.log",
            superuser_password=folder.secrets.password("postgres"),
            max_connections=200,
            preferred_port=None,
            # Hundreds of databases are made and dropped, and the folder is thrown away.
            survives_power_cuts=False,
        )
        accounts = accounts_for_tests()
        nats = EmbeddedNats(
            folder.nats,
            ports=folder.ports,
            log=folder.logs / "nats.log",
            accounts=accounts,
            passwords={user.name: password for account in accounts for user in account.users},
            preferred_port=None,
            preferred_monitor_port=None,
        )
        try:
            postgres.start()
            nats.start()
            yield Infrastructure(postgres.url(), nats.url, password, secrets.token_hex(2))
        finally:
            nats.stop()
            postgres.stop()


@contextmanager
def _external() -> Iterator[Infrastructure]:
    names = ("WAAKVLAM_POSTGRES_URL", "WAAKVLAM_NATS_URL", "WAAKVLAM_TEST_BUS_PASSWORD")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise InfrastructureAbsent(f"WAAKVLAM_TEST_INFRA=external needs {', '.join(missing)}")
    postgres_url, nats_url, password = (os.environ[name] for name in names)
    yield Infrastructure(postgres_url, nats_url, password, secrets.token_hex(2))


@contextmanager
def _containers() -> Iterator[Infrastructure]:
    from tests.support.containers import containers

    with containers(accounts_for_tests()) as (postgres_url, nats_url, password):
        yield Infrastructure(postgres_url, nats_url, password, secrets.token_hex(2))
