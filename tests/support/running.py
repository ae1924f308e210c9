"""A service as its process runs it, on a real database, without the bus in between.

Messages are handed to its inbox as the bus would deliver them, and what it tells is read from its outbox:
so a test sees what a service makes of what it hears, asks and waits for, one step at a time.
"""

from __future__ import annotations

import base64
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

import psycopg
from httpx2 import Response
from psycopg import sql
from starlette.testclient import TestClient
from tests.support.stack import ServiceDatabase
from tests.support.tokens import (
    AUDIENCE,
    ISSUER,
    PERSON_ISSUER,
    PERSON_ROLES,
    STAFF_ROLES,
    ProviderForTests,
)

from chassis.inbox.inbox import Later
from chassis.key_wrapping import kek_line
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.sweeper import Sweeper
from chassis.views import Follower
from contracts.envelope import ContractEvent, envelope_text, parse, with_sequence
from contracts.network import Network
from deploy.networks import append, load_all

NETWORKS = Path(__file__).parents[2] / "deploy" / "networks"
URN = "urn:nld:kvknr:00000000:systeem:"
_EVENTS = UUID("b4cb58a2-70f6-4c4b-9a1f-5d1a8a4f9d21")


@dataclass(frozen=True)
class As:
    """As whom somebody signs in: staff of an organisation in one role, or a person."""

    organisation: str | None = None
    role: str = "role_coordinator"
    subject: str = "f81d4fae"
    person: UUID | None = None
    represents: UUID | None = None


S = TypeVar("S", bound=ServiceSettings)
E = TypeVar("E", bound=ContractEvent)


def settings_for(
    kind: type[S],
    database: ServiceDatabase,
    keyring: ServiceDatabase,
    provider: ProviderForTests,
    folder: Path,
) -> S:
    """Settings of a service for these databases; its key files are made in the folder."""
    where, keys = database.parameters, keyring.parameters
    return kind(
        http_port=1,
        database_host=where["host"],
        database_port=where["port"],
        database_name=database.name,
        api_password=database.password,
        worker_password=database.password,
        nats_url="nats://127.0.0.1:1",
        nats_user="nobody",
        nats_password="none",
        source_urn_prefix=URN,
        jwks_file=provider.file,
        issuer=ISSUER,
        audience=AUDIENCE,
        staff_roles=STAFF_ROLES,
        person_jwks_file=provider.person_file,
        person_issuer=PERSON_ISSUER,
        person_roles=PERSON_ROLES,
        body_hmac_key_file=_secret(folder / "body.key", base64.b64encode(os.urandom(32)).decode()),
        codes_key_file=_secret(folder / "codes.key", base64.b64encode(os.urandom(32)).decode()),
        keyring_host=keys["host"],
        keyring_port=keys["port"],
        keyring_name=keyring.name,
        keyring_password=keyring.password,
        kek_file=_secret(folder / "kek", kek_line("kek-1", os.urandom(32))),
        erasure_log=folder / "erasures.jsonl",
        keyring_eraser_password=keyring.password,
        clock_adjustable=True,
        **_own_keys(kind, provider, folder),
    )


def _own_keys(kind: type[ServiceSettings], provider: ProviderForTests, folder: Path) -> Any:
    """The keys that only some services have."""
    own = {"search_key_file", "certificate_key_file"} & set(kind.model_fields)
    made = {name: _secret(folder / name, base64.b64encode(os.urandom(32)).decode()) for name in own}
    signs = {"person_key_file": provider.person_key_file} if "person_key_file" in kind.model_fields else {}
    return made | signs


def _secret(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


@cache
def _networks() -> tuple[Network, ...]:
    """The two networks of the project; read once, since reading them takes longer than most tests."""
    return load_all(NETWORKS)


@dataclass
class Running:
    """A service, its database and who signs in to it."""

    service: Service
    database: ServiceDatabase
    keyring: ServiceDatabase
    provider: ProviderForTests
    organisation: str = "welzijn"
    keys: itertools.count[int] = field(default_factory=itertools.count)
    told_about: dict[tuple[str, UUID], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = TestClient(self.service.app(lambda: []), raise_server_exceptions=False)
        base = self.service.base
        self.inboxes = {
            source: base.inbox(source, heard) for source, heard in self.service.subscriptions.items()
        }
        self.follower = Follower(base.worker_pool, self.service.views)
        self.sweeper = Sweeper(base.worker_pool, base.worker_store, self.service.on_due, base.clock)

    def close(self) -> None:
        """Give everything back."""
        self.client.close()
        self.service.base.close()

    # What people do.

    def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        by: str | As | None = None,
        key: str | None = None,
    ) -> Response:
        """A command by somebody of an organisation; a new key unless one is given."""
        headers = self.headers(by) | {"Idempotency-Key": key or f"key-{next(self.keys)}"}
        return self.client.post(f"/v1{path}", json=body or {}, headers=headers)

    def get(self, path: str, *, by: str | As | None = None) -> Response:
        """A question by somebody of an organisation."""
        return self.client.get(f"/v1{path}", headers=self.headers(by))

    def headers(self, by: str | As | None = None) -> dict[str, str]:
        """Headers that sign in as somebody; an organisation alone stands for its coordinator."""
        who = by if isinstance(by, As) else As(by)
        if who.person is not None:
            claims = {"represents": str(who.represents), "roles": ["role_representative"]}
            return self.provider.person_headers(who.person, **(claims if who.represents else {}))
        organisation = who.organisation or self.organisation
        changed = {"https://waakvlam.example/claims/organisation": organisation}
        return self.provider.headers(sub=who.subject, roles=[who.role], **changed)

    # What the bus does.

    def message(self, event: ContractEvent, about: UUID, position: int | None = None) -> bytes:
        """The message as it travels; the next position of that case unless one is given."""
        place = (event.SOURCE, about)
        if position is None:
            position = self.told_about[place] = self.told_about.get(place, 0) + 1
        text = envelope_text(
            event,
            id=uuid5(_EVENTS, f"{place}{position}"),
            subject=about,
            time=self.now(),
            source_urn=f"{URN}{event.SOURCE}",
        )
        return with_sequence(text, position).encode()

    def deliver(self, source: str, *messages: bytes) -> list[Later | None]:
        """Let the bus deliver; None: acknowledged."""
        return self.inboxes[source].take(messages)

    def hear(self, event: ContractEvent, about: UUID) -> None:
        """The service hears of an event, and it takes effect."""
        assert self.deliver(event.SOURCE, self.message(event, about)) == [None]
        assert self.dead_letters() == []

    def told(self, kind: type[E], about: UUID | None = None) -> list[E]:
        """What the service tells the others, of one kind, in order."""
        rows = self._rows(
            "select convert_from(payload, 'UTF8') from store.outbox"
            " where %(about)s::uuid is null or subject_id = %(about)s order by id",
            {"about": about},
        )
        events = [parse(row[0].encode()).data for row in rows]
        return [event for event in events if isinstance(event, kind)]

    def dead_letters(self) -> list[str]:
        """Causes of messages that were given up."""
        return [row[0] for row in self._rows("select cause from store.dead_letter where state = 'waiting'")]

    # What time does.

    def now(self) -> datetime:
        """The time in this database."""
        return self.service.base.clock.now()

    def later(self, by: timedelta) -> None:
        """Move the clock on, and do what fell due meanwhile."""
        self.move_clock(by)
        self.sweep()

    def move_clock(self, by: timedelta) -> None:
        """Move the clock on; nobody looks yet at what fell due."""
        self._run("update clock.adjustment set shift = shift + %s", (by,))

    def sweep(self) -> int:
        """Do what is due; how many deadlines."""
        return self.sweeper.sweep()

    def deadlines(self) -> list[str]:
        """Kinds of deadlines that are awaited."""
        return [row[0] for row in self._rows("select kind from store.deadline order by due_at, kind")]

    def arm_again(self, kind: str, key: UUID) -> None:
        """Put a deadline back that was met already, as an old backup would."""
        self._run(
            "insert into store.deadline (kind, key, subject_id, due_at)"
            " select %s, %s, subject_id, clock.now() from store.event where originator_id = %s limit 1",
            (kind, key, key),
        )

    def look(self) -> None:
        """Bring the views up to date."""
        while self.follower.follow():
            pass
        assert self.follower.readiness() == []

    def stored(self) -> list[str]:
        """Topics of all events, in order."""
        return [row[0] for row in self._rows("select topic from store.event order by notification_id")]

    def facts_of(self, aggregate_id: UUID) -> list[str]:
        """Names of the events of one aggregate, in order, such as ``Lamp.Lit``."""
        query = "select topic from store.event where originator_id = %s order by originator_version"
        return [row[0].partition(":")[2] for row in self._rows(query, (aggregate_id,))]

    def everything_stored(self) -> list[bytes]:
        """Every row of every table of the service that holds what it was told, as it lies on the disk."""
        tables = ("store.event", "store.outbox", "store.command", "store.snapshot", "store.deadline")
        rows = [row for table in tables for row in self._rows(f"select to_jsonb(t)::text from {table} t")]
        states = self._rows("select state from store.event union all select payload from store.outbox")
        return [row[0].encode() for row in rows] + [bytes(row[0]) for row in states]

    def erase_all_keys(self) -> None:
        """Destroy the data key of everybody, and let the time pass that a service remembers keys."""
        with psycopg.connect(self.keyring.url("admin"), autocommit=True) as conn:
            conn.execute("select keyring.destroy_key(person, capacity) from keyring.data_key")
        self.service.base.keyring._remembered.forget_all()

    def as_owner(self) -> psycopg.Connection[Any]:
        """A connection that acts as the owner of the service's tables, as ``rebuild`` does."""
        conn = psycopg.connect(self.database.url("admin"), autocommit=True)
        conn.execute(sql.SQL("set role {}").format(sql.Identifier(self.database.service.owner)))
        return conn

    def with_networks(self) -> Running:
        """Load the two networks that ship with the project."""
        with psycopg.connect(self.database.url("admin"), autocommit=True) as conn:
            for network in _networks():
                append(conn, network, datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
        return self

    def _rows(self, query: str, parameters: Any = None) -> list[Any]:
        with psycopg.connect(self.database.url("admin")) as conn:
            return conn.execute(query, parameters).fetchall()

    def _run(self, query: str, parameters: Any = None) -> None:
        with psycopg.connect(self.database.url("admin"), autocommit=True) as conn:
            conn.execute(query, parameters)


def running(
    build: Callable[[S], Service],
    settings: type[S],
    service_database: Callable[[str], ServiceDatabase],
    folder: Path,
    *,
    organisation: str = "welzijn",
) -> Running:
    """A service on a fresh database and key ring, with the networks loaded."""
    provider = ProviderForTests(folder)
    name = settings.model_config.get("env_prefix", "").rstrip("_").lower()
    database = service_database(name)
    keyring = service_database("keyring")
    found = settings_for(settings, database, keyring, provider, folder)
    return Running(build(found), database, keyring, provider, organisation).with_networks()
